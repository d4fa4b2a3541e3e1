import { existsSync, readdirSync, statfsSync } from 'node:fs';
import { type AppError, UnavailableError } from '../errors.ts';

export type FailureReason =
  | 'platform'
  | 'binaries'
  | 'disk_full'
  | 'permission'
  | 'path'
  | 'foreign_major'
  | 'user'
  | 'memory'
  | 'damaged'
  | 'timeout'
  | 'start';

export interface FailureText {
  message: string;
  hint: string;
  cause?: unknown;
}

/** The database cannot come up as things are: nothing to retry until somebody acts on the hint. `details.reason` says why. */
export function failure(reason: FailureReason, { message, hint, cause }: FailureText): AppError {
  return new UnavailableError(message, { hint, cause, retryable: reason === 'timeout', details: { reason } });
}

export const ownDatabase = 'set DATABASE_URL to a PostgreSQL you run yourself';
export const orOwnDatabase = `or ${ownDatabase}`;

/** A failed file operation -> its cause in words. Anything unexpected is passed through unchanged. */
export function explainFile(error: unknown, place: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(place, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return failure('permission', {
      message: `No permission to write in ${place} (${code}).`,
      hint: `Give your user that folder, set MCP_SERVERS_HOME to a folder you own, ${orOwnDatabase}.`,
      cause: error,
    });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'ENAMETOOLONG' || code === 'EINVAL' || code === 'ELOOP') {
    return failure('path', {
      message: `The database folder ${place} is not usable (${code}).`,
      hint: `Set MCP_SERVERS_HOME to another folder, ${orOwnDatabase}.`,
      cause: error,
    });
  }
  return error;
}

/** A program of the package that could not be executed at all. */
export function explainSpawn(error: NodeJS.ErrnoException, program: string): AppError {
  const { code } = error;
  if (code === 'ENOENT' && existsSync(program)) return cannotRun(program, 'the system has no loader for it', error);
  if (code === 'EACCES') {
    return cannotRun(program, 'it may not be executed (a noexec mount, or missing permission on the path)', error);
  }
  if (code === 'ENOEXEC') return cannotRun(program, 'it was built for another kind of processor', error);
  if (code === 'EPERM' || code === 'EINVAL') {
    return failure('user', {
      message: `PostgreSQL does not run as root, and this process may not start it as another user (${code}).`,
      hint: `Run as an ordinary user, allow changing user ids (CAP_SETUID, CAP_SETGID, CAP_CHOWN), ${orOwnDatabase}.`,
      cause: error,
    });
  }
  return cannotRun(program, error.message, error);
}

/** What `initdb` or the server wrote before it gave up -> the cause in words, or undefined when it is none of the known ones. */
export function explainOutput(output: string, place: string): AppError | undefined {
  if (output.trim() === '' && hasNoRoom(place)) return diskFull(place, 'nothing could be written to the log either');
  if (/No space left on device|Disk quota exceeded|not enough space on the disk/i.test(output))
    return diskFull(place, output);
  if (
    /error while loading shared libraries|Library not loaded|GLIBC_|symbol lookup error|Error relocating/.test(output)
  ) {
    return cannotRun('PostgreSQL', firstLine(output), output);
  }
  if (/could not look up effective user ID|user does not exist/.test(output)) {
    return failure('user', {
      message: 'PostgreSQL needs a user with a name, and the user id of this process has none.',
      hint: `Run as a user listed in /etc/passwd, ${orOwnDatabase}.`,
      cause: output,
    });
  }
  if (/database files are incompatible|was initialized by PostgreSQL version/.test(output)) {
    return failure('foreign_major', {
      message: `The files in ${place} belong to another version of PostgreSQL.`,
      hint: `Use the program version that wrote them, ${orOwnDatabase}.`,
      cause: output,
    });
  }
  if (/could not (?:create|map|resize|open) .*shared memory|Cannot allocate memory/i.test(output)) {
    return failure('memory', {
      message: 'The system refused PostgreSQL the memory it asked for (32 MB shared).',
      hint: `Free memory, raise the limit of the container, ${orOwnDatabase}.`,
      cause: output,
    });
  }
  if (/Permission denied|has wrong ownership|has invalid permissions/.test(output)) {
    return failure('permission', {
      message: `PostgreSQL may not use its files in ${place}: ${firstLine(output)}`,
      hint: `Give the folder back to the user who created it, ${orOwnDatabase}.`,
      cause: output,
    });
  }
  if (/invalid (?:primary )?checkpoint record|could not locate a valid checkpoint|PANIC:/.test(output)) {
    return failure('damaged', {
      message: `The database files in ${place} are damaged: ${firstLine(output)}`,
      hint: 'Move that folder aside and import the newest file of the copies folder.',
      cause: output,
    });
  }
  return undefined;
}

/** The exit codes Windows gives when a program's libraries are missing or of the wrong kind. */
export function explainExit(code: number | null, program: string): AppError | undefined {
  if (code === 0xc0000135 || code === 0xc000007b || code === -1073741515 || code === -1073741701) {
    return failure('binaries', {
      message: `${program} cannot run: the Microsoft Visual C++ runtime is missing.`,
      hint: `Install the "Microsoft Visual C++ Redistributable" (x64) from microsoft.com, ${orOwnDatabase}.`,
    });
  }
  return undefined;
}

function cannotRun(program: string, why: string, cause: unknown): AppError {
  const musl = usesMusl();
  return failure('binaries', {
    message: `${program} cannot run here: ${why}${musl ? '. This system uses musl, the programs need glibc' : ''}.`,
    hint: musl ? `Use a Debian based image, ${orOwnDatabase}.` : `Install what is missing, ${orOwnDatabase}.`,
    cause,
  });
}

function diskFull(place: string, cause: unknown): AppError {
  return failure('disk_full', {
    message: `The disk that holds ${place} is full.`,
    hint: 'Free at least 100 MB there, or set MCP_SERVERS_HOME to a folder on another disk.',
    cause,
  });
}

function hasNoRoom(place: string): boolean {
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize < 1_000_000;
}

function usesMusl(): boolean {
  try {
    return readdirSync('/lib').some((name) => name.startsWith('ld-musl-'));
  } catch {
    return false; // No /lib: not a Linux system.
  }
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
