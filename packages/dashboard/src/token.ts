import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ValidationError } from '@mcp-servers/core';

export const tokenFile = (home: string): string => path.join(home, 'dashboard-token');

/** The token of this home folder, made at the first start and kept in a file of mode 0600. Two first starts agree on one. */
export async function loadToken(home: string): Promise<string> {
  const file = tokenFile(home);
  const known = await read(file);
  if (known !== undefined) return known;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(temporary, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link appears whole, and only if there is none yet.
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return (await read(file)) ?? unusable(file);
}

async function read(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    if (process.platform !== 'win32') await chmod(file, 0o600);
    return text.length >= 16 ? text : unusable(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function unusable(file: string): never {
  throw new ValidationError(`${file} does not hold a token of 16 characters or more.`, {
    hint: 'Remove the file: a new token is made at the next start.',
  });
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether both are the same, in a time that does not tell how much of them is. */
export const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

/** What the browser keeps instead of the token: cookies are shared by all ports of a host, and this opens no other door. */
export const cookieOf = (token: string): string =>
  createHash('sha256').update(`cookie of ${token}`).digest('base64url');
