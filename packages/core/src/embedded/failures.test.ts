import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { explainExit, explainFile, explainOutput, explainSpawn } from './failures.ts';

const coded = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

const outputs = {
  disk_full: 'initdb: error: could not write to file "x": No space left on device',
  binaries: 'postgres: error while loading shared libraries: libxml2.so.2: cannot open shared object file',
  foreign_major:
    'FATAL:  database files are incompatible with server\nDETAIL: was initialized by PostgreSQL version 16',
  user: 'initdb: error: could not look up effective user ID 12345: user does not exist',
  memory: 'FATAL:  could not map anonymous shared memory: Cannot allocate memory',
  permission: 'FATAL:  data directory "/x" has wrong ownership',
  damaged: 'PANIC:  could not locate a valid checkpoint record at 0/1',
};

for (const [reason, output] of Object.entries(outputs)) {
  test(`what PostgreSQL prints is recognised as ${reason}, with a way out`, () => {
    const error = explainOutput(output, process.cwd());
    expect(error).toMatchObject({ code: 'unavailable', retryable: false, details: { reason } });
    expect(error?.hint).toMatch(/DATABASE_URL|Free|copies/);
  });
}

test('other output is left to the caller', () => {
  expect(explainOutput('LOG:  database system is ready', process.cwd())).toBe(undefined);
});

test.each([
  ['ENOSPC', 'disk_full'],
  ['EROFS', 'permission'],
  ['EACCES', 'permission'],
  ['ENOTDIR', 'path'],
  ['ENAMETOOLONG', 'path'],
])('a file operation that fails with %s means %s', (code, reason) => {
  expect(explainFile(coded(code), '/data')).toMatchObject({
    details: { reason },
    message: expect.stringContaining('/data'),
  });
});

test('an unexpected failure is passed on as it is', () => {
  const defect = new TypeError('x is not a function');
  expect(explainFile(defect, '/data')).toBe(defect);
});

test.each([
  ['ENOENT', 'no loader'],
  ['EACCES', 'noexec'],
  ['ENOEXEC', 'processor'],
  ['EPERM', 'root'],
])('a program that cannot be executed (%s) is explained', (code, words) => {
  const error = explainSpawn(coded(code), process.execPath);
  expect(error).toBeInstanceOf(AppError);
  expect(error.message).toContain(words);
  expect(error.hint).toContain('DATABASE_URL');
});

test('a missing C++ runtime on Windows is named', () => {
  expect(explainExit(3221225781, 'postgres.exe')?.hint).toContain('Visual C++');
  expect(explainExit(1, 'postgres.exe')).toBe(undefined);
});
