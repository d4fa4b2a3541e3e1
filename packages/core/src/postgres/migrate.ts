import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { type AppError, AuthError, DatabaseError, ValidationError } from '../errors.ts';
import type { Log } from '../log.ts';
import { loadDriver } from './driver.ts';
import { codeOf, isConnectionLost, toDatabaseError } from './failure.ts';
import { type ConnectionSource, identityOf, type StoreIdentity } from './source.ts';

// Table, file names and sections are those of node-pg-migrate, whose command line works on the same database.
const createTable =
  'CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)';
const lockKey = '7741905263184021';

/** Names of the migrations a folder ships (`0001_goals`), in order. */
export async function shippedMigrations(folder: URL | string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql') && !file.startsWith('.'));
  const numbered = files.map((file) => ({ name: file.slice(0, -'.sql'.length), number: Number.parseInt(file, 10) }));
  const wrong = numbered.filter(({ number }) => Number.isNaN(number)).map(({ name }) => name);
  if (wrong.length > 0) throw new ValidationError(`Migrations without a number: ${wrong.join(', ')}.`);
  return numbered.sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

export interface MigrateOptions {
  readonly source: ConnectionSource;
  /** Folder of numbered `.sql` files with sections `-- Up Migration` and `-- Down Migration`. */
  readonly migrations: URL | string;
  readonly log: Log;
}

/**
 * Applies what the database lacks and returns the names. Each file is one transaction that takes an advisory lock and
 * looks again, so any number of processes may start at once, also through a transaction pooler.
 * A database with newer migrations than the folder is left as it is.
 */
export async function migrate({ source, migrations, log }: MigrateOptions): Promise<string[]> {
  const shipped = await shippedMigrations(migrations);
  if (shipped.length === 0) return [];
  const parameters = source.migrate ?? source.direct ?? (await source.resolve());
  const store = identityOf(parameters, source.kind);
  const driver = await loadDriver();
  // No statement timeout: building an index may take as long as it must.
  const client = driver.client(parameters, { application: 'migrate', connectionTimeoutMs: 5000 });
  const applied: string[] = [];
  try {
    await client.connect();
    for (const name of shipped) {
      if (await applyOnce(client, name, migrations)) applied.push(name);
    }
  } catch (error) {
    throw toMigrationError(error, store);
  } finally {
    await client.end();
  }
  if (applied.length > 0) log.info({ applied }, 'migrations_applied');
  return applied;
}

async function applyOnce(client: Client, name: string, folder: URL | string): Promise<boolean> {
  await client.query('BEGIN');
  await client.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
  const { rows } = await client.query(`SELECT to_regclass('pgmigrations') IS NOT NULL AS present`);
  if (rows[0].present !== true) await client.query(createTable);
  const known = await client.query({ text: 'SELECT 1 FROM pgmigrations WHERE name = $1', values: [name] });
  if (known.rows.length === 0) {
    await client.query(upSection(await readFile(fileIn(folder, name), 'utf8'))).catch((error: unknown) => {
      throw isConnectionLost(error) || codeOf(error) === '42501' ? error : failedMigration(name, error);
    });
    await client.query({ text: 'INSERT INTO pgmigrations (name, run_on) VALUES ($1, now())', values: [name] });
  }
  await client.query('COMMIT');
  return known.rows.length === 0;
}

/** The text from `-- Up Migration` to `-- Down Migration`; a file without sections is all up. */
export function upSection(content: string): string {
  const up = content.search(/^\s*--[\s-]*up\s+migration/im);
  const down = content.search(/^\s*--[\s-]*down\s+migration/im);
  if (up < 0) return down < 0 ? content : content.slice(0, down);
  return down > up ? content.slice(up, down) : content.slice(up);
}

function fileIn(folder: URL | string, name: string): string {
  return path.join(folder instanceof URL ? fileURLToPath(folder) : folder, `${name}.sql`);
}

function failedMigration(name: string, error: unknown): DatabaseError {
  const { message, position } = error as { message: string; position?: string };
  return new DatabaseError(`Migration ${name} failed and was rolled back: ${message}.`, {
    cause: error,
    hint: 'Correct the cause and start again; migrations before it stay applied.',
    details: { migration: name, ...(position === undefined ? {} : { position }) },
  });
}

export function toMigrationError(error: unknown, store: StoreIdentity): AppError {
  if (codeOf(error) !== '42501') return toDatabaseError(error, store);
  return new AuthError(`The database schema is behind this version, and user "${store.user}" may not change it.`, {
    cause: error,
    hint: 'Run `pnpm migrate` with DATABASE_MIGRATE_URL set to a role that owns the schema, then start again.',
  });
}
