import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { type Binaries, prepareBinaries } from './binaries.ts';
import { type Cluster, clusterIn, majorOnDisk } from './cluster.ts';
import { createCluster } from './create.ts';
import { explainFile, failure, orOwnDatabase } from './failures.ts';
import { openHome, runsAsRoot, serverIdentity } from './identity.ts';
import { locateBinaries } from './locate.ts';
import { tryLock } from './lock.ts';
import { type Patience, pause } from './patience.ts';
import { type EmbeddedConnection, findRunning } from './postmaster.ts';
import { startServer } from './start.ts';
import { type EmbeddedStatus, readStatus } from './status.ts';
import { otherClients, type StopMode, stopServer } from './stop.ts';
import { giveTree } from './sync.ts';
import { unsafeFolder } from './warnings.ts';

export interface EmbeddedOptions {
  /** Folder of the product; the cluster lies in `<home>/pg<major>`. */
  home: string;
  log: Log;
  /** Default 17. */
  major?: 17 | 18;
  /** Folder of the platform package (or with `bin/postgres`); default: found from this module's place. */
  binaries?: string;
  /** More files or folders to look for the platform package from, for bundled programs. */
  searchFrom?: readonly string[];
  /** Server settings as `name=value`, used when this object starts the server. */
  settings?: readonly string[];
  /** Where copies of unreachable binaries go; default: the home. */
  runtimeHome?: string;
}

export interface EnsureOptions {
  signal?: AbortSignal;
  /** Short sentences for people, at the first creation. */
  onProgress?: (message: string) => void;
  /** Default 60 s. */
  timeoutMs?: number;
}

/** The PostgreSQL of a home folder. It belongs to the user, not to a process: any process starts it, the last one to leave stops it. */
export interface Embedded {
  /** The running server, started or created first if needed. Throws AppError with the cause and the way out. */
  ensure(options?: EnsureOptions): Promise<EmbeddedConnection>;
  /** At a clean exit, after the own pool is closed: stops the server when no other client is connected. True if it did. */
  leave(): Promise<boolean>;
  /** Stops the server, whoever uses it. False when none was running. */
  stop(mode?: StopMode): Promise<boolean>;
  status(): Promise<EmbeddedStatus>;
}

export function embeddedPostgres(options: EmbeddedOptions): Embedded {
  const cluster = clusterIn(path.resolve(options.home), options.major ?? 17, options.runtimeHome);
  const binaries = (): Promise<Binaries> => {
    const native = locateBinaries({ major: cluster.major, binaries: options.binaries, searchFrom: options.searchFrom });
    return prepareBinaries({ native, cluster, identity: serverIdentity(cluster) });
  };
  return {
    async ensure(wishes = {}) {
      return explained(cluster, async () => {
        const running = await findRunning(cluster);
        return running ? { ...running, started: false } : await bringUp({ cluster, binaries, options, wishes });
      });
    },
    async leave() {
      // The backends of the caller's own pool need a moment to disappear.
      for (let look = 0; look < 5; look += 1) {
        const others = await otherClients(cluster);
        if (others === undefined) return false;
        if (others === 0) return await stopServer(cluster, 'fast', binaries);
        await sleep(20);
      }
      return false;
    },
    stop: (mode = 'fast') => explained(cluster, () => stopServer(cluster, mode, binaries)),
    status: () => explained(cluster, () => readStatus(cluster)),
  };
}

async function explained<T>({ home }: Cluster, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainFile(error, home);
  }
}

interface BringUp {
  cluster: Cluster;
  binaries: () => Promise<Binaries>;
  options: EmbeddedOptions;
  wishes: EnsureOptions;
}

/** The slow path: one process works, the others wait for its result. */
async function bringUp({ cluster, binaries, options, wishes }: BringUp): Promise<EmbeddedConnection> {
  const { log } = options;
  const patience = patienceOf(cluster, wishes);
  prepareHome(cluster, log);
  for (;;) {
    const release = tryLock(cluster.lockFile);
    if (release) {
      try {
        return await createAndStart({ cluster, binaries, options, wishes }, patience);
      } finally {
        release();
      }
    }
    await pause(5, patience);
    const running = await findRunning(cluster);
    if (running) return { ...running, started: false };
  }
}

async function createAndStart(
  { cluster, binaries, options, wishes }: BringUp,
  patience: Patience,
): Promise<EmbeddedConnection> {
  const { log, settings = [] } = options;
  const begun = performance.now();
  const programs = await binaries();
  const identity = serverIdentity(cluster);
  if (identity) openHome(cluster.home, identity);
  if (majorOnDisk(cluster) === undefined) {
    refuseOtherMajors(cluster);
    wishes.onProgress?.('Creating the PostgreSQL database. This happens once and takes a second or two.');
    await createCluster({ cluster, binaries: programs, identity, signal: wishes.signal });
    log.info({ folder: cluster.folder, duration_ms: Math.round(performance.now() - begun) }, 'embedded_created');
  } else if (majorOnDisk(cluster) !== cluster.major) {
    throw foreignMajor(cluster);
  } else if (!existsSync(cluster.passwordFile)) {
    throw failure('damaged', {
      message: `The password of the database is missing: ${cluster.passwordFile}.`,
      hint: `Put that file back from a backup, or move ${cluster.folder} aside and import the newest file of the copies folder.`,
    });
  }
  const connection = await startServer({ cluster, binaries: programs, identity, patience, log, settings });
  if (connection.started) {
    log.info(
      { folder: cluster.folder, server_pid: connection.pid, duration_ms: Math.round(performance.now() - begun) },
      'embedded_started',
    );
  }
  return connection;
}

function patienceOf(cluster: Cluster, { signal, timeoutMs = 60_000 }: EnsureOptions): Patience {
  const late = () =>
    failure('timeout', {
      message: `The embedded PostgreSQL did not come up within ${Math.round(timeoutMs / 1000)} s.`,
      hint: `Try again; ${cluster.logFile} says what it is doing.`,
    });
  return { signal, deadline: performance.now() + timeoutMs, late };
}

/** Makes the home, and warns once per start about folders in which a database comes to harm. */
function prepareHome({ home, data }: Cluster, log: Log): void {
  if (/[\n\r]/.test(home))
    throw failure('path', {
      message: 'The path of the home folder contains a line break.',
      hint: 'Set MCP_SERVERS_HOME to another folder.',
    });
  mkdirSync(home, { recursive: true, mode: runsAsRoot() ? 0o711 : 0o700 });
  const danger = unsafeFolder(home);
  if (danger)
    log.warn(
      { folder: home, reason: danger, hint: 'Set MCP_SERVERS_HOME to a folder on a local disk.' },
      'embedded_unsafe_folder',
    );
  const identity = existsSync(data) ? serverIdentity({ data }) : undefined;
  if (identity && statSync(data).uid === 0) giveTree(path.dirname(data), identity);
}

/** An empty database beside the one with the user's data would look like a loss. */
function refuseOtherMajors(cluster: Cluster): void {
  const others = majorsIn(cluster.home).filter((major) => major !== cluster.major);
  const newest = Math.max(...others);
  if (others.length === 0) return;
  throw failure('foreign_major', {
    message: `${cluster.home} holds a database of PostgreSQL ${newest}, and this program uses ${cluster.major}.`,
    hint:
      newest > cluster.major
        ? `Use the newer program again, ${orOwnDatabase}.`
        : 'Run the upgrade of the database first.',
  });
}

function majorsIn(home: string): number[] {
  return readdirSync(home)
    .flatMap((name) => /^pg(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((major) => majorOnDisk(clusterIn(home, major)) !== undefined);
}

function foreignMajor(cluster: Cluster): Error {
  return failure('foreign_major', {
    message: `The files in ${cluster.folder} belong to PostgreSQL ${majorOnDisk(cluster)}, not ${cluster.major}.`,
    hint: `Move that folder aside, ${orOwnDatabase}.`,
  });
}
