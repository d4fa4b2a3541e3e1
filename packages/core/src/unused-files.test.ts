import { mkdirSync, mkdtempDisposableSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { removeUnusedFiles, unusedMs } from './unused-files.ts';

const now = Date.UTC(2026, 0, 31);
const before = (ms: number) => new Date(now - ms);
const day = 24 * 3_600_000;

/** A folder with files by name, each with when it was read and written last. */
function withFiles(files: Readonly<Record<string, readonly [read: number, written: number]>>) {
  const folder = mkdtempDisposableSync(path.join(tmpdir(), 'unused-test-'));
  for (const [name, [read, written]] of Object.entries(files)) {
    const file = path.join(folder.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'compiled');
    utimesSync(file, before(read), before(written));
  }
  return folder;
}

test('only what was neither read nor written for thirty days is removed', async () => {
  using folder = withFiles({
    'v24/old': [unusedMs + day, unusedMs + day],
    'v24/read': [day, unusedMs + day],
    'v24/written': [unusedMs + day, day],
    'v24/at the limit': [unusedMs, unusedMs],
  });
  await removeUnusedFiles(folder.path, now);
  expect(readdirSync(path.join(folder.path, 'v24')).sort()).toEqual(['at the limit', 'read', 'written']);
});

test('the folder of a Node that nobody runs any more goes with its files, a new one stays although it is empty', async () => {
  using folder = withFiles({ 'v22/old': [unusedMs + day, unusedMs + day] });
  utimesSync(path.join(folder.path, 'v22'), before(unusedMs + day), before(unusedMs + day));
  mkdirSync(path.join(folder.path, 'v24'));
  utimesSync(path.join(folder.path, 'v24'), before(day), before(day));
  await removeUnusedFiles(folder.path, now);
  expect(readdirSync(folder.path)).toEqual(['v24']);
});

test('two processes at once clear the same folder, and neither that nor a folder that is not there is an error', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `v24/${n}`);
  using folder = withFiles(Object.fromEntries(names.map((name) => [name, [2 * unusedMs, 2 * unusedMs]] as const)));
  await Promise.all([removeUnusedFiles(folder.path, now), removeUnusedFiles(folder.path, now)]);
  expect(readdirSync(path.join(folder.path, 'v24'))).toEqual([]);
  await expect(removeUnusedFiles(path.join(folder.path, 'none'), now)).resolves.toBeUndefined();
});
