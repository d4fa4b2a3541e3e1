import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { inject } from 'vitest';
import { createLog } from '../log.ts';
import { connectionSource, type Database, type OpenDatabaseOptions, openDatabase } from '../postgres/index.ts';
import { createDatabase, dropDatabase, urlOf } from './create-database.ts';
import type { TestPostgres } from './global-setup.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
  readonly database: Database;
  /** As a server's configuration would have them. */
  readonly settings: { readonly DATABASE_URL: string; readonly home: string };
}

export interface TestDatabaseOptions extends Partial<OpenDatabaseOptions> {
  /** Without the schema: for tests of migrations. */
  readonly empty?: boolean;
}

/** A database of its own, copied from the migrated template: `await using db = await withDatabase()`. Dropped with its sessions. */
export async function withDatabase({ empty = false, ...options }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { server, template }: TestPostgres = inject('postgres');
  const name = `mcp_test_${randomBytes(6).toString('hex')}`;
  await createDatabase(server, name, empty ? undefined : template);
  const url = urlOf(server, name);
  const log = options.log ?? createLog({ name: 'test', level: 'silent' });
  const settings = { DATABASE_URL: url, home: tmpdir() };
  const source = connectionSource(settings, { log });
  const database = openDatabase({ source, log, application: 'test', poolMax: 4, ...options });
  return {
    ...{ url, name, database, settings },
    async [Symbol.asyncDispose]() {
      await database.close();
      await dropDatabase(server, name);
    },
  };
}
