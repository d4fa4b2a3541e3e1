import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface StatusEntry {
  server: string;
  pid: number;
  /** Where to connect: a Unix socket or a named pipe. */
  path: string;
}

/**
 * `<server>-<pid>.sock`, or `.path`: a file with the address of a socket that cannot lie here. `.2` to `.9` stand
 * before it where the name is taken, by another container with the same pid for example.
 */
const entryName = /^(?<server>.+)-(?<pid>\d+)(?:\.[2-9])?\.(?:sock|path)$/;
const asideName = /^\.[0-9a-f]{8}$/;

/** Between a socket's appearance and the moment it accepts, a connection is refused as if it were dead. */
const settleMs = 5000;

/** A socket's address must fit into 104 bytes on macOS, 108 on Linux. */
export const longestSocketPath = 100;

export const runFolder = (home: string): string => path.join(home, 'run');

/** Makes the folder and takes it away from everyone else. Throws when it is not a folder of this user. */
export async function privateFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return folder;
  const { mode, uid } = await lstat(folder).then((stats) => {
    if (!stats.isDirectory()) throw new Error(`${folder} is not a folder`);
    return stats;
  });
  if (uid !== process.geteuid?.()) throw new Error(`${folder} belongs to another user`);
  if ((mode & 0o077) !== 0) await chmod(folder, 0o700);
  return folder;
}

/** For sockets whose path under the home folder would be too long. */
export async function privateTemporaryFolder(): Promise<string> {
  return privateFolder(path.join(tmpdir(), `mcp-servers-run-${process.geteuid?.() ?? 'user'}`));
}

/** Every status endpoint announced under this home, dead ones included until they are swept. */
export async function listStatuses(home: string): Promise<StatusEntry[]> {
  const folder = runFolder(home);
  const entries: StatusEntry[] = [];
  for (const name of await names(folder)) {
    const { server, pid } = entryName.exec(name)?.groups ?? {};
    const address = server === undefined ? undefined : await addressOf(path.join(folder, name));
    if (server !== undefined && address) entries.push({ server, pid: Number(pid), path: address });
  }
  return entries;
}

/** Removes what dead processes left. Safe beside processes that start, stop or sweep at the same time. */
export async function sweepStatuses(home: string, options: { settledBefore?: number } = {}): Promise<void> {
  const { settledBefore = Date.now() - settleMs } = options;
  const folder = runFolder(home);
  for (const name of await names(folder)) {
    if (!entryName.test(name) && !asideName.test(name)) continue;
    const file = path.join(folder, name);
    const stats = await lstat(file).catch(() => undefined); // Gone meanwhile.
    if (stats === undefined || stats.ctimeMs > settledBefore || (await isAlive(file))) continue;
    await removeDead(file, path.join(folder, `.${randomBytes(4).toString('hex')}`));
  }
}

/** Moves the file aside first: whatever took its name since it was found dead is looked at again and put back. */
async function removeDead(file: string, aside: string): Promise<void> {
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // Another process swept it.
    throw error;
  }
  if (await isAlive(aside)) {
    await rename(aside, file);
    return;
  }
  const address = await addressOf(aside);
  if (address && (await lstat(address).catch(() => undefined))?.isSocket()) await rm(address, { force: true });
  await rm(aside, { force: true });
}

async function isAlive(file: string): Promise<boolean> {
  const address = await addressOf(file);
  return address !== undefined && address !== '' && accepts(address);
}

/** The socket itself, or what the pointer file says; undefined when the file is gone. */
async function addressOf(file: string): Promise<string | undefined> {
  try {
    const stats = await lstat(file);
    if (stats.isSocket()) return file;
    return stats.isFile() && stats.size < 1000 ? (await readFile(file, 'utf8')).trim() : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Only a refusal or a missing address proves death: a busy or stopped process is alive. */
function accepts(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = net.connect(address);
  const settle = (alive: boolean) => {
    socket.destroy();
    resolve(alive);
  };
  socket.once('connect', () => settle(true));
  socket.on('error', (error: NodeJS.ErrnoException) =>
    settle(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(error.code ?? '')),
  );
  socket.setTimeout(1000, () => settle(true));
  return promise;
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
