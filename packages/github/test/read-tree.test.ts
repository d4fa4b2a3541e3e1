import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import type { Folder } from '../src/read/tree/index.ts';
import { githubTree } from '../src/tools/github-tree.ts';
import { withWorld } from './read.fixture.ts';

const tools = [githubTree];
const pathsOf = ({ folders }: Record<string, unknown>) =>
  (folders as Folder[]).flatMap(({ path, entries }) => entries.map(({ name }) => (path ? `${path}/${name}` : name)));

const files = {
  'README.md': 'hello',
  'src/a.ts': 'a',
  'src/a.test.ts': 'a',
  'src/deep/b.ts': 'bb',
  'src/deep/er/c.ts': 'c',
  'docs/x.md': 'x',
  link: { mode: '120000', content: 'README.md' },
  vendor: { mode: '160000', sha: 'a'.repeat(40) },
} as const;

test('files by folder with sizes, kinds, totals and the commit', async () => {
  await using world = await withWorld(tools);
  const repository = world.repository(files);
  const answer = await world.call('github_tree', { repo: 'ada/site' });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.data).toMatchObject({ files: 8, commit: repository.refs.get('refs/heads/main') });
  expect(pathsOf(answer.data)).toEqual([
    ...['README.md', 'link', 'vendor', 'docs/x.md', 'src/a.test.ts', 'src/a.ts', 'src/deep/b.ts', 'src/deep/er/c.ts'],
  ]);
  expect(answer.text).toMatch(/<<untrusted [\s\S]*src\/\n {2}a\.test\.ts 1\n[\s\S]*link \(symlink\)|link \(symlink\)/);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a folder, globs and a depth; deeper folders are counted', async () => {
  await using world = await withWorld(tools);
  world.repository(files);
  const ask = async (args: object) => (await world.call('github_tree', { repo: 'ada/site', ...args })).data;
  expect(pathsOf(await ask({ path: 'src/deep' }))).toEqual(['src/deep/b.ts', 'src/deep/er/c.ts']);
  expect(pathsOf(await ask({ include: ['*.ts'], exclude: ['*.test.ts', 'src/deep/er/'] }))).toEqual([
    'src/a.ts',
    'src/deep/b.ts',
  ]);
  const shallow = await ask({ depth: 1 });
  expect(pathsOf(shallow)).toEqual(['README.md', 'docs', 'link', 'src', 'vendor']);
  const counted = (await ask({ path: 'src', depth: 2, include: ['*.ts'] })).folders as Folder[];
  expect(counted.flatMap(({ entries }) => entries)).toContainEqual({ name: 'er', type: 'dir', inside: 1 });
  expect((await ask({ include: ['*.rs'] })).notes).toEqual(['Nothing matches.']);
});

test('pages together are the whole, even when the branch moves in between', async () => {
  await using world = await withWorld(tools);
  const names = Array.from({ length: 300 }, (_, n) => `dir${n % 7}/file${String(n).padStart(3, '0')}.txt`);
  const repository = world.repository(Object.fromEntries(names.map((name) => [name, name])));
  const other = commitFiles(world.sandbox.state, repository, {
    branch: 'other',
    message: 'x',
    files: { z: 'z' },
    author: world.ada,
  });
  const seen: string[] = [];
  let args: Record<string, unknown> = { repo: 'ada/site', max_chars: 3000 };
  for (;;) {
    const { data, text, isError } = await world.call('github_tree', args);
    expect(isError, text).toBe(false);
    expect(Math.max(JSON.stringify(data).length, text.length)).toBeLessThanOrEqual(3000);
    seen.push(...pathsOf(data));
    repository.refs.set('refs/heads/main', other);
    if (data.next_cursor === undefined) break;
    args = { cursor: data.next_cursor, max_chars: 3000 };
  }
  expect(seen).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
});

test('a tree that GitHub truncates is read folder by folder', async () => {
  await using world = await withWorld(tools, { bounds: { treeEntries: 10 } });
  const names = Array.from({ length: 40 }, (_, n) => `d${n % 5}/e${n % 2}/f${String(n).padStart(2, '0')}`);
  world.repository(Object.fromEntries(names.map((name) => [name, name])));
  const answer = await world.call('github_tree', { repo: 'ada/site' });
  expect(pathsOf(answer.data)).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(answer.data.notes).toEqual([]);
});

test('a tree with more folders than one call reads names those it left out', async () => {
  await using world = await withWorld(tools, { bounds: { treeEntries: 20 } });
  const names = Array.from({ length: 324 }, (_, n) => `d${n % 18}/e${Math.floor(n / 18)}/f`);
  world.repository(Object.fromEntries(names.map((name) => [name, name])));
  const answer = await world.call('github_tree', { repo: 'ada/site' });
  expect(answer.text).toMatch(/Not read:\n<<untrusted .*>>\nd/);
  expect(answer.data.notes).toEqual([expect.stringContaining('256 folders were not read')]);
  expect(world.sandbox.requests.length).toBeLessThan(40);
});

test('what is no folder, not there, empty or outside is said', async () => {
  await using world = await withWorld(tools);
  world.repository(files);
  world.repository({}, { name: 'empty' });
  const ask = async (args: object) => (await world.call('github_tree', { repo: 'ada/site', ...args })).text;
  expect(await ask({ path: 'src/a.ts' })).toContain('is a file, no folder');
  expect(await ask({ path: 'sr' })).toContain('Did you mean "src"');
  expect(await ask({ path: '../x' })).toContain('leads out');
  expect(await ask({ repo: 'ada/empty' })).toContain('no commit yet');
  expect((await world.call('github_tree', {})).text).toContain('repo: required without cursor');
});
