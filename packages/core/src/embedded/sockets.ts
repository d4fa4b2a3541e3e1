import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cluster } from './cluster.ts';
import type { Identity } from './identity.ts';

/** The kernel takes 104 to 108 bytes for a socket's whole path, counted in bytes and not in letters. */
const longestPath = 100;
const port = 5432;

/**
 * The folder for the server's socket: `s` inside the cluster, or a private folder of the temporary directory when that path is
 * too long. Finders read the place from `postmaster.pid`, so they need not agree on it.
 */
export function socketFolder(cluster: Cluster, identity: Identity | undefined): string {
  const inside = path.join(cluster.folder, 's');
  if (Buffer.byteLength(path.join(inside, `.s.PGSQL.${port}.lock`)) <= longestPath)
    return privateFolder(inside, identity) ?? inside;
  const owner = identity?.uid ?? process.geteuid?.() ?? 0;
  const hash = createHash('sha256').update(cluster.folder).digest('hex').slice(0, 12);
  const outside = path.join(shortTemporary(), `mcp-servers-${owner}-${hash}`);
  return privateFolder(outside, identity) ?? unclaimed(outside, identity);
}

/** Makes the folder if needed; undefined when what lies there is not ours alone (another owner, a link, open to others). */
function privateFolder(folder: string, identity: Identity | undefined): string | undefined {
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (identity) chownSync(folder, identity.uid, identity.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const status = lstatSync(folder);
  const owner = identity?.uid ?? process.geteuid?.();
  if (!status.isDirectory()) return undefined;
  if (identity && status.uid === 0)
    chownSync(folder, identity.uid, identity.gid); // Its maker was killed in between.
  else if (status.uid !== owner) return undefined;
  if ((status.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  return folder;
}

/** Somebody else sits on our name: a fresh one that nobody could foresee. */
function unclaimed(folder: string, identity: Identity | undefined): string {
  const fresh = mkdtempSync(`${folder}-`);
  if (identity) chownSync(fresh, identity.uid, identity.gid);
  return fresh;
}

function shortTemporary(): string {
  const folder = tmpdir();
  return Buffer.byteLength(folder) <= 50 ? folder : '/tmp';
}
