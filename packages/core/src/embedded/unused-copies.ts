import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, utimesSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { unusedMs } from '../unused-files.ts';
import { temporaryBeside } from './temporary.ts';

const copyName = /^runtime-[0-9a-f]{12}$/;

/** Notes that a copy of the programs is used now. False when there is none. */
export function markUsed(folder: string): boolean {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Removes copies of the programs in `home` that no start has used for 30 days, never the one a server was last started from. `now` is in
 * milliseconds since 1970. What cannot be removed stays.
 */
export async function removeUnusedCopies(home: string, now = Date.now()): Promise<void> {
  const names = existsSync(home) ? readdirSync(home) : [];
  const copies = names.filter((name) => copyName.test(name)).map((name) => path.join(home, name));
  const old = copies.filter((folder) => now - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? now) > unusedMs);
  if (old.length === 0) return;
  const starts = [...names.map((name) => lastStart(path.join(home, name))), ...runningPrograms()];
  for (const folder of old) {
    if (starts.some((text) => text.includes(`${folder}${path.sep}`))) continue;
    const away = temporaryBeside(folder);
    // By one rename, so that nobody starts from a half; another process may have been first.
    await rename(folder, away)
      .then(() => rm(away, { recursive: true, force: true }))
      .catch(() => {});
  }
}

/** The command that a cluster's server was last started with, as PostgreSQL writes it down; empty for any other folder. */
function lastStart(folder: string): string {
  try {
    return readFileSync(path.join(folder, 'data', 'postmaster.opts'), 'utf8');
  } catch {
    return '';
  }
}

/** Files of the programs that run, where `/proc` tells. */
function runningPrograms(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readlinkSync(`/proc/${pid}/exe`)];
    } catch {
      return []; // Gone in between, or not ours to see.
    }
  });
}
