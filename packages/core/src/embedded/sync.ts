import { closeSync, fsyncSync, lchownSync, openSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Identity } from './identity.ts';

/** Makes a file, or the names in a folder, survive a power cut. Windows cannot do it for folders. */
export function syncFile(file: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Gives a whole tree to a user; with `sync`, also writes it out, contents and names. */
export function giveTree(folder: string, { uid, gid }: Identity, sync = false): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) giveTree(file, { uid, gid }, sync);
    else {
      lchownSync(file, uid, gid);
      if (sync && entry.isFile()) syncFile(file);
    }
  }
  lchownSync(folder, uid, gid);
  if (sync) syncFile(folder);
}
