import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Cluster, majorOnDisk } from './cluster.ts';
import { answers, readPostmaster } from './postmaster.ts';
import { judgeProcess } from './processes.ts';

export interface EmbeddedStatus {
  state: 'absent' | 'stopped' | 'starting' | 'running' | 'stopping';
  folder: string;
  major: number;
  logFile: string;
  /** Process id of the server, while there is one. */
  pid?: number;
  /** Folder of its Unix socket; absent on Windows. */
  socket?: string;
  port?: number;
  /** Bytes of all files of the cluster. */
  sizeBytes?: number;
}

export async function readStatus(cluster: Cluster): Promise<EmbeddedStatus> {
  const { folder, major, logFile } = cluster;
  const common = { folder, major, logFile };
  if (majorOnDisk(cluster) === undefined) return { state: 'absent', ...common };
  const sizeBytes = await folderSize(folder);
  const postmaster = readPostmaster(cluster);
  const verdict = postmaster && judgeProcess(postmaster.pid, cluster.data);
  const answering = postmaster !== undefined && (await answers(postmaster));
  if (!postmaster || (!answering && (verdict === 'dead' || verdict === 'unrelated')))
    return { state: 'stopped', ...common, sizeBytes };
  const state =
    postmaster.state === 'stopping' ? 'stopping' : answering && postmaster.state === 'ready' ? 'running' : 'starting';
  const { pid, port, socketFolder } = postmaster;
  return { state, ...common, sizeBytes, pid, port, ...(socketFolder ? { socket: socketFolder } : {}) };
}

async function folderSize(folder: string): Promise<number> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch {
    return 0; // A running server removes files meanwhile.
  }
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(path.join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
