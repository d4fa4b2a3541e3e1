import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from 'pg';
import { type Cluster, clusterIn, majorOnDisk } from '../embedded/cluster.ts';
import { type Embedded, embeddedPostgres } from '../embedded/embedded.ts';
import { tryLock } from '../embedded/lock.ts';
import { type Patience, pause } from '../embedded/patience.ts';
import type { EmbeddedConnection } from '../embedded/postmaster.ts';
import { syncFile } from '../embedded/sync.ts';
import { isAbandoned, temporaryBeside } from '../embedded/temporary.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { removeOld } from './daily-copy.ts';
import { exportDatabase } from './export.ts';
import { importDatabase } from './import.ts';
import { inPublic, readTables } from './schema.ts';

type Major = 17 | 18;

export interface UpgradeOptions {
  home: string;
  log: Log;
  /** Default 17. */
  from?: Major;
  /** Default 18. */
  to?: Major;
  /** Folders of the two sets of programs; default: found like those of `embeddedPostgres`. */
  binaries?: Partial<Record<Major, string>>;
  searchFrom?: readonly string[];
  /** Makes the schema in the new, empty database: the migrations. */
  prepare(client: Client, connection: EmbeddedConnection): Promise<void>;
  onProgress?: (message: string) => void;
}

export interface UpgradeResult {
  /** The copy everything went through; it stays. */
  copy: string;
  /** Where the old cluster lies now. */
  retired: string;
  rows: Record<string, number>;
}

const hourMs = 3_600_000;

/**
 * Moves the data of a home from one major version to the next. Undefined when there is nothing to do. The new cluster is made
 * beside and published by one rename, and only then the old one gets another name; until that moment the old one is untouched
 * and usable, whatever happens. Writers of the old one wait, and fail when it closes: no acknowledged write is left behind.
 */
export async function upgradeEmbedded(options: UpgradeOptions): Promise<UpgradeResult | undefined> {
  const home = path.resolve(options.home);
  const old = clusterIn(home, options.from ?? 17);
  const fresh = clusterIn(home, options.to ?? 18);
  if (majorOnDisk(old) === undefined) return undefined;
  const release = tryLock(path.join(home, 'upgrade.lock'), hourMs);
  if (!release) {
    throw new UnavailableError('Another process is upgrading the database.', {
      hint: 'Try again in a minute.',
      retryAfterSeconds: 30,
    });
  }
  try {
    if (majorOnDisk(fresh) === undefined) return await moveData({ ...options, home }, old, fresh);
    // Killed between publishing the new one and renaming the old one: only the last step is missing.
    await embedded(options, old).stop();
    retire(old);
    return undefined;
  } finally {
    release();
  }
}

async function moveData(options: UpgradeOptions, old: Cluster, fresh: Cluster): Promise<UpgradeResult> {
  const { home, log, onProgress } = options;
  const begun = performance.now();
  await removeAbandoned(options, fresh);
  onProgress?.(`Moving the database from PostgreSQL ${old.major} to ${fresh.major}. This happens once.`);
  const stagingHome = temporaryBeside(fresh.folder);
  mkdirSync(stagingHome, { mode: 0o700 });
  const staged = clusterIn(stagingHome, fresh.major, home);
  const oldServer = embedded(options, old);
  const newServer = embedded(options, staged);
  try {
    const connection = await oldServer.ensure();
    await using guard = await connect(connection);
    await keepWritersOut(guard.client);
    const copy = await copyOf(connection, options, fresh);
    const rows = await fill(newServer, copy, options);
    await newServer.stop();
    const retired = await exchange({ old, fresh, staged, oldServer });
    log.info(
      { from: old.major, to: fresh.major, copy, retired, rows, duration_ms: Math.round(performance.now() - begun) },
      'embedded_upgraded',
    );
    return { copy, retired, rows };
  } finally {
    await newServer.stop('immediate');
    await rm(stagingHome, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The locks belong to this session: if this process dies, the old database is free again at once. */
async function keepWritersOut(client: Client): Promise<void> {
  await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = 30000');
  const tables = await readTables(client);
  if (tables.length > 0)
    await client.query(`LOCK TABLE ${tables.map(({ name }) => inPublic(name)).join(', ')} IN SHARE MODE`);
}

async function copyOf(connection: EmbeddedConnection, { home }: UpgradeOptions, fresh: Cluster): Promise<string> {
  await using session = await connect(connection);
  const folder = path.join(home, 'copies');
  // An attempt that was cut off may have left its copy in this very second.
  const name = `${new Date().toISOString().replaceAll(/[:.]/g, '')}-before-${fresh.major}-${randomBytes(3).toString('hex')}`;
  const { file } = await exportDatabase(session.client, path.join(folder, `${name}.jsonl.gz`));
  await removeOld(folder, 7);
  return file;
}

async function fill(server: Embedded, copy: string, { prepare }: UpgradeOptions): Promise<Record<string, number>> {
  const connection = await server.ensure();
  await using session = await connect(connection);
  await prepare(session.client, connection);
  return (await importDatabase(session.client, copy)).rows;
}

/** While the start lock is held nobody brings the old server up again; afterwards the new folder forbids it. */
async function exchange({
  old,
  fresh,
  staged,
  oldServer,
}: {
  old: Cluster;
  fresh: Cluster;
  staged: Cluster;
  oldServer: Embedded;
}): Promise<string> {
  const release = await startLock(old);
  try {
    await oldServer.stop();
    renameSync(staged.folder, fresh.folder);
    syncFile(fresh.home);
    return retire(old);
  } finally {
    release();
  }
}

function retire(old: Cluster): string {
  const day = new Date().toISOString().slice(0, 10);
  const taken = new Set(readdirSync(old.home));
  const names = [old.folder, ...Array.from({ length: 99 }, (_, n) => `${old.folder}-${n + 2}`)];
  const target = names
    .map((name) => name.replace(old.folder, `${old.folder}.upgraded-${day}`))
    .find((name) => !taken.has(path.basename(name)));
  if (target === undefined)
    throw new UnavailableError(`Too many old databases in ${old.home}.`, { hint: 'Move them away.', retryable: false });
  renameSync(old.folder, target);
  syncFile(old.home);
  return target;
}

async function startLock({ lockFile }: Cluster): Promise<() => void> {
  const late = () =>
    new UnavailableError('The old database is being started by another process.', { hint: 'Try again.' });
  const patience: Patience = { signal: undefined, deadline: performance.now() + 60_000, late };
  for (;;) {
    const release = tryLock(lockFile);
    if (release) return release;
    await pause(5, patience);
  }
}

/** What killed upgrades left: their server first, or it would go on without its files. */
async function removeAbandoned(options: UpgradeOptions, fresh: Cluster): Promise<void> {
  for (const name of readdirSync(fresh.home)) {
    const folder = path.join(fresh.home, name);
    if (!name.startsWith(`${path.basename(fresh.folder)}.tmp-`) || !isAbandoned(folder)) continue;
    await embedded(options, clusterIn(folder, fresh.major)).stop('immediate');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function embedded({ log, binaries, searchFrom = [] }: UpgradeOptions, cluster: Cluster): Embedded {
  const major = cluster.major === 18 ? 18 : 17;
  const folder = binaries?.[major];
  const { home, runtimeHome } = cluster;
  return embeddedPostgres({
    home,
    runtimeHome,
    major,
    log,
    searchFrom,
    ...(folder === undefined ? {} : { binaries: folder }),
  });
}

async function connect({
  pid: _pid,
  started: _started,
  ...parameters
}: EmbeddedConnection): Promise<AsyncDisposable & { client: Client }> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ ...parameters, application_name: 'mcp-servers upgrade' });
  client.on('error', () => undefined); // The query that was under way fails with it.
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end().catch(() => undefined) };
}
