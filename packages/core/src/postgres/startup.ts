import { DatabaseError, UnavailableError } from '../errors.ts';
import { codeOf, toDatabaseError } from './failure.ts';
import { shippedMigrations, toMigrationError } from './migrate.ts';
import type { ConnectionPool } from './pool.ts';
import type { StoreIdentity } from './source.ts';
import { type Statement, statement } from './statement.ts';

type Connections = Pick<ConnectionPool, 'acquire'>;

const oldestVersion = 15;
const patienceMs = 15_000;

export const readServer = statement(
  'mcp_server',
  `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_version') AS version`,
);
const readApplied = statement('mcp_migrations', 'SELECT name FROM pgmigrations');

/** The server's version as text; throws a DatabaseError when it is older than PostgreSQL 15. */
export async function checkVersion(connections: Connections, store: StoreIdentity): Promise<string> {
  const [row] = await read<{ major: number; version: string }>(connections, readServer).catch((error: unknown) => {
    throw toDatabaseError(error, store);
  });
  if (row !== undefined && row.major >= oldestVersion) return row.version;
  throw new DatabaseError(
    `PostgreSQL at ${store.host} is version ${row?.version}; ${oldestVersion} is the oldest that works.`,
    { hint: 'Upgrade the server, or leave DATABASE_URL empty to use the embedded PostgreSQL.' },
  );
}

/** Whether the database lacks a migration of the folder: one query, and nearly always the answer is no. */
export async function isBehind(connections: Connections, store: StoreIdentity, folder: URL | string): Promise<boolean> {
  const shipped = await shippedMigrations(folder);
  try {
    const applied = new Set((await read<{ name: string }>(connections, readApplied)).map(({ name }) => name));
    return shipped.some((name) => !applied.has(name));
  } catch (error) {
    if (codeOf(error) === '42P01') return true;
    throw toMigrationError(error, store);
  }
}

async function read<R>(connections: Connections, query: Statement): Promise<R[]> {
  const lease = await connections.acquire();
  try {
    return (await lease.run({ ...query }, { milliseconds: patienceMs, late: noAnswer })).rows as R[];
  } finally {
    lease.release();
  }
}

/** Without it a connection that died unseen would hold the start, and every call behind it, for many minutes. */
function noAnswer(): UnavailableError {
  return new UnavailableError(`The database did not answer within ${patienceMs / 1000} s.`, { retryAfterSeconds: 2 });
}
