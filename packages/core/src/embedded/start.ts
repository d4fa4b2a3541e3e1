import { closeSync, fchownSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Log } from '../log.ts';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { launch, runCommand, serverEnvironment } from './commands.ts';
import { explainOutput, failure, orOwnDatabase } from './failures.ts';
import { type Holder, judgeHolder } from './holder.ts';
import type { Identity } from './identity.ts';
import { type Patience, pause } from './patience.ts';
import { type EmbeddedConnection, findRunning } from './postmaster.ts';
import { socketFolder } from './sockets.ts';
import { releaseStalePid } from './stale-pid.ts';
import { stopServer } from './stop.ts';

export interface StartOptions {
  cluster: Cluster;
  binaries: Binaries;
  identity: Identity | undefined;
  patience: Patience;
  log: Log;
  /** Server settings for this run only, as `name=value`. */
  settings: readonly string[];
}

const largestLog = 10 * 1024 * 1024;
/** So long a state must last before more is done than waiting: a pid nobody can judge is then tried against PostgreSQL's own lock. */
const settledMs = 1000;

/** Brings the server up, or waits for the one somebody else is starting. */
export async function startServer(options: StartOptions): Promise<EmbeddedConnection> {
  const { cluster, patience, log } = options;
  let failures = 0;
  let holder: Holder = 'free';
  let since = performance.now();
  for (;;) {
    const running = await findRunning(cluster);
    if (running) return { ...running, started: false };
    const before: Holder = holder;
    holder = await judgeHolder(cluster);
    if (holder !== before) since = performance.now();
    const settled = performance.now() - since > settledMs;
    if (holder === 'cut off' && settled) {
      log.warn({ folder: cluster.folder }, 'embedded_socket_lost');
      await stopServer(cluster, 'fast', async () => options.binaries);
    }
    if (holder !== 'free' && !(holder === 'unknown' && settled)) {
      await pause(5, patience);
      continue;
    }
    const attempt = await attemptStart(options);
    if ('connection' in attempt) return attempt.connection;
    since = performance.now();
    // Somebody else was first, or backends of a killed server are still leaving: wait for them.
    if (/lock file .* already exists|shared memory block .* still in use/s.test(attempt.output)) {
      await pause(25, patience);
      continue;
    }
    failures += 1;
    const cause = explainOutput(attempt.output, cluster.home);
    if (cause) throw cause;
    if (failures === 3) throw startFailure(cluster, attempt.output);
    await pause(100, patience);
  }
}

type Attempt = { connection: EmbeddedConnection } | { output: string };

async function attemptStart(options: StartOptions): Promise<Attempt> {
  const { cluster, identity, log } = options;
  rotateLog(cluster);
  if (process.platform === 'win32') return attemptOnWindows(options);
  const sockets = socketFolder(cluster, identity);
  if (releaseStalePid(cluster, sockets)) log.warn({ folder: cluster.folder }, 'embedded_stale_pid_released');
  return attemptDirectly(options, sockets);
}

/** Starts the server itself, in its own session: no 100 ms steps of pg_ctl, and it outlives this process. */
async function attemptDirectly(
  { cluster, binaries, identity, patience, settings }: StartOptions,
  sockets: string,
): Promise<Attempt> {
  const handle = openSync(cluster.logFile, 'a+', 0o600);
  let ended = false;
  let failed: Error | undefined;
  try {
    if (identity) fchownSync(handle, identity.uid, identity.gid);
    const before = statSync(cluster.logFile).size;
    const program = binaries.program('postgres');
    // The setting is a list, and quotes keep commas and blanks of the path together.
    const args = [
      '-D',
      cluster.data,
      '-p',
      '5432',
      '-k',
      `"${sockets.replaceAll('"', '""')}"`,
      ...settings.flatMap((setting) => ['-c', setting]),
    ];
    const child = launch(program, args, {
      cwd: cluster.data,
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', handle, handle],
      ...identity,
      onFailed: (error) => {
        failed = error;
      },
    });
    child.on('exit', () => {
      ended = true;
    });
    child.unref();
    for (;;) {
      const running = await findRunning(cluster);
      if (running) return { connection: { ...running, started: running.pid === child.pid } };
      if (failed) throw failed;
      if (ended) return { output: readFrom(handle, before) };
      await pause(5, patience);
    }
  } finally {
    closeSync(handle);
  }
}

/** Windows: pg_ctl gives up administrator rights, which PostgreSQL refuses; loopback TCP with a password takes the socket's place. */
async function attemptOnWindows({ cluster, binaries, patience, settings }: StartOptions): Promise<Attempt> {
  const before = statSync(cluster.logFile, { throwIfNoEntry: false })?.size ?? 0;
  const port = await freePort();
  const options = [`-p ${port}`, '-c listen_addresses=127.0.0.1', ...settings.map((setting) => `-c ${setting}`)].join(
    ' ',
  );
  const seconds = Math.max(1, Math.ceil((patience.deadline - performance.now()) / 1000));
  const args = ['-D', cluster.data, '-w', '-t', String(seconds), '-l', cluster.logFile, '-o', options, 'start'];
  const { code } = await runCommand(binaries.program('pg_ctl'), args, {
    cwd: cluster.data,
    signal: patience.signal,
    output: false,
  });
  const running = await findRunning(cluster);
  if (running) return { connection: { ...running, started: code === 0 } };
  const handle = openSync(cluster.logFile, 'a+');
  try {
    return { output: readFrom(handle, before) };
  } finally {
    closeSync(handle);
  }
}

function rotateLog({ logFile }: Cluster): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= largestLog) return;
  try {
    renameSync(logFile, `${logFile}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // Another process was first.
  }
}

function readFrom(handle: number, offset: number): string {
  const buffer = Buffer.alloc(65_536);
  return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, offset));
}

function startFailure({ logFile }: Cluster, output: string): Error {
  return failure('start', {
    message: `PostgreSQL does not start: ${output.trim().slice(-600) || 'it wrote nothing to its log'}`,
    hint: `Read ${logFile}, ${orOwnDatabase}.`,
  });
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() =>
      address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
    );
  });
  return promise;
}
