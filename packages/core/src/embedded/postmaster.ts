import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { Cluster } from './cluster.ts';

/** How to reach the server, and whether this call started it. */
export interface EmbeddedConnection {
  /** Folder of the Unix socket, or 127.0.0.1 on Windows. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Process id of the server. */
  pid: number;
  started: boolean;
}

/** What PostgreSQL writes in `postmaster.pid`. */
export interface Postmaster {
  pid: number;
  port: number;
  socketFolder: string;
  state: string;
}

export const user = 'mcp';
export const database = 'postgres';

/** The server's own record, or undefined when there is none (or it is not complete yet: port and state come later). */
export function readPostmaster({ data }: Pick<Cluster, 'data'>): Postmaster | undefined {
  const text = readIfThere(path.join(data, 'postmaster.pid'));
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), socketFolder: lines[4] ?? '', state: (lines[7] ?? '').trim() };
}

/** The running server, if its record says ready and it answers. Two small reads and one round trip. */
export async function findRunning(cluster: Cluster): Promise<Omit<EmbeddedConnection, 'started'> | undefined> {
  const postmaster = readPostmaster(cluster);
  if (postmaster?.state !== 'ready') return undefined;
  const password = readIfThere(cluster.passwordFile)?.trim();
  if (!password || !(await answers(postmaster))) return undefined;
  const host = postmaster.socketFolder || '127.0.0.1';
  return { host, port: postmaster.port, user, password, database, pid: postmaster.pid };
}

/** True when PostgreSQL listens there: it answers an SSLRequest with one byte, S or N. That it is ours is SCRAM's to prove. */
export function answers({ socketFolder, port }: Pick<Postmaster, 'socketFolder' | 'port'>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = socketFolder ? connect(socketFile({ socketFolder, port })) : connect(port, '127.0.0.1');
  const finish = (answer: boolean): void => {
    socket.destroy();
    resolve(answer);
  };
  socket.setTimeout(1000, () => finish(false));
  socket.on('error', () => finish(false));
  socket.on('close', () => finish(false));
  socket.on('connect', () => socket.write(sslRequest));
  socket.on('data', (reply) => finish(reply[0] === 0x53 || reply[0] === 0x4e));
  return promise;
}

export const socketFile = ({ socketFolder, port }: Pick<Postmaster, 'socketFolder' | 'port'>): string =>
  path.join(socketFolder, `.s.PGSQL.${port}`);

/** https://www.postgresql.org/docs/17/protocol-message-formats.html, "SSLRequest": length 8, code 80877103. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
