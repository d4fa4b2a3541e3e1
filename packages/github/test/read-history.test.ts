import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import { githubHistory } from '../src/tools/github-history.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

const tools = [githubHistory];
type Row = Record<string, unknown>;
const rowsOf = (data: Row) => data.rows as Row[];

function withCommits(world: ReadWorld, count: number) {
  const repository = world.repository({ 'README.md': 'one\ntwo\nthree\n' });
  const commit = (message: string, files: Record<string, string>, branch = 'main') =>
    commitFiles(world.sandbox.state, repository, { branch, message, files, author: world.ada });
  const shas = Array.from({ length: count }, (_, n) =>
    commit(`Change ${n}\n\nWhy ${n}`, { [`f${n % 3}.txt`]: `${n}\n` }),
  );
  return { repository, commit, shas };
}

test('commits of a branch page by page, even when it moves; of a path and an author', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 30);
  const seen: unknown[] = [];
  let args: Row = { repo: 'ada/site', limit: 7 };
  for (;;) {
    const { data, isError, text } = await world.call('github_history', args);
    expect(isError, text).toBe(false);
    seen.push(...rowsOf(data).map(({ title }) => title));
    if (data.next_cursor === undefined) break;
    args = { cursor: data.next_cursor, limit: 7 };
  }
  expect(seen).toEqual([...Array.from({ length: 30 }, (_, n) => `Change ${29 - n}`), 'First']);
  commit('Later', { late: 'x' });
  const ofPath = await world.call('github_history', { repo: 'ada/site', path: 'f1.txt', author: 'ada' });
  expect(rowsOf(ofPath.data)).toHaveLength(10);
  expect((await world.call('github_history', { repo: 'ada/site', author: 'nobody' })).data.notes).toEqual([
    'No commit matches.',
  ]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('one commit has its message fenced, its files and what they grew by', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 1);
  const sha = commit('Title\n\nBody \u202e', { 'README.md': 'one\n2\nthree\nfour\n', new: 'n\n' });
  const answer = await world.call('github_history', { repo: 'ada/site', show: 'commit', ref: sha.slice(0, 10) });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.data.about).toMatchObject({
    sha,
    author: 'ada',
    message: 'Title\n\nBody \u202e',
    additions: 3,
    deletions: 1,
  });
  expect(rowsOf(answer.data)).toEqual([
    { path: 'README.md', additions: 2, deletions: 1 },
    { path: 'new', status: 'added', additions: 1, deletions: 0 },
  ]);
  expect(answer.text).toContain('Body ⟨U+202E⟩');
});

test('two refs are compared: ahead, behind, commits and files', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 2);
  commit('Side', { side: 's\n' }, 'feature');
  commit('Side 2', { side: 's\nt\n' }, 'feature');
  commit('Main', { main: 'm\n' });
  const answer = await world.call('github_history', {
    repo: 'ada/site',
    show: 'compare',
    base: 'main',
    head: 'feature',
  });
  expect(answer.data.about).toMatchObject({ status: 'diverged', ahead_by: 2, behind_by: 1 });
  expect(rowsOf(answer.data).map(({ title }) => title)).toEqual(['Side', 'Side 2']);
  expect(answer.data.files).toEqual([{ path: 'side', status: 'added', additions: 2, deletions: 0 }]);
});

test('a big comparison stays within the budget and says what is missing', async () => {
  await using world = await withWorld(tools);
  const { commit } = withCommits(world, 1);
  commit('Wide', Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`wide/file-${n}.txt`, 'x\n'])), 'feature');
  const args = { repo: 'ada/site', show: 'compare', base: 'main', head: 'feature', max_chars: 3000 };
  const answer = await world.call('github_history', args);
  expect(JSON.stringify(answer.data).length).toBeLessThanOrEqual(3000);
  expect(answer.text).toMatch(/\d+ more files did not fit/);
});

test('what is needed, and refs that are not there, are named', async () => {
  await using world = await withWorld(tools);
  withCommits(world, 1);
  const ask = async (args: Row) => (await world.call('github_history', { repo: 'ada/site', ...args })).text;
  expect(await ask({ show: 'commit' })).toContain('give the commit');
  expect(await ask({ show: 'compare' })).toContain('give the ref to compare');
  expect(await ask({ show: 'blame' })).toContain('needs the path');
  expect(await ask({ ref: 'mian' })).toContain('Did you mean main');
});
