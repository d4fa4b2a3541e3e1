import { createHash } from 'node:crypto';
import { chmodSync, constants, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Cluster } from './cluster.ts';
import { ancestors, type Identity, mayUse } from './identity.ts';
import { isAbandoned, temporaryBeside } from './temporary.ts';
import { markUsed, removeUnusedCopies } from './unused-copies.ts';

const programs = ['postgres', 'initdb', 'pg_ctl'] as const;
export type Program = (typeof programs)[number];

/** Programs that can be run by the server's user, links and execute bits in place. */
export interface Binaries {
  program(name: Program): string;
}

export interface PrepareOptions {
  native: string;
  cluster: Cluster;
  identity: Identity | undefined;
}

/**
 * npm packages carry no symbolic links and their install scripts may be off, so links and execute bits are restored here.
 * A package that may not be changed, or that the server's user cannot reach, is copied once to `<home>/runtime-<hash>`; copies that
 * no start uses any more are removed.
 */
export async function prepareBinaries({ native, cluster, identity }: PrepareOptions): Promise<Binaries> {
  const usable = repair(native) && (identity === undefined || isReachable(native, identity));
  const folder = usable ? native : await privateCopy(native, cluster);
  await removeUnusedCopies(cluster.runtimeHome);
  return programsIn(folder);
}

function programsIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { program: (name) => path.join(native, 'bin', name + suffix) };
}

/** Restores what the package lost. False when something is missing and the folder is not ours to change. */
function repair(native: string): boolean {
  if (process.platform === 'win32') return true;
  try {
    for (const { source, target } of missingLinks(native)) {
      try {
        symlinkSync(path.relative(path.dirname(target), source), target);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    for (const name of programs) {
      const file = path.join(native, 'bin', name);
      const { mode } = statSync(file);
      if ((mode & 0o111) !== 0o111) chmodSync(file, mode | 0o555);
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** `pg-symlinks.json` gives paths from the package's own folder: `native/lib/libpq.so.5.17` -> `native/lib/libpq.so.5`. */
function missingLinks(native: string): { source: string; target: string }[] {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const place = (file: string): string => path.join(native, path.relative('native', file));
  return links
    .map(({ source, target }) => ({ source: place(source), target: place(target) }))
    .filter(({ target }) => lstatSync(target, { throwIfNoEntry: false }) === undefined);
}

function isReachable(native: string, identity: Identity): boolean {
  const inside = ['', 'bin', 'lib', 'share', 'share/postgresql', 'bin/postgres', 'share/postgresql/postgres.bki'];
  const files = inside.map((name) => path.join(native, name)).filter((file) => existsSync(file));
  return [...ancestors(native), ...files].every((file) => mayUse(file, identity));
}

async function privateCopy(native: string, { runtimeHome }: Cluster): Promise<string> {
  const { size, mtimeMs } = statSync(path.join(native, 'bin', 'postgres'));
  const hash = createHash('sha256').update(`${native}\n${size}\n${mtimeMs}`).digest('hex').slice(0, 12);
  const folder = path.join(runtimeHome, `runtime-${hash}`);
  if (markUsed(folder)) return folder;
  await removeAbandonedCopies(path.dirname(folder));
  const temporary = temporaryBeside(folder);
  try {
    await cp(native, temporary, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    openToAll(temporary);
    repair(temporary);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(file);
    else if (entry.isFile()) chmodSync(file, statSync(file).mode & 0o100 ? 0o755 : 0o644);
  }
}

async function removeAbandonedCopies(home: string): Promise<void> {
  for (const name of readdirSync(home)) {
    if (name.startsWith('runtime-') && isAbandoned(path.join(home, name)))
      await rm(path.join(home, name), { recursive: true, force: true });
  }
}
