import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import { openPull } from '../sandbox/model/pulls.ts';
import { addReview } from '../sandbox/model/reviews.ts';
import type { FileDiff } from '../src/read/diff/index.ts';
import { githubPullDiff } from '../src/tools/github-pull-diff.ts';
import { withWorld } from './read.fixture.ts';

const tools = [githubPullDiff];

test('the diff of a pull request, with the numbers that a review comment needs', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const before = Array.from({ length: 60 }, (_, n) => `line ${n + 1}\n`);
  const repository = world.repository({ 'a.txt': before.join(''), 'gone.txt': 'x\n', 'logo.png': Buffer.from([0, 1]) });
  const after = before.map((line, n) => (n === 9 || n === 49 ? `${line.trim()} \u202e changed\n` : line)).join('');
  const files = { 'a.txt': after, 'new.txt': 'one\ntwo\n', 'gone.txt': null, 'logo.png': Buffer.from([0, 2]) };
  commitFiles(state, repository, { branch: 'fix', message: 'x', files, author: world.ada });
  const pull = openPull(state, repository, { author: world.ada, title: 'T', head: 'fix', base: 'main' });
  const answer = await world.call('github_pull_diff', { repo: 'ada/site', number: pull.number });
  expect(answer.isError, answer.text).toBe(false);
  const [changed, gone, logo, added] = answer.data.files as FileDiff[];
  expect(changed).toMatchObject({
    path: 'a.txt',
    additions: 2,
    deletions: 2,
    hunks: [{ hunk: 1, new_start: 7 }, { hunk: 2 }],
  });
  expect(gone).toMatchObject({ path: 'gone.txt', status: 'removed' });
  expect(logo?.note).toContain('Binary');
  expect(added).toMatchObject({ status: 'added', hunks: [{ new_start: 1, text: '+one\n+two' }] });
  expect(answer.text).toMatch(/ 50 \+line 50 ⟨U\+202E⟩ changed/);
  expect(answer.text).toContain('4 files changed');
  const one = await world.call('github_pull_diff', { repo: 'ada/site', number: pull.number, path: 'new.txt' });
  expect(one.data.files).toMatchObject([{ path: 'new.txt' }]);
  // The number in the text is the line that GitHub takes.
  const review = {
    author: world.ada,
    body: '',
    event: 'COMMENT',
    threads: [{ path: 'a.txt', line: 50, body: 'here' }],
  } as const;
  expect(() => addReview(state, pull, review)).not.toThrow();
  expect(world.sandbox.unknown).toEqual([]);
});

test('a patch that GitHub leaves out, and a pull request that is not there', async () => {
  await using world = await withWorld(tools, { bounds: { patchLines: 10 } });
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x\n' });
  commitFiles(state, repository, {
    branch: 'fix',
    message: 'x',
    files: { big: 'line\n'.repeat(500) },
    author: world.ada,
  });
  const { number } = openPull(state, repository, { author: world.ada, title: 'T', head: 'fix', base: 'main' });
  const answer = await world.call('github_pull_diff', { repo: 'ada/site', number });
  expect(answer.text).toContain('Too large: GitHub gives no patch');
  expect(answer.text).toContain('1 file changed');
  expect((await world.call('github_pull_diff', { repo: 'ada/site', number: 99 })).error?.code).toBe('not_found');
});
