import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError, ConflictError, NotFoundError, UnavailableError, ValidationError } from '@mcp-servers/core';

/** Names that Windows keeps for devices, with any ending. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const forbidden = /[<>:"/\\|?*\x00-\x1f\x7f]/;

/** Throws unless the name can be used on every system, Windows too. */
export function checkFileName(name: string): void {
  const bad =
    name === '' ||
    forbidden.test(name) ||
    reserved.test(name) ||
    /^\.|[. ]$/.test(name) ||
    Buffer.byteLength(name) > 200;
  if (!bad) return;
  throw new ValidationError('file: not a name that every system takes.', {
    hint: 'Use up to 200 letters, digits, "-", "_" and "." in between, for example "plan.md".',
  });
}

/**
 * A name or path of a caller -> the real path it stands for, of a thing that exists. The first of `folders` is where plain names
 * are, and is made when it is missing (mode 0700). Throws unless the real path is one of them or inside one.
 */
export async function locate(folders: readonly string[], file: string): Promise<string> {
  const wanted = await toPath(folders, file);
  const real = await realpath(wanted).catch((error: unknown) => {
    // Whether something is there is not told about places outside.
    throw within(folders, wanted) ? fileError(error, wanted) : outside(folders);
  });
  if (!within(await realPaths(folders), real)) throw outside(folders);
  return real;
}

/** The same for a file to be: its folder exists. */
export async function locateNew(folders: readonly string[], file: string): Promise<{ folder: string; name: string }> {
  const wanted = await toPath(folders, file);
  return { folder: await locate(folders, path.dirname(wanted)), name: path.basename(wanted) };
}

async function toPath(folders: readonly string[], file: string): Promise<string> {
  const [first] = folders;
  if (first === undefined) throw new ValidationError('file: this server reads and writes no files.');
  await mkdir(first, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileError(error, first);
  });
  return path.resolve(first, file);
}

/** Those that exist. */
async function realPaths(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.allSettled(folders.map((folder) => realpath(folder)));
  return found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function within(folders: readonly string[], place: string): boolean {
  return folders.some((folder) => {
    const relative = path.relative(folder, place);
    return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
  });
}

function outside(folders: readonly string[]): ValidationError {
  return new ValidationError('file: lies outside the folders that may be used.', {
    hint: `Use a file name alone, or a path inside ${folders.join(', ')}. GOALS_TRANSFER_DIRS allows more folders.`,
  });
}

const causes: Record<string, string> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ELOOP: 'a part of the path is a loop of links',
  ENAMETOOLONG: 'the name is too long',
};

/** What the system says about a file -> an error that a model understands. */
export function fileError(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new NotFoundError(`There is no ${file}.`, { cause: error });
  if (code === 'EEXIST') {
    return new ConflictError(`${file} exists already.`, {
      cause: error,
      hint: 'Give another name; an export never replaces a file.',
    });
  }
  const reason = causes[code];
  if (reason === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new UnavailableError(`${file} cannot be written: ${reason}.`, { cause: error });
  return new ConflictError(`${file} cannot be used: ${reason}.`, { cause: error });
}
