import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Cluster } from './cluster.ts';
import { socketFile } from './postmaster.ts';
import { judgeProcess } from './processes.ts';

/** A pid no system hands out. */
const nobody = 2_147_483_646;

/**
 * PostgreSQL refuses to start while its lock files name a living pid of the same user. When `/proc` proves that this pid is a
 * zombie or another program (a container without an init, a pid used again), only the pid is replaced: the rest of the file,
 * with which PostgreSQL looks for orphaned backends, stays. Returns true when something was replaced.
 * The caller has seen that no server answers: one in another container has a pid that means nothing here.
 */
export function releaseStalePid(cluster: Cluster, socketFolder: string): boolean {
  const socketLock = `${socketFile({ socketFolder, port: 5432 })}.lock`;
  const released = [path.join(cluster.data, 'postmaster.pid'), socketLock].map((file) =>
    replacePid(file, cluster.data),
  );
  return released.includes(true);
}

function replacePid(file: string, data: string): boolean {
  let handle: number;
  try {
    handle = openSync(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    const text = readFileSync(handle, 'utf8');
    const pid = Number.parseInt(text, 10);
    if (!(pid > 0) || judgeProcess(pid, data) !== 'unrelated') return false;
    // Through the handle: if PostgreSQL has just replaced the file, this reaches the old one, which nobody reads any more.
    writeSync(handle, text.replace(/^\d+/, String(nobody)), 0);
    fsyncSync(handle);
    return true;
  } finally {
    closeSync(handle);
  }
}
