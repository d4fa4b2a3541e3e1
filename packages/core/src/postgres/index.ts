export {
  type Database,
  type DatabaseHealth,
  type DatabaseLimits,
  type OpenDatabaseOptions,
  openDatabase,
} from './database.ts';
export { loadDriver, sessionSettings } from './driver.ts';
export type { ListenHandlers, Subscription } from './listener.ts';
export { type MigrateOptions, migrate, shippedMigrations } from './migrate.ts';
export { type ConnectionParameters, type ConnectionSource, connectionSource, type StoreIdentity } from './source.ts';
export { type Queryable, type Row, type Statement, statement } from './statement.ts';
export type { Timing } from './timing.ts';
export type { Transaction, TransactionOptions } from './transaction.ts';
