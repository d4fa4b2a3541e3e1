import { mkdirSync, mkdtempDisposableSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { unusedMs } from '../unused-files.ts';
import { markUsed, removeUnusedCopies } from './unused-copies.ts';

const now = Date.now();

/** A home with copies of the programs by the letter their hash is made of, each last used so long ago. */
function withCopies(copies: Readonly<Record<string, number>>) {
  const home = mkdtempDisposableSync(path.join(tmpdir(), 'copies-test-'));
  const folderOf = (letter: string) => path.join(home.path, `runtime-${letter.repeat(12)}`);
  for (const [letter, ms] of Object.entries(copies)) {
    mkdirSync(path.join(folderOf(letter), 'bin'), { recursive: true });
    writeFileSync(path.join(folderOf(letter), 'bin', 'postgres'), '');
    utimesSync(folderOf(letter), new Date(now - ms), new Date(now - ms));
  }
  const left = () =>
    readdirSync(home.path)
      .filter((name) => name.startsWith('runtime-'))
      .map((name) => name.at(-1));
  return { home: home.path, folderOf, left, [Symbol.dispose]: () => home.remove() };
}

const old = 2 * unusedMs;

test('copies that no start has used for thirty days are removed, others and what is not a copy stay', async () => {
  using here = withCopies({ a: old, b: unusedMs - 60_000, c: old });
  mkdirSync(path.join(here.home, 'runtime-notes'));
  utimesSync(path.join(here.home, 'runtime-notes'), new Date(0), new Date(0));
  expect(markUsed(here.folderOf('c'))).toBe(true);
  await removeUnusedCopies(here.home, now);
  expect(here.left()).toEqual(['b', 'c', 's']);
  expect(markUsed(here.folderOf('a'))).toBe(false);
});

test('the copy that a server was last started from stays, however long ago that was', async () => {
  using here = withCopies({ a: old, b: old });
  mkdirSync(path.join(here.home, 'pg17', 'data'), { recursive: true });
  const command = `${path.join(here.folderOf('b'), 'bin', 'postgres')} "-D" "${path.join(here.home, 'pg17', 'data')}"\n`;
  writeFileSync(path.join(here.home, 'pg17', 'data', 'postmaster.opts'), command);
  await removeUnusedCopies(here.home, now);
  expect(here.left()).toEqual(['b']);
});

test('two processes at once remove an old copy, and neither fails', async () => {
  using here = withCopies({ a: old, b: old, c: 0 });
  await Promise.all([removeUnusedCopies(here.home, now), removeUnusedCopies(here.home, now)]);
  expect(here.left()).toEqual(['c']);
});
