import { type Database, shippedMigrations, statement } from '@mcp-servers/core/postgres';
import { migrations } from './store.ts';

export interface Schema {
  /** Names of the migrations the database has, in order. */
  applied: string[];
  /** Those this program ships and the database lacks. */
  pending: string[];
}

const present = statement('cli_migrations_present', "SELECT to_regclass('pgmigrations') IS NOT NULL AS present");
const applied = statement('cli_migrations', 'SELECT name FROM pgmigrations ORDER BY id');

export async function readSchema(database: Database): Promise<Schema> {
  const [found] = await database.query<{ present: boolean }>(present);
  const names = found?.present ? (await database.query<{ name: string }>(applied)).map(({ name }) => name) : [];
  return { applied: names, pending: (await shippedMigrations(migrations)).filter((name) => !names.includes(name)) };
}
