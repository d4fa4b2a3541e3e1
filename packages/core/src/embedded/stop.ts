import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import { findRunning, readPostmaster } from './postmaster.ts';
import { isAlive, judgeProcess } from './processes.ts';

const patienceMs = 30_000;
const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
export type StopMode = keyof typeof signals;

/**
 * Stops the server and waits until it is gone. False when none of ours was running. Throws when it did not end within 30 s,
 * because whoever asked would go on as if its files were free.
 */
export async function stopServer(
  cluster: Cluster,
  mode: StopMode,
  binaries: () => Promise<Binaries>,
): Promise<boolean> {
  const postmaster = readPostmaster(cluster);
  if (!postmaster) return false;
  if (process.platform === 'win32') {
    const args = ['-D', cluster.data, '-w', '-t', String(patienceMs / 1000), '-m', mode, 'stop'];
    const { code } = await runCommand((await binaries()).program('pg_ctl'), args, { cwd: cluster.home });
    if (code !== 0 && (await findRunning(cluster))) throw stillRunning(cluster);
    return code === 0;
  }
  if (!(await isOurs(cluster, postmaster.pid))) return false;
  try {
    process.kill(postmaster.pid, signals[mode]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (!isAlive(postmaster.pid)) return true;
    await sleep(5);
  }
  throw stillRunning(cluster);
}

const stillRunning = (cluster: Cluster): UnavailableError =>
  new UnavailableError(`The PostgreSQL in ${cluster.folder} did not stop within ${patienceMs / 1000} s.`, {
    hint: 'Its server.log says what it is doing. Wait and try again.',
    details: { reason: 'timeout' },
  });

/** A signal goes only to a proven server: a pid may belong to another program, or to another container's numbering. */
async function isOurs(cluster: Cluster, pid: number): Promise<boolean> {
  const verdict = judgeProcess(pid, cluster.data);
  if (verdict !== 'unknown') return verdict === 'server';
  return process.platform !== 'linux' && (await findRunning(cluster))?.pid === pid;
}

/** Connections of other sessions. Those that are leaving like us do not count, or two leavers would keep the server alive. */
export async function otherClients(cluster: Cluster): Promise<number | undefined> {
  const running = await findRunning(cluster);
  if (!running) return undefined;
  const { pid: _pid, ...connection } = running;
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    ...connection,
    application_name: leaving,
    connectionTimeoutMillis: 2000,
    query_timeout: 2000,
  });
  client.on('error', () => undefined); // The answer to a broken connection is given by the query that fails.
  try {
    await client.connect();
    const { rows } = await client.query<{ clients: number }>(countClients, [leaving]);
    return rows[0]?.clients;
  } catch {
    return undefined; // It is going down already, or too busy to be stopped.
  } finally {
    await client.end().catch(() => undefined);
  }
}

const leaving = 'mcp-servers leaving';
const countClients = `SELECT count(*)::int AS clients FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> $1`;
