import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tryLock } from './lock.ts';
import { isAbandoned, machineTag, temporaryBeside } from './temporary.ts';

function place() {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-lock-'));
  return { file: path.join(folder, 'x.lock'), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

test('one holds the lock, until it is released', () => {
  using at = place();
  const release = tryLock(at.file);
  expect(release).toBeDefined();
  expect(tryLock(at.file)).toBe(undefined);
  release?.();
  expect(existsSync(at.file)).toBe(false);
  expect(tryLock(at.file)).toBeDefined();
});

test('the lock of a dead process, and one that is too old, are taken over', () => {
  using at = place();
  writeFileSync(at.file, `${deadPid()} ${machineTag} x`);
  expect(tryLock(at.file)).toBeDefined();
  const old = new Date(Date.now() - 60_000);
  utimesSync(at.file, old, old);
  expect(tryLock(at.file, 120_000)).toBe(undefined);
  expect(tryLock(at.file, 30_000)).toBeDefined();
});

test('a pid of another machine says nothing', () => {
  using at = place();
  writeFileSync(at.file, `${deadPid()} 00000000beef x`);
  expect(tryLock(at.file)).toBe(undefined);
});

test('a lock that others took over is not released by its former owner', () => {
  using at = place();
  const release = tryLock(at.file);
  writeFileSync(at.file, 'theirs');
  release?.();
  expect(readFileSync(at.file, 'utf8')).toBe('theirs');
});

test('temporary names are abandoned when their process is gone', () => {
  using at = place();
  const mine = temporaryBeside(at.file);
  expect(isAbandoned(mine)).toBe(false);
  expect(isAbandoned(mine.replace(`-${process.pid}-`, `-${deadPid()}-`))).toBe(true);
  expect(isAbandoned(at.file)).toBe(false);
});
