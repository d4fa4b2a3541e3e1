import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { NotFoundError, ValidationError } from '../errors.ts';

/** Calls `use` with the lines of a gzip file, one at a time. Throws ValidationError when the file is cut or not gzip. */
export async function withLines<T>(file: string, use: (lines: AsyncIterable<string>) => Promise<T>): Promise<T> {
  const results: T[] = [];
  const gunzip = createGunzip();
  gunzip.setEncoding('utf8');
  try {
    await pipeline(createReadStream(file), gunzip, async (chunks: AsyncIterable<string>) => {
      results.push(await use(splitLines(chunks)));
    });
  } catch (error) {
    throw explain(error, file);
  }
  return results[0] as T;
}

export function damaged(file: string, what: string, cause?: unknown): ValidationError {
  return new ValidationError(`${file} is not a complete export: ${what}.`, {
    hint: 'Use another copy; nothing was changed.',
    cause,
  });
}

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function explain(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('Z_')) return damaged(file, `it is cut or not gzip (${message})`, error);
  if (code === 'ENOENT') return new NotFoundError(`There is no file ${file}.`, { cause: error });
  return error;
}
