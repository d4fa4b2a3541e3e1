import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { addRun } from '../sandbox/model/actions.ts';
import { addCheckRun } from '../sandbox/model/checks.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import type { PullRequest } from '../sandbox/model/issue.ts';
import { addComment, addIssue } from '../sandbox/model/issue-store.ts';
import { openPull } from '../sandbox/model/pulls.ts';
import { addReview } from '../sandbox/model/reviews.ts';
import { githubPull } from '../src/tools/github-pull.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

const tools = [githubPull];
type Row = Record<string, unknown>;

/** A busy pull request: files, comments, threads, checks, reviews, an issue that it closes. */
function withPull(world: ReadWorld, { files = 40, comments = 20, threads = 3, body = 'Closes #1' } = {}): PullRequest {
  const { state } = world.sandbox;
  const bob = addAccount(state, { login: 'bob', name: 'Bob' });
  const repository = world.repository({ 'README.md': 'hello\n' });
  addIssue(state, repository, { author: bob, title: 'It breaks' });
  const changed = Object.fromEntries(
    Array.from({ length: files }, (_, n) => [`src/area/module-${n}.ts`, `export const a = ${n};\n`]),
  );
  const head = commitFiles(state, repository, { branch: 'fix', message: 'Fix it', files: changed, author: world.ada });
  const pull = openPull(state, repository, {
    author: world.ada,
    title: 'Fix the break',
    body,
    head: 'fix',
    base: 'main',
  });
  for (let n = 0; n < comments; n += 1)
    addComment(state, pull, { author: bob, body: `Comment ${n}: ${'words '.repeat(30)}` });
  addReview(state, pull, {
    ...{ author: bob, body: 'Please look again', event: 'REQUEST_CHANGES' },
    threads: Array.from({ length: threads }, (_, n) => ({
      path: `src/area/module-${n}.ts`,
      line: 1,
      body: `Why ${n}?\u202e`,
    })),
  });
  addRun(state, repository, {
    ...{
      workflow: { id: 1, name: 'CI', path: '.github/workflows/ci.yml', state: 'active', createdAt: 0 },
      headBranch: 'fix',
      headSha: head,
      actor: world.ada,
    },
    jobs: [
      { name: 'test', status: 'completed', conclusion: 'failure' },
      { name: 'lint', status: 'completed', conclusion: 'success' },
    ],
  });
  addCheckRun(state, repository, { name: 'coverage', sha: head, status: 'in_progress', conclusion: null });
  return pull;
}

test('a typical pull request of 40 files, 20 comments and checks is one question and under 8,000 characters', async () => {
  await using world = await withWorld(tools);
  const { number } = withPull(world);
  const answer = await world.call('github_pull', { repo: 'ada/site', number });
  expect(answer.isError, answer.text).toBe(false);
  expect(world.sandbox.requests.map(({ path }) => path)).toEqual(['/graphql']);
  expect(answer.text.length).toBeLessThan(8000);
  expect(JSON.stringify(answer.data).length).toBeLessThan(8000);
  expect(answer.data.pull).toMatchObject({
    ...{ title: 'Fix the break', state: 'open', head: 'fix', base: 'main', comments: 20, commits: 1 },
    ...{ reviews: ['bob changes_requested'], threads_open: 3, changed: '40 files, +40 -0' },
    why: expect.arrayContaining([expect.stringContaining('Changes were requested')]),
    closes: ['ada/site#1 It breaks (open)'],
  });
  expect(answer.data.checks).toMatchObject({ failed: 1, passed: 1, pending: 1 });
  const named = (answer.data.checks as { named: Row[] }).named;
  expect(named[0]).toMatchObject({ name: 'CI / test', state: 'failure', job_id: expect.any(Number) });
  expect(answer.data.threads_open).toHaveLength(3);
  expect((answer.data.threads_open as Row[])[0]).toMatchObject({
    path: 'src/area/module-0.ts',
    line: 1,
    last: 'Why 0?\u202e',
    author: 'bob',
  });
  expect(answer.text).toContain('Why 0?⟨U+202E⟩');
  expect(answer.data.lists).toMatchObject({ files: { total: 40 } });
  expect(world.sandbox.unknown).toEqual([]);
});

test('lists in full, page by page, each with a cursor of its own', async () => {
  await using world = await withWorld(tools);
  const { number } = withPull(world, { files: 150, comments: 70, threads: 5 });
  const include = ['comments', 'threads', 'commits', 'reviews', 'files'];
  const first = await world.call('github_pull', { repo: 'ada/site', number, include, max_chars: 12_000 });
  expect(first.isError, first.text).toBe(false);
  expect(JSON.stringify(first.data).length).toBeLessThanOrEqual(12_000);
  const lists = first.data.lists as Record<string, { items: Row[]; next_cursor?: string }>;
  expect(lists.commits?.items).toMatchObject([{ title: 'Fix it', author: 'ada' }]);
  expect(lists.reviews?.items[0]).toMatchObject({
    author: 'bob',
    state: 'changes_requested',
    body: 'Please look again',
  });
  for (const [name, total, key] of [
    ['comments', 70, 'body'],
    ['files', 150, 'path'],
  ] as const) {
    const seen = (lists[name]?.items ?? []).map((row) => row[key]);
    let cursor = lists[name]?.next_cursor;
    while (cursor) {
      const page = await world.call('github_pull', { cursor, max_chars: 4000 });
      expect(page.isError, page.text).toBe(false);
      expect(page.data.pull).toBeUndefined();
      const list = (page.data.lists as typeof lists)[name];
      seen.push(...(list?.items ?? []).map((row) => row[key]));
      cursor = list?.next_cursor;
    }
    expect(new Set(seen).size, name).toBe(total);
  }
});

test('a long body is cut and says so; byte for byte up to there', async () => {
  await using world = await withWorld(tools);
  const { number } = withPull(world, { files: 1, comments: 0, threads: 0, body: 'é <b>\r\n'.repeat(5000) });
  const { data } = await world.call('github_pull', { repo: 'ada/site', number, max_chars: 8000 });
  expect('é <b>\r\n'.repeat(5000).startsWith(String(data.body))).toBe(true);
  expect(String(data.notes)).toContain('The body has 35000 characters');
  expect(JSON.stringify(data).length).toBeLessThanOrEqual(8000);
});

test('a number of an issue, no token, and include beside a cursor are explained', async () => {
  await using world = await withWorld(tools);
  withPull(world, { comments: 60 });
  expect((await world.call('github_pull', { repo: 'ada/site', number: 1 })).text).toMatch(
    /no pull request 1|Could not resolve/,
  );
  expect((await world.call('github_pull', { repo: 'ada/site' })).text).toContain('number: required without cursor');
  await using stranger = await withWorld(tools, { token: '' });
  stranger.repository({ a: 'x' });
  expect((await stranger.call('github_pull', { repo: 'ada/site', number: 1 })).text).toContain('GITHUB_TOKEN');
});
