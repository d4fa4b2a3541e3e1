import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import { type Cluster, majorOnDisk } from './cluster.ts';
import { runCommand } from './commands.ts';
import { explainFile, explainOutput, failure, orOwnDatabase, ownDatabase } from './failures.ts';
import { type Identity, initdbIdentity } from './identity.ts';
import { user } from './postmaster.ts';
import { giveTree, syncFile } from './sync.ts';
import { isAbandoned, temporaryBeside } from './temporary.ts';

export interface CreateOptions {
  cluster: Cluster;
  binaries: Binaries;
  identity: Identity | undefined;
  signal: AbortSignal | undefined;
}

/** Durability stays as PostgreSQL ships it (fsync, synchronous_commit): these lines only make it small and private. */
const settings = [
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'max_connections=100',
  'shared_buffers=32MB',
  'jit=off',
  'huge_pages=off',
  'max_parallel_workers_per_gather=0',
  'min_wal_size=32MB',
  'max_wal_size=256MB',
  'deadlock_timeout=200ms',
  'idle_in_transaction_session_timeout=60s',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  'log_min_messages=warning',
];

/**
 * Makes the cluster in a private temporary folder and publishes it by one rename, so that any number of processes may try and
 * a killed one leaves nothing half done. Returns when a cluster is there, ours or another's.
 */
export async function createCluster(options: CreateOptions): Promise<void> {
  const { cluster, identity } = options;
  await removeAbandoned(cluster);
  const temporary = temporaryBeside(cluster.folder);
  try {
    mkdirSync(temporary, { mode: 0o700 });
    await initialize(temporary, options);
    if (identity) {
      giveTree(temporary, identity, true);
      chownSync(path.join(temporary, 'password'), 0, 0);
    }
    syncFile(temporary);
    publish(temporary, cluster);
  } catch (error) {
    throw explainFile(error, cluster.home);
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function initialize(temporary: string, { cluster, binaries, identity, signal }: CreateOptions): Promise<void> {
  const passwordFile = path.join(temporary, 'password');
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
  const temporaryUser = identity && initdbIdentity(identity);
  if (temporaryUser) giveTree(temporary, temporaryUser);
  const args = [
    `--pgdata=${path.join(temporary, 'data')}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(identity ? ['--no-sync'] : []), // The tree changes its owner afterwards and is written out then.
    ...settings.map((setting) => `--set=${setting}`),
    ...(cluster.major >= 18 ? ['--set=io_method=sync'] : []),
  ];
  const { code, output } = await runCommand(binaries.program('initdb'), args, {
    cwd: temporary,
    identity: temporaryUser,
    signal,
  });
  if (code === 0) return;
  throw (
    explainOutput(output, cluster.home) ??
    failure('start', {
      message: `PostgreSQL could not create its database (initdb ended with ${code}): ${output.trim().slice(-600)}`,
      hint: `Try again; if it fails the same way, ${ownDatabase}.`,
    })
  );
}

function publish(temporary: string, cluster: Cluster): void {
  try {
    renameSync(temporary, cluster.folder);
    syncFile(cluster.home);
  } catch (error) {
    if (majorOnDisk(cluster) !== undefined) return; // Somebody else was first; theirs is as good.
    if (!existsSync(cluster.folder)) throw error;
    throw failure('damaged', {
      message: `The folder ${cluster.folder} exists but holds no database.`,
      hint: `Move it aside if you do not need it, ${orOwnDatabase}.`,
      cause: error,
    });
  }
}

/** Leftovers of killed processes. One that is still being written by an orphaned initdb goes next time. */
async function removeAbandoned({ home, folder }: Cluster): Promise<void> {
  const prefix = `${path.basename(folder)}.tmp-`;
  for (const name of readdirSync(home)) {
    if (!name.startsWith(prefix) || !isAbandoned(path.join(home, name))) continue;
    await rm(path.join(home, name), { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}
