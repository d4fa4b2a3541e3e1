import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What nobody has used for so long is removed; it can be made anew. */
export const unusedMs = 30 * 24 * 3_600_000;

/**
 * Removes the files below `folder` that were neither read nor written for 30 days, and folders in it that are empty and as old. For files
 * that are read whole and at once, so that no process that runs misses them. `now` is in milliseconds since 1970. What cannot be removed
 * stays.
 */
export async function removeUnusedFiles(folder: string, now = Date.now()): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // There is none yet.
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    // Another process may have removed it, or this one may not.
    await (entry.isDirectory() ? removeInside(file, now) : removeFile(file, now)).catch(() => {});
  }
}

async function removeInside(folder: string, now: number): Promise<void> {
  // Removing what is inside would make it look used.
  const { mtimeMs } = await stat(folder);
  await removeUnusedFiles(folder, now);
  // Fails where something is left inside.
  if (now - mtimeMs > unusedMs) await rmdir(folder);
}

async function removeFile(file: string, now: number): Promise<void> {
  const { atimeMs, mtimeMs } = await stat(file);
  if (now - Math.max(atimeMs, mtimeMs) > unusedMs) await rm(file);
}
