import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAlive } from './processes.ts';
import { machineTag } from './temporary.ts';

/** A lock without a name in it is one whose owner was killed while writing it. */
const unsignedMs = 2000;

/**
 * Only keeps eight processes from doing the same work at once: nothing breaks when two hold it. A lock whose owner is dead,
 * or that is older than `oldestMs`, is ignored. Returns the release, or undefined when somebody else is at work.
 */
export function tryLock(file: string, oldestMs = 30_000): (() => void) | undefined {
  const content = `${process.pid} ${machineTag} ${randomBytes(8).toString('hex')}`;
  if (isStale(file, oldestMs)) rmSync(file, { force: true });
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    if (read(file) === undefined) rmSync(file, { force: true }); // Made but not written: the disk is full.
    throw error;
  }
  return () => {
    if (read(file) === content) rmSync(file, { force: true });
  };
}

function isStale(file: string, oldestMs: number): boolean {
  const content = read(file);
  const [pid, machine] = (content ?? '').split(' ');
  if (machine === machineTag && !isAlive(Number(pid))) return true;
  const status = statSync(file, { throwIfNoEntry: false });
  return status !== undefined && Date.now() - status.mtimeMs > (content === undefined ? unsignedMs : oldestMs);
}

/** Undefined when there is no lock, or its owner has not written its name yet. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8') || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
