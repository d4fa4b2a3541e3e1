import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { inboxOf, noteActivity, notify, watchesOf } from '../sandbox/model/notifications.ts';
import { type WriteWorld, withWorld } from './write.fixture.ts';

const tool = 'github_notification_write';
const repo = 'ada/app';
const start = Date.UTC(2026, 2, 1, 10);

/** A world whose clock stands still until it is set, with threads of ada's in ada/app. */
async function withInbox({ threads = 3, ...given }: Parameters<typeof withWorld>[0] & { threads?: number } = {}) {
  const time = { now: start };
  const world = await withWorld({ clock: () => time.now, ...given });
  const repository = world.repository({ a: 'a' });
  const bob = addAccount(world.sandbox.state, { login: 'bob' });
  const issues = Array.from({ length: threads }, (_, n) => {
    const issue = addIssue(world.sandbox.state, repository, { author: bob, title: `Issue ${n}` });
    notify(world.sandbox.state, world.ada, { issue, reason: 'mention' });
    time.now += 60_000;
    return issue;
  });
  return { world, time, repository, bob, issues, inbox: inboxOf(world.ada) };
}

const idsOf = (world: WriteWorld) => inboxOf(world.ada).map(({ id }) => String(id));

test('threads are marked as read and as done, one by one', async () => {
  const { world, inbox } = await withInbox();
  await using _ = world;
  const [first = '', second = '', third = ''] = idsOf(world);
  const read = await world.call(tool, { action: 'read', thread_ids: [first, second, first] });
  expect(read.isError, read.text).toBe(false);
  expect(read.data).toEqual({
    items: [first, second].map((name) => ({ name, status: 'read', verified: true })),
  });
  expect(inbox.map(({ unread }) => unread)).toEqual([false, false, true]);
  const done = await world.call(tool, { action: 'done', thread_ids: [third, '999999'] });
  expect(done.data.items).toMatchObject([
    { name: third, status: 'done' },
    { name: '999999', status: 'failed', error: expect.stringContaining('404') },
  ]);
  expect(done.data.note).toContain('not read back');
  expect(inbox.map((thread) => thread.done)).toEqual([false, false, true]);
  expect((await world.call(tool, { action: 'read', thread_ids: ['999999'] })).error?.code).toBe('not_found');
  expect(world.sandbox.unknown).toEqual([]);
});

test('an answer of 304 is no change, and one that does not stick is not verified', async () => {
  const { world } = await withInbox();
  await using _ = world;
  const [first = '', second = ''] = idsOf(world);
  world.sandbox.faults.add({ on: 'PATCH /notifications/threads/{thread_id}', status: 304, apply: true });
  expect((await world.call(tool, { action: 'read', thread_ids: [first] })).data.items).toEqual([
    { name: first, status: 'unchanged', verified: true },
  ]);
  world.sandbox.faults.add({ on: 'PATCH /notifications/threads/{thread_id}', status: 205 });
  expect((await world.call(tool, { action: 'read', thread_ids: [second] })).data.items).toMatchObject([
    { name: second, verified: false },
  ]);
  world.sandbox.faults.add({ on: 'PATCH /notifications/threads/{thread_id}', break: 'reset', apply: true });
  expect((await world.call(tool, { action: 'read', thread_ids: [second] })).data.items).toMatchObject([
    { name: second, verified: true },
  ]);
});

test('all are marked up to a time, of one repository or of every one', async () => {
  const { world, repository, bob, inbox } = await withInbox();
  await using _ = world;
  const other = world.repository({ a: 'a' }, { name: 'other' });
  const issue = addIssue(world.sandbox.state, other, { author: bob, title: 'Elsewhere' });
  notify(world.sandbox.state, world.ada, { issue, reason: 'mention' });
  const last_read_at = new Date(start + 60_000).toISOString();
  const some = await world.call(tool, { action: 'read_all', repo, last_read_at });
  expect(some.data, some.text).toEqual({ repo, marking: 'finished', unread_left: 0, verified: true });
  expect(inbox.map(({ unread }) => unread)).toEqual([false, false, true, true]);
  expect((await world.call(tool, { action: 'read_all', repo })).data).toMatchObject({ verified: true });
  expect(inbox.map(({ unread }) => unread)).toEqual([false, false, false, true]);
  expect(repository).toBe(inbox[0]?.repository);
  const all = await world.call(tool, { action: 'read_all' });
  expect(all.data, all.text).toEqual({ marking: 'finished', unread_left: 0, verified: true });
  expect(inbox.some(({ unread }) => unread)).toBe(false);
  world.sandbox.faults.add({ on: 'PUT /notifications', status: 304 });
  expect((await world.call(tool, { action: 'read_all' })).data).toMatchObject({ marking: 'unchanged' });
  expect(world.sandbox.unknown).toEqual([]);
});

test('where GitHub marks in the background it is said, with what is left', async () => {
  const { world, time, inbox } = await withInbox({ threads: 120 });
  await using _ = world;
  for (const place of [{ repo }, {}]) {
    for (const thread of inbox) thread.unread = true;
    const accepted = await world.call(tool, { action: 'read_all', ...place });
    expect(accepted.data, accepted.text).toMatchObject({ marking: 'accepted', unread_left: 50, verified: false });
    expect(accepted.data.note).toContain('50 or more');
    time.now += 1000;
    expect((await world.call('github_notifications')).data.rows).toEqual([]);
  }
  expect(world.sandbox.unknown).toEqual([]);
});

test('a thread is subscribed to, left and ignored, and hears accordingly', async () => {
  const { world, inbox, issues, bob } = await withInbox({ threads: 1 });
  await using _ = world;
  const [id = ''] = idsOf(world);
  const [issue] = issues;
  const [thread] = inbox;
  if (!issue || !thread) throw new Error('there is one');
  issue.assignees.push(world.ada);
  const act = async (action: string) => {
    const { data, isError, text } = await world.call(tool, { action, thread_ids: [id] });
    expect(isError, text).toBe(false);
    return data;
  };
  const hears = (text: string) => {
    thread.unread = false;
    noteActivity(world.sandbox.state, issue, { actor: bob, text });
    return thread.unread;
  };
  expect((await act('ignore')).items).toEqual([{ name: id, status: 'ignored', verified: true }]);
  expect(hears('@ada look')).toBe(false);
  expect((await act('subscribe')).items).toEqual([{ name: id, status: 'subscribed', verified: true }]);
  expect(hears('words')).toBe(true);
  const left = await act('unsubscribe');
  expect(left).toMatchObject({ items: [{ status: 'unsubscribed', verified: true }], note: expect.any(String) });
  issue.assignees.splice(0);
  watchesOf(world.ada).set(issue.repository.id, { subscribed: true, ignored: false, createdAt: start });
  expect([hears('words'), hears('@ada look')]).toEqual([false, true]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a repository is watched, ignored and left', async () => {
  const { world, repository } = await withInbox({ threads: 0 });
  await using _ = world;
  const watching = () => watchesOf(world.ada).get(repository.id);
  const act = async (action: string) => (await world.call(tool, { action, repo })).data;
  expect(await act('watch')).toEqual({ repo, watching: 'all activity', verified: true });
  expect(watching()).toMatchObject({ subscribed: true, ignored: false });
  expect(await act('ignore')).toEqual({ repo, watching: 'ignored', verified: true });
  expect(watching()).toMatchObject({ subscribed: false, ignored: true });
  for (const times of [1, 2]) {
    expect(await act('unwatch'), String(times)).toEqual({
      ...{ repo, watching: 'participating and mentions', verified: true },
    });
  }
  expect(watching()).toBeUndefined();
  expect((await world.call(tool, { action: 'watch', repo: 'ada/none' })).error?.code).toBe('not_found');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a dry run of every action sends nothing', async () => {
  const { world, inbox } = await withInbox({ threads: 1 });
  await using _ = world;
  const [id = ''] = idsOf(world);
  const last_read_at = '2026-03-01T10:00:00Z';
  const thread = `/notifications/threads/${id}`;
  const cases = [
    [
      { action: 'read', thread_ids: [id] },
      { method: 'PATCH', path: thread },
    ],
    [
      { action: 'done', thread_ids: [id] },
      { method: 'DELETE', path: thread },
    ],
    [
      { action: 'ignore', thread_ids: [id] },
      { method: 'PUT', path: `${thread}/subscription`, body: { ignored: true } },
    ],
    [
      { action: 'unsubscribe', thread_ids: [id] },
      { method: 'DELETE', path: `${thread}/subscription` },
    ],
    [
      { action: 'read_all', last_read_at },
      { method: 'PUT', path: '/notifications', body: { last_read_at } },
    ],
    [
      { action: 'read_all', repo },
      { method: 'PUT', path: '/repos/ada/app/notifications' },
    ],
    [
      { action: 'watch', repo },
      { method: 'PUT', path: '/repos/ada/app/subscription', body: { subscribed: true } },
    ],
    [
      { action: 'unwatch', repo },
      { method: 'DELETE', path: '/repos/ada/app/subscription' },
    ],
  ] as const;
  for (const [args, request] of cases) {
    const { data, isError, text } = await world.call(tool, { ...args, dry_run: true });
    expect(isError, text).toBe(false);
    expect(data.requests).toEqual([request]);
  }
  expect([world.writes(), inbox[0]?.unread]).toEqual([[], true]);
});

test.each([
  [{ action: 'read' }, 'thread_ids must be given'],
  [{ action: 'read', thread_ids: [] }, 'thread_ids'],
  [{ action: 'read', thread_ids: ['x'] }, 'thread_ids'],
  [{ action: 'read', thread_ids: Array.from({ length: 51 }, (_, n) => `${n}`) }, '50'],
  [{ action: 'read', thread_ids: ['1'], repo }, 'repo: not for read'],
  [{ action: 'read', thread_ids: ['1'], last_read_at: '2026-03-01T10:00:00Z' }, 'last_read_at: not for read'],
  [{ action: 'read_all', thread_ids: ['1'] }, 'thread_ids: not for read_all'],
  [{ action: 'read_all', last_read_at: 'yesterday' }, 'last_read_at'],
  [{ action: 'watch' }, 'repo must be given'],
  [{ action: 'ignore' }, 'thread_ids or repo'],
  [{ action: 'ignore', thread_ids: ['1'], repo }, 'thread_ids or repo'],
])('%j says what is wrong with it', async (given, words) => {
  await using world = await withWorld();
  const { text, isError } = await world.call(tool, given);
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
  expect(world.sandbox.requests).toEqual([]);
});

test('with an allowlist only threads and repositories inside are touched, and all of one repository, not all', async () => {
  const { world, bob, inbox } = await withInbox({ threads: 1, github: { repos: ['ada/app'] } });
  await using _ = world;
  const outside = world.repository({ a: 'a' }, { name: 'outside' });
  const issue = addIssue(world.sandbox.state, outside, { author: bob, title: 'Outside' });
  notify(world.sandbox.state, world.ada, { issue, reason: 'mention' });
  const [inside = '', beyond = ''] = idsOf(world);
  for (const action of ['read', 'done', 'subscribe', 'unsubscribe', 'ignore']) {
    const { error, text } = await world.call(tool, { action, thread_ids: [beyond] });
    expect([error?.code, text], action).toEqual(['auth', expect.stringContaining('GITHUB_REPOS')]);
  }
  for (const args of [
    { action: 'read_all' },
    { action: 'watch', repo: 'ada/outside' },
    { action: 'read_all', repo: 'ada/outside' },
  ]) {
    expect((await world.call(tool, args)).error?.code, args.action).toBe('auth');
  }
  expect(world.writes()).toEqual([]);
  const both = await world.call(tool, { action: 'read', thread_ids: [inside, beyond] });
  expect(both.data.items).toMatchObject([{ status: 'read', verified: true }, { status: 'failed' }]);
  expect((await world.call(tool, { action: 'read_all', repo })).data).toMatchObject({ verified: true });
  expect(inbox.map(({ unread }) => unread)).toEqual([false, true]);
});
