import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, ConflictError, ValidationError } from '../errors.ts';

/** Larger ones are not read: no client's configuration comes near. */
export const maxBytes = 8 * 1024 * 1024;
const keptBackups = 5;

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** The text of a configuration; undefined where there is none. Throws AppError for what is no text file that can be read. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw new ValidationError(`${file} is not a file. Nothing was changed.`);
    if (facts.size > maxBytes) throw new ValidationError(`${file} is larger than 8 MB. Nothing was changed.`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if (isMissing(error)) return await missing(file);
    if (error instanceof TypeError)
      throw new ValidationError(`${file} is not UTF-8 text. Nothing was changed.`, { cause: error });
    throw toFileError(error, file, 'read');
  }
}

/** A link that leads nowhere is not a missing file: writing would put a file in its place. */
async function missing(file: string): Promise<undefined> {
  const link = await lstat(file).catch(() => undefined);
  if (link?.isSymbolicLink())
    throw new ConflictError(`${file} is a link that leads nowhere. Nothing was changed.`, {
      hint: 'Make the file it leads to, or remove the link.',
    });
  return undefined;
}

/** Where a link leads to: people keep such files in a folder under version control. */
export async function resolved(file: string): Promise<string> {
  return realpath(file).catch((error: unknown) => {
    if (isMissing(error)) return file;
    throw toFileError(error, file, 'read');
  });
}

/** A copy of `text` beside the file it was read from, with the mode of that file; the latest five stay. */
export async function backUp(file: string, text: string): Promise<string> {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.before-mcp-servers-`;
  const backup = path.join(folder, `${prefix}${new Date().toISOString().replaceAll(':', '-')}`);
  await replaceFile(backup, text, await modeOf(file));
  const all = (await readdir(folder)).filter((name) => name.startsWith(prefix) && !name.endsWith('.tmp')).sort();
  for (const name of all.slice(0, -keptBackups)) await rm(path.join(folder, name), { force: true });
  return backup;
}

/** Written beside and renamed: a reader sees the old text or the new one. Keeps the mode of the old file. */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const kept = mode ?? (await modeOf(file));
    await writeFile(temporary, text, { flag: 'wx', mode: kept, flush: true });
    await chmod(temporary, kept);
    await rename(temporary, file);
  } catch (error) {
    throw toFileError(error, file, 'written');
  } finally {
    await rm(temporary, { force: true });
  }
}

const modeOf = (file: string): Promise<number> =>
  stat(file).then(
    (stats) => stats.mode & 0o777,
    () => 0o600,
  );

/** What the system refused, in words; defects stay as they are. */
export function toFileError(error: unknown, file: string, what: 'read' | 'written'): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof AppError || code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  return new ConflictError(`${file} cannot be ${what} (${code}).`, {
    cause: error,
    hint: 'Look at who owns the file and its folder, and whether the disk has room.',
  });
}
