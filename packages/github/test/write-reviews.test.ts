import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { openPort } from '../src/github.fixture.ts';
import { tipOf, type WriteWorld, withWorld } from './write.fixture.ts';

const repo = 'ada/app';
const tool = 'github_pull_review';
const at = { repo, number: 1 };
const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`).join('');

/** Pull request 1 of bob's: it changes lines 10 and 50 of a.txt, adds b.txt and moves old.txt; ada reviews. */
async function withPull(world: WriteWorld) {
  const { state } = world.sandbox;
  const repository = world.repository({ 'a.txt': lines(60), 'old.txt': lines(20) });
  const bob = addAccount(state, { login: 'bob' });
  repository.collaborators.set(bob.id, 'write');
  addToken(state, { value: 'ghp_bob', user: bob, scopes: ['repo'] });
  const changed = lines(60).replace('line 10\n', 'LINE 10\n').replace('line 50\n', 'LINE 50\nmore\n');
  const files = { 'a.txt': changed, 'b.txt': 'b\nbb\n', 'old.txt': null, 'new.txt': lines(20) };
  commitFiles(state, repository, { author: bob, branch: 'work', message: 'Work', files });
  const response = await fetch(`${world.sandbox.url}/repos/ada/app/pulls`, {
    method: 'POST',
    headers: { authorization: 'Bearer ghp_bob', 'content-type': 'application/json', 'user-agent': 'test' },
    body: JSON.stringify({ title: 'Work', head: 'work', base: 'main' }),
  });
  expect(response.status).toBe(201);
  return { repository, bob };
}

test('a whole review with comments on both sides and over several lines is one request', async () => {
  await using world = await withWorld();
  const { repository } = await withPull(world);
  const before = world.writes().length;
  const comments = [
    { path: 'a.txt', line: 10, body: 'new <T>\r\n\u{1f600}' },
    { path: 'a.txt', line: 10, side: 'LEFT', body: 'old' },
    { path: 'a.txt', start_line: 50, line: 51, body: '```suggestion\nx\n```' },
    { path: 'b.txt', line: 2, body: 'b' },
  ];
  const head = tipOf(repository, 'work');
  const review = { ...at, event: 'request_changes', body: 'Please', comments, expected_head: head };
  const { data, isError, text } = await world.call(tool, review);
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({ state: 'changes_requested', comments: 4, done: ['review'], verified: true });
  expect(world.writes().slice(before)).toEqual(['POST /repos/ada/app/pulls/1/reviews']);
  const approved = await world.call(tool, { ...at, event: 'approve' });
  expect(approved.data).toMatchObject({ state: 'approved', verified: true });
  expect(world.sandbox.unknown).toEqual([]);
});

test('places outside of the diff are all named with the nearest lines, and nothing is sent', async () => {
  await using world = await withWorld();
  await withPull(world);
  const before = world.writes().length;
  const body = 'x';
  const comments = [
    { path: 'a.txt', line: 30, body },
    { path: 'a.txt', start_line: 10, line: 50, body },
    { path: 'a.txt', start_line: 12, line: 10, body },
    { path: 'none.txt', line: 1, body },
    { path: 'old.txt', line: 1, body },
    { path: 'b.txt', line: 1, side: 'LEFT', body },
  ];
  const { text, isError, error } = await world.call(tool, { ...at, comments });
  expect([isError, error?.code]).toEqual([true, 'validation']);
  expect(text).toContain(
    'comments[0] (a.txt): line 30 (RIGHT) is outside of the diff; nearest lines of RIGHT: 7-13, 47-',
  );
  expect(text).toContain('comments[1] (a.txt): start_line 10 and line 50 are in different hunks.');
  expect(text).toContain('comments[2] (a.txt): start_line must be before line.');
  expect(text).toContain('comments[3] (none.txt): the pull request does not change it');
  expect(text).toContain('comments[4] (old.txt):');
  expect(text).toContain('no line of LEFT is in it');
  expect(world.writes()).toHaveLength(before);
  expect(world.sandbox.unknown).toEqual([]);
});

test('comments are answered, threads resolved and opened again, each by itself', async () => {
  await using world = await withWorld();
  await withPull(world);
  await world.call(tool, { ...at, comments: [{ path: 'b.txt', line: 1, body: 'why?' }] });
  const [comment] = (await (
    await fetch(`${world.sandbox.url}/repos/ada/app/pulls/1/comments`, {
      headers: { authorization: `Bearer ${world.sandbox.token}`, 'user-agent': 'test' },
    })
  ).json()) as { id: number }[];
  const { data: seen } = await world.call('github_pull', { ...at, include: ['threads'] });
  const thread = /"id":"([^"]+)"/.exec(JSON.stringify((seen.lists as { threads: unknown }).threads))?.[1] ?? '';
  const { data, isError, text } = await world.call(tool, {
    ...{ ...at, replies: [{ comment_id: comment?.id, body: 'because\r\n' }], resolve: [thread] },
  });
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({ done: [`reply to ${comment?.id}`, `resolve ${thread}`], verified: true });
  const opened = await world.call(tool, { ...at, unresolve: [thread], resolve: [thread] });
  expect(opened.data).toMatchObject({ done: [`resolve ${thread}`, `unresolve ${thread}`] });
  const half = await world.call(tool, {
    ...{ ...at, replies: [{ comment_id: comment?.id, body: 'more' }], resolve: ['PRRT_none'] },
  });
  expect(half.text).toContain('Nothing was sent. No threads of ada/app#1: PRRT_none.');
  const { data: after } = await world.call('github_pull', { ...at, include: ['threads'] });
  expect(JSON.stringify(after.lists)).not.toContain('"more"');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a review of another head, an empty one and one of an own pull request are refused', async () => {
  await using world = await withWorld();
  const { repository } = await withPull(world);
  const stale = await world.call(tool, { ...at, event: 'approve', expected_head: tipOf(repository) });
  expect(stale.error).toMatchObject({ code: 'conflict', details: { actual: tipOf(repository, 'work') } });
  expect((await world.call(tool, { ...at, event: 'comment' })).text).toContain('needs body or comments');
  expect((await world.call(tool, at)).text).toContain('Nothing to do');
  const planned = await world.call(tool, { ...at, event: 'approve', dry_run: true });
  expect(planned.data.requests).toMatchObject([
    { method: 'POST', path: '/repos/ada/app/pulls/1/reviews', body: { event: 'APPROVE' } },
  ]);
  commitFiles(world.sandbox.state, repository, {
    ...{ author: world.ada, branch: 'mine', message: 'x', files: { z: 'z' } },
  });
  await world.call('github_pull_write', { repo, title: 'Mine', head: 'mine', base: 'main' });
  const own = await world.call(tool, { repo, number: 2, event: 'approve' });
  expect(own.text).toContain('own pull request');
});

test('exactly the head that was seen is merged, and the merge is read back', async () => {
  await using world = await withWorld();
  const { repository } = await withPull(world);
  const head = tipOf(repository, 'work');
  const merge = (args: object) => world.call('github_pull_merge', { ...at, ...args });
  const stale = await merge({ expected_head: tipOf(repository) });
  expect(stale.error).toMatchObject({ code: 'conflict', details: { actual: head } });
  const planned = await merge({ expected_head: head, dry_run: true });
  expect(planned.data).toMatchObject({ mergeable: 'yes', requests: [{ method: 'PUT', body: { sha: head } }] });
  world.sandbox.faults.add({ on: 'PUT */pulls/1/merge', break: 'reset', apply: true });
  const merged = await merge({ expected_head: head, method: 'squash', title: 'All of it' });
  expect(merged.isError, merged.text).toBe(false);
  expect(merged.data).toMatchObject({ merged: true, base: 'main', commit: tipOf(repository), verified: true });
  expect(repository.objects.read('commit', tipOf(repository)).message).toContain('All of it');
  expect((await merge({ expected_head: head })).data).toMatchObject({ note: expect.stringContaining('before') });
  expect(world.sandbox.unknown).toEqual([]);
});

test('a merge that went through against a review says so, and so does its dry run', async () => {
  await using world = await withWorld();
  const { repository } = await withPull(world);
  await world.call(tool, { ...at, event: 'request_changes', body: 'No' });
  const merge = (args: object) =>
    world.call('github_pull_merge', { ...at, expected_head: tipOf(repository, 'work'), ...args });
  const why = ['Changes were requested in a review.'];
  expect((await merge({ dry_run: true })).data).toMatchObject({ mergeable: 'yes', why });
  expect((await merge({})).data).toMatchObject({ merged: true, verified: true, why });
});

test('checks that may not be read are told with the merge', async () => {
  await using world = await withWorld();
  const { repository } = await withPull(world);
  const { state } = world.sandbox;
  addToken(state, {
    ...{ value: 'github_pat_a', user: world.ada },
    permissions: { metadata: 'read', contents: 'write', pull_requests: 'write' },
  });
  await using narrow = await openPort(world.sandbox.url, {
    credential: { kind: 'token', token: 'github_pat_a' },
  }).connect();
  const { data, text } = await narrow.call('github_pull_merge', { ...at, expected_head: tipOf(repository, 'work') });
  expect(data, text).toMatchObject({ merged: true, notes: [expect.stringContaining('may not be read')] });
});

test('a pull request that conflicts is not merged, and the reason is told', async () => {
  await using world = await withWorld();
  const { repository } = await withPull(world);
  commitFiles(world.sandbox.state, repository, {
    ...{ author: world.ada, message: 'Mine', files: { 'a.txt': lines(60).replace('line 10\n', 'mine\n') } },
  });
  const { text, error } = await world.call('github_pull_merge', { ...at, expected_head: tipOf(repository, 'work') });
  expect([error?.code, text]).toEqual(['conflict', expect.stringContaining('conflicts with main')]);
  expect(world.writes().filter((write) => write.endsWith('/merge'))).toEqual([]);
});
