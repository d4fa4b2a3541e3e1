import { readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** What can be said about the process behind a pid in `postmaster.pid`. */
export type Verdict = 'dead' | 'server' | 'unrelated' | 'unknown';

/** True when the pid exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  return exists(pid) && !isZombie(pid);
}

/**
 * `server` and `unrelated` are proven by `/proc` (a zombie counts as unrelated); without `/proc`, or without the right to
 * read it, a living pid stays `unknown` and is PostgreSQL's to judge.
 */
export function judgeProcess(pid: number, data: string): Verdict {
  if (!exists(pid)) return 'dead';
  if (process.platform !== 'linux') return 'unknown';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    if (stat[end + 2] === 'Z') return 'unrelated';
    const program = stat.slice(stat.indexOf('(') + 1, end);
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return program === 'postgres' && folder === realpathSync(data) ? 'server' : 'unrelated';
  } catch {
    return 'unknown'; // Gone in between, or not ours to read: no proof either way.
  }
}

function exists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] === 'Z';
  } catch {
    return false; // Hidden from us; it exists all the same.
  }
}
