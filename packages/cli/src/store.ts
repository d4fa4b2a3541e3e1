import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { NotFoundError } from '@mcp-servers/core';
import { embeddedPostgres } from '@mcp-servers/core/embedded';
import {
  type ConnectionParameters,
  type ConnectionSource,
  connectionSource,
  type Database,
  loadDriver,
  openDatabase,
} from '@mcp-servers/core/postgres';
import type { Session } from '@mcp-servers/core/transfer';
import type { Context } from './command.ts';

const shipped = new URL('./migrations/', import.meta.url);
/** Beside the built program, or at the top of the repository. */
export const migrations = existsSync(shipped) ? shipped : new URL('../../../migrations/', import.meta.url);

export const sourceOf = ({ config, log, tell }: Context): ConnectionSource =>
  connectionSource(config, { log, onProgress: tell });

export const embeddedOf = ({ config, log }: Context) => embeddedPostgres({ home: config.home, log });

export interface OpenOptions {
  /** Brings the schema up to date first. */
  migrate?: boolean;
  /** Leaves an embedded server running, as `db status` must. */
  stay?: boolean;
}

export interface OpenStore extends AsyncDisposable {
  database: Database;
  source: ConnectionSource;
}

/** Connects to the store, starting an embedded server if need be; its last client stops it again. Throws AppError. */
export async function openStore(
  context: Context,
  { migrate = false, stay = false }: OpenOptions = {},
): Promise<OpenStore> {
  const { leave, ...found } = sourceOf(context);
  const source: ConnectionSource = stay || leave === undefined ? found : { ...found, leave };
  const database = openDatabase({
    source,
    log: context.log,
    application: 'cli',
    poolMax: 1,
    ...(migrate && { migrations }),
  });
  try {
    await database.ready();
  } catch (error) {
    await database.close();
    throw error;
  }
  return { database, source, [Symbol.asyncDispose]: () => database.close() };
}

/** A read of a store that was never made would make an empty one. */
export async function requireStore(context: Context): Promise<void> {
  if (sourceOf(context).kind === 'given') return;
  const { state, folder } = await embeddedOf(context).status();
  if (state !== 'absent') return;
  throw new NotFoundError(`There is no database yet in ${folder}.`, {
    hint: 'A server makes it at its first start, and so does db import.',
  });
}

export interface OpenSession extends AsyncDisposable {
  session: Session;
}

/** One session outside the pool, past a transaction pooler when the settings name a way. `owner` may change the schema. */
export async function openSession(source: ConnectionSource, role: 'reader' | 'owner'): Promise<OpenSession> {
  const owner: ConnectionParameters | undefined = role === 'owner' ? source.migrate : undefined;
  const parameters = owner ?? source.direct ?? (await source.resolve());
  const client = (await loadDriver()).client(parameters, { application: 'cli', connectionTimeoutMs: 5000 });
  await client.connect();
  return { session: client, [Symbol.asyncDispose]: () => client.end() };
}

/** The tables the migrations make: a database may hold those of other programs beside them. */
export async function ownTables(): Promise<string[]> {
  const files = (await readdir(migrations)).filter((file) => file.endsWith('.sql')).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, migrations), 'utf8')));
  return texts.flatMap((text) =>
    [...text.matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/gm)].flatMap(([, name]) => name ?? []),
  );
}
