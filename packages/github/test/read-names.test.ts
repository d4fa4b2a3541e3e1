import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import { githubHistory } from '../src/tools/github-history.ts';
import { githubReadFiles } from '../src/tools/github-read-files.ts';
import { githubRepo } from '../src/tools/github-repo.ts';
import { githubSearch } from '../src/tools/github-search.ts';
import { githubTree } from '../src/tools/github-tree.ts';
import { withWorld } from './read.fixture.ts';

const tools = [githubHistory, githubReadFiles, githubRepo, githubSearch, githubTree];
type Row = Record<string, unknown>;

const names = [
  'a#b.txt',
  'what?.txt',
  '100%.txt',
  '%2e%2e/x.txt',
  'with blank+plus.txt',
  'ünï/€.txt',
  "it's (1) & [2].txt",
];
const branches = ['feature/a#b', 'fix/100%-sure', 'v1.0+build&x=1', 'ünï/€', "it's"];

test.each(branches)('a branch named %s is read, listed, compared, blamed and its diff shown', async (branch) => {
  await using world = await withWorld(tools, { repos: ['ada/site'] });
  const repository = world.repository({ 'README.md': 'hello\n' });
  const files = Object.fromEntries(names.map((name) => [name, `text of ${name}\n`]));
  const head = commitFiles(world.sandbox.state, repository, { branch, message: 'Odd', files, author: world.ada });
  const repo = 'ADA/Site';
  const ask = async (tool: string, args: Row) => {
    const { data, isError, text } = await world.call(tool, { repo, ...args });
    expect(isError, `${tool} ${JSON.stringify(args)}: ${text}`).toBe(false);
    return data;
  };
  const read = await ask('github_read_files', { ref: branch, files: names.map((path) => ({ path })) });
  expect((read.files as Row[]).map(({ content }) => content)).toEqual(names.map((name) => `text of ${name}\n`));
  expect(read.commit).toBe(head);
  expect((await ask('github_tree', { ref: branch })).files).toBe(names.length + 1);
  for (const path of names) {
    expect((await ask('github_history', { ref: branch, path })).rows).toMatchObject([{ sha: head }]);
  }
  expect((await ask('github_history', { show: 'blame', ref: branch, path: names[0] })).rows).toHaveLength(1);
  const compared = await ask('github_history', { show: 'compare', base: 'main', head: branch, diff: true });
  expect((compared.files as Row[]).map(({ path }) => path).sort()).toEqual([...names].sort());
  const one = await ask('github_history', { show: 'commit', ref: branch, diff: true, path: '100%.txt' });
  expect(one.files).toMatchObject([{ path: '100%.txt', hunks: [{ text: '+text of 100%.txt' }] }]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('HEAD, refs/heads/…, a short sha and an annotated tag lead to their commit', async () => {
  await using world = await withWorld(tools);
  const repository = world.repository({ a: 'x\n' });
  const head = repository.refs.get('refs/heads/main') ?? '';
  const tagger = { name: 'Ada', email: 'ada@example.com', date: 0 };
  const tag = { type: 'tag', object: head, objectType: 'commit', tag: 'v1', tagger, message: 'One\n' } as const;
  repository.refs.set('refs/tags/v1', repository.objects.put(tag));
  for (const ref of ['HEAD', 'refs/heads/main', 'heads/main', head.slice(0, 8), 'v1', 'refs/tags/v1']) {
    const { data } = await world.call('github_history', { repo: 'ada/site', show: 'commit', ref });
    expect(data.about, ref).toMatchObject({ sha: head });
  }
  const { data } = await world.call('github_history', { repo: 'ada/site', show: 'compare', base: 'v1', head: 'main' });
  expect(data.about).toMatchObject({ status: 'identical', base: head, head });
});

const reads: [string, Row][] = [
  ['github_history', {}],
  ['github_history', { show: 'compare', base: 'main' }],
  ['github_tree', {}],
  ['github_read_files', { files: [{ path: 'README.md' }] }],
];

test.each(reads)('%s %j of a repository without a commit says so', async (tool, args) => {
  await using world = await withWorld(tools);
  world.repository({});
  const { error, text } = await world.call(tool, { repo: 'ada/site', ...args });
  expect([error?.code, text]).toEqual(['conflict', expect.stringContaining('no commit yet')]);
  const known = await world.call('github_repo', { repo: 'ada/site', include: ['branches', 'tags', 'languages'] });
  expect(known.isError, known.text).toBe(false);
});

test.each(reads)('%s %j of a repository whose default branch is gone names what there is', async (tool, args) => {
  await using world = await withWorld(tools);
  const repository = world.repository({ 'README.md': 'x\n' });
  repository.refs.set('refs/heads/develop', repository.refs.get('refs/heads/main') ?? '');
  repository.refs.delete('refs/heads/main');
  const { error, text } = await world.call(tool, { repo: 'ada/site', ...args });
  expect(error?.code).toBe('not_found');
  expect(text).toContain('develop');
});

test('a search of code without a credential says that it needs one, other searches do not', async () => {
  await using world = await withWorld(tools, { token: '' });
  world.repository({ 'a.ts': 'const needle = 1;\n' });
  const { error, text } = await world.call('github_search', { kind: 'code', query: 'needle' });
  expect([error?.code, text]).toEqual(['auth', expect.stringMatching(/only for a credential.*GITHUB_TOKEN/s)]);
  expect(text).not.toContain('revoked');
  expect((await world.call('github_search', { kind: 'repositories', query: 'site' })).isError).toBe(false);
});
