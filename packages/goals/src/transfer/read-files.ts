import { constants } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConflictError, ValidationError } from '@mcp-servers/core';
import { fileError, locate } from './folders.ts';

/** What one import takes: bytes of all its files together, and files of a folder. */
export const sourceLimits = { bytes: 20 * 1024 * 1024, files: 5000, depth: 8 } as const;

export interface SourceFile {
  /** Path from the source's own folder, with `/`. */
  name: string;
  text: string;
}

/** Reads a file, or the Markdown files of a folder, inside an allowed folder; answers the real path too. Links inside a folder are not followed. */
export async function readSource(
  folders: readonly string[],
  file: string,
  signal?: AbortSignal,
): Promise<{ files: SourceFile[]; path: string }> {
  const real = await locate(folders, file);
  try {
    const isFolder = (await stat(real)).isDirectory();
    const paths = isFolder ? await markdownFiles(real) : [real];
    let left: number = sourceLimits.bytes;
    const files: SourceFile[] = [];
    for (const found of paths) {
      signal?.throwIfAborted();
      const data = await readWhole(found, left);
      left -= data.length;
      const name = isFolder ? path.relative(real, found).split(path.sep).join('/') : path.basename(real);
      files.push({ name, text: decode(data, name) });
    }
    return { files, path: real };
  } catch (error) {
    throw fileError(error, real);
  }
}

async function markdownFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  const rest = [{ folder: root, depth: 0 }];
  for (let entry = rest.pop(); entry !== undefined; entry = rest.pop()) {
    for await (const item of await opendir(entry.folder)) {
      const place = path.join(entry.folder, item.name);
      if (item.isDirectory() && entry.depth < sourceLimits.depth && !['.git', 'node_modules'].includes(item.name))
        rest.push({ folder: place, depth: entry.depth + 1 });
      if (item.isFile() && /\.(md|markdown)$/i.test(item.name)) found.push(place);
      if (found.length > sourceLimits.files)
        throw new ValidationError(`The folder has more than ${sourceLimits.files} Markdown files.`);
    }
  }
  if (found.length === 0) throw new ValidationError(`The folder ${root} has no Markdown files.`);
  return found.sort();
}

/** Opened without waiting for a writer, so that a pipe is refused and does not hang. */
async function readWhole(file: string, limit: number): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new ConflictError(`${file} is no ordinary file.`);
    if (status.size > limit) throw tooLarge();
    const parts: Buffer[] = [];
    let size = 0;
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(limit + 1 - size, 1024 * 1024)));
      if (bytesRead === 0) return Buffer.concat(parts);
      size += bytesRead;
      if (size > limit) throw tooLarge();
      parts.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

export function tooLarge(): ValidationError {
  return new ValidationError(`The source is larger than ${sourceLimits.bytes / 1024 / 1024} MB.`, {
    hint: 'Split it, for example by goal or project, and import the parts.',
  });
}

function decode(data: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch (cause) {
    throw new ValidationError(`${name} is not UTF-8 text.`, { cause, hint: 'Save it as UTF-8 and import it again.' });
  }
}
