import { expect, test } from 'vitest';
import { addAccount, addTeam } from '../sandbox/model/accounts.ts';
import { addRun } from '../sandbox/model/actions.ts';
import { addCheckRun } from '../sandbox/model/checks.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import type { PullRequest } from '../sandbox/model/issue.ts';
import { addComment, addIssue } from '../sandbox/model/issue-store.ts';
import { openPull } from '../sandbox/model/pulls.ts';
import { addReview, replyTo } from '../sandbox/model/reviews.ts';
import { addToken } from '../sandbox/model/tokens.ts';
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

test('a classic token with repo alone reads it, the names of teams by REST', async () => {
  await using world = await withWorld(tools, { token: 'ghp_repo' });
  const { state } = world.sandbox;
  addToken(state, { value: 'ghp_repo', user: world.ada, scopes: ['repo'] });
  const { number, pull } = withPull(world, { files: 1, comments: 0, threads: 0 });
  const alone = await world.call('github_pull', { repo: 'ada/site', number });
  expect(alone.isError, alone.text).toBe(false);
  pull.requestedReviewers.push(addAccount(state, { login: 'eve' }));
  pull.requestedTeams.push(addTeam(state, world.ada, { name: 'Core Team' }));
  const answer = await world.call('github_pull', { repo: 'ada/site', number });
  expect(answer.data.pull).toMatchObject({ asked_to_review: ['eve', 'core-team'] });
  expect(answer.data.notes).toEqual([]);
  const path = `/repos/ada/site/pulls/${number}/requested_reviewers`;
  expect(world.sandbox.requests.map((request) => request.path)).toEqual(['/graphql', '/graphql', path]);
  world.sandbox.faults.add({ on: `GET ${path}`, status: 403, body: { message: 'Must have read access' } });
  const refused = await world.call('github_pull', { repo: 'ada/site', number });
  expect(refused.data.pull).toMatchObject({ asked_to_review: ['eve', 'a team'] });
  expect(refused.text).toContain('names of the teams');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a fine-grained token that may not see checks does not read as if there were none', async () => {
  await using world = await withWorld(tools, { token: 'github_pat_pulls' });
  const permissions = { pull_requests: 'read', contents: 'read', issues: 'read' } as const;
  addToken(world.sandbox.state, { value: 'github_pat_pulls', user: world.ada, permissions });
  const { number, repository } = withPull(world, { files: 1, comments: 0, threads: 0 });
  repository.visibility = 'private';
  const answer = await world.call('github_pull', { repo: 'ada/site', number });
  expect(answer.isError, answer.text).toBe(false);
  expect(answer.data.checks).toEqual({ state: 'not readable' });
  expect(answer.data.notes).toEqual([expect.stringMatching(/^The checks may not be read .*fine-grained/)]);
  expect(answer.text).toContain('Checks: state not readable');
});

test('a token without the permission for pull requests is told so, not that there is none', async () => {
  await using world = await withWorld(tools, { token: 'github_pat_contents' });
  addToken(world.sandbox.state, { value: 'github_pat_contents', user: world.ada, permissions: { contents: 'read' } });
  const { number, repository } = withPull(world, { files: 1, comments: 0, threads: 0 });
  repository.visibility = 'private';
  const answer = await world.call('github_pull', { repo: 'ada/site', number });
  expect(answer.text).toContain('Resource not accessible by personal access token');
  expect(answer.text).not.toContain('no pull request');
});

test('threads say where a range begins and give the id of each comment; comments and reviews give theirs', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const pull = withPull(world, { files: 1, comments: 1, threads: 0 });
  const long = 'one\ntwo\nthree\nfour\n';
  commitFiles(state, pull.repository, { branch: 'fix', message: 'Long', files: { long }, author: world.ada });
  const bob = addAccount(state, { login: 'carol' });
  addReview(state, pull, {
    ...{ author: bob, event: 'COMMENT', commit: pull.pull.head.sha },
    threads: [{ path: 'long', startLine: 2, line: 4, body: 'Why?' }],
  });
  const [thread] = pull.pull.threads;
  if (!thread) throw new Error('the review has one');
  const reply = replyTo(state, pull, { thread, author: world.ada, body: 'So.' });
  const include = ['threads', 'comments', 'reviews'];
  const { data, text, isError } = await world.call('github_pull', { repo: 'ada/site', number: pull.number, include });
  expect(isError, text).toBe(false);
  const lists = data.lists as Record<string, { items: Row[] }>;
  expect(lists.threads?.items).toMatchObject([
    {
      ...{ path: 'long', start_line: 2, line: 4, comment_id: thread.comments[0]?.id },
      comments: [{ comment_id: thread.comments[0]?.id }, { comment_id: reply.id, body: 'So.' }],
    },
  ]);
  expect(text).toContain(`(comment_id ${reply.id}): So.`);
  expect(lists.comments?.items[0]).toMatchObject({ comment_id: pull.comments[0]?.id });
  expect(lists.reviews?.items[0]).toMatchObject({ review_id: pull.pull.reviews[0]?.id });
  const open = await world.call('github_pull', { repo: 'ada/site', number: pull.number });
  expect((open.data.threads_open as Row[])[0]).toMatchObject({ start_line: 2, line: 4 });
  expect(world.sandbox.unknown).toEqual([]);
});

test('who asked for changes and commented later still asks for them; who only commented is said to have', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const pull = withPull(world, { files: 1, comments: 0, threads: 0 });
  const [asking] = pull.pull.reviews;
  if (!asking) throw new Error('bob asked for changes');
  addReview(state, pull, { author: asking.author, body: 'By the way', event: 'COMMENT' });
  addReview(state, pull, { author: addAccount(state, { login: 'carol' }), body: 'Hm', event: 'COMMENT' });
  const { data } = await world.call('github_pull', { repo: 'ada/site', number: pull.number });
  expect(data.pull).toMatchObject({
    reviews: ['bob changes_requested', 'carol commented'],
    why: expect.arrayContaining([expect.stringContaining('Changes were requested')]),
  });
});

test('every check is listed when checks are asked for, page by page within the budget', async () => {
  await using world = await withWorld(tools);
  const { number, repository, pull } = withPull(world, { files: 1, comments: 0, threads: 0 });
  const sha = pull.head.sha;
  for (let n = 0; n < 120; n += 1) {
    addCheckRun(world.sandbox.state, repository, {
      name: `check ${n}`,
      sha,
      status: 'completed',
      conclusion: 'success',
    });
  }
  const seen: Row[] = [];
  let args: Row = { repo: 'ada/site', number, include: ['checks'] };
  for (;;) {
    const { data, text, isError } = await world.call('github_pull', { ...args, max_chars: 6000 });
    expect(isError, text).toBe(false);
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(6000);
    const { checks } = data.lists as Record<string, { items: Row[]; total: number; next_cursor?: string }>;
    expect(checks?.total).toBe(123);
    expect(data.checks ?? {}).not.toHaveProperty('named');
    seen.push(...(checks?.items ?? []));
    if (checks?.next_cursor === undefined) break;
    args = { cursor: checks.next_cursor };
  }
  expect(new Set(seen.map(({ name }) => name)).size).toBe(123);
  expect(seen).toContainEqual({
    ...{ name: 'CI / lint', outcome: 'passed', state: 'success', required: false },
    ...{ job_id: expect.any(Number), run_id: expect.any(Number) },
  });
  expect(world.sandbox.unknown).toEqual([]);
});
