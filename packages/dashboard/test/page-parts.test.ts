import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { patchChanges, patchItem, patchServers, type StreamChange } from '../page/src/api/patch-cache.ts';
import { createTurns } from '../page/src/api/turns.ts';
import { changedFields, describeEvent } from '../page/src/goals/describe-event.ts';
import { bytes, duration, milliseconds, plural, relative } from '../page/src/parts/format.ts';
import { apart, legible } from '../page/src/parts/legible.ts';

const at = '2026-01-02T03:04:05.000Z';
const goal = (id: string, status = 'pending') => ({
  kind: 'goal',
  id,
  title: id,
  status,
  priority: 'medium',
  version: 1,
  updated_at: at,
});
const listOf = (...items: object[]) => ({ pages: [{ items, total: items.length }], pageParams: [undefined] });
const change = (event: number, data: object = {}): StreamChange => ({
  type: 'goal_updated',
  data: { event, at, id: 'GOAL-0001', actor: 'bo', change: 'goal_updated', ...data },
});

test('a change is put into the rows and details that show the item', () => {
  const client = new QueryClient();
  client.setQueryData(['goals', {}], listOf(goal('GOAL-0001'), goal('GOAL-0002')));
  client.setQueryData(['goal', 'GOAL-0001'], { goal: goal('GOAL-0001'), tasks: [] });
  patchChanges(client, [change(1, { after: { title: 'New', version: 2, due_at: null } })]);
  expect(client.getQueryData(['goals', {}])).toMatchObject(
    listOf({ id: 'GOAL-0001', title: 'New', version: 2 }, { title: 'GOAL-0002' }),
  );
  expect(client.getQueryData(['goal', 'GOAL-0001'])).toMatchObject({ goal: { title: 'New', version: 2 } });
});

test('an item leaves a list that it no longer belongs to, and the total says so', () => {
  const client = new QueryClient();
  client.setQueryData(['goals', { status: 'pending' }], listOf(goal('GOAL-0001'), goal('GOAL-0002')));
  client.setQueryData(['goals', { status: 'pending,completed' }], listOf(goal('GOAL-0001')));
  patchItem(client, { id: 'GOAL-0001', fields: { status: 'completed' } });
  expect(client.getQueryData(['goals', { status: 'pending' }])).toMatchObject({
    pages: [{ items: [{ id: 'GOAL-0002' }], total: 1 }],
  });
  expect(client.getQueryData(['goals', { status: 'pending,completed' }])).toMatchObject({
    pages: [{ items: [{ status: 'completed' }] }],
  });
  patchChanges(client, [{ ...change(2), type: 'goal_deleted' }]);
  expect(client.getQueryData(['goals', { status: 'pending,completed' }])).toMatchObject({
    pages: [{ items: [], total: 0 }],
  });
});

test('an event is shown once, newest first, in the lists whose filter lets it through', () => {
  const client = new QueryClient();
  const known = { event: 1, at, id: 'GOAL-0001', actor: 'bo', type: 'goal_updated' };
  client.setQueryData(['activity', {}], listOf(known));
  client.setQueryData(['activity', { actor: 'ann' }], listOf());
  client.setQueryData(['history', 'GOAL-0001'], listOf(known));
  patchChanges(client, [change(1), change(2), change(3, { id: 'TASK-0009', goal_id: 'GOAL-0001' })]);
  patchChanges(client, [change(3, { id: 'TASK-0009', goal_id: 'GOAL-0001' })]);
  expect(client.getQueryData(['activity', {}])).toMatchObject({
    pages: [{ items: [{ event: 3 }, { event: 2 }, { event: 1 }] }],
  });
  expect(client.getQueryData(['activity', { actor: 'ann' }])).toEqual(listOf());
  expect(client.getQueryData(['history', 'GOAL-0001'])).toMatchObject({
    pages: [{ items: [{ event: 3 }, { event: 2 }, { event: 1 }] }],
  });
});

test('states of servers change what is shown, and only news counts as such', () => {
  const client = new QueryClient();
  expect(patchServers(client, { goals: 'healthy' })).toBe(false);
  client.setQueryData(['servers'], { items: [{ name: 'goals', state: 'asleep' }], at });
  expect(patchServers(client, { goals: 'asleep' })).toBe(false);
  expect(patchServers(client, { goals: 'healthy' })).toBe(true);
  expect(client.getQueryData(['servers'])).toMatchObject({ items: [{ state: 'healthy' }] });
  expect(patchServers(client, { goals: 'healthy', memory: 'healthy' })).toBe(true);
});

test('events are told in words', () => {
  const event = { event: 1, at, id: 'TASK-0001', actor: 'bo' };
  const told = (more: {
    type: string;
    before?: Record<string, unknown>;
    after?: Record<string, unknown>;
    undo_of?: number;
  }) => describeEvent({ ...event, ...more });
  expect(told({ type: 'task_created' })).toBe('created');
  expect(
    told({ type: 'task_updated', before: { status: 'pending' }, after: { status: 'in_progress', version: 2 } }),
  ).toBe('changed status: pending → in progress');
  expect(told({ type: 'task_updated', before: { percent: 0 }, after: { percent: 40 } })).toBe('reported 40 %');
  expect(told({ type: 'task_updated', before: { title: 'a' }, after: { title: 'b' }, undo_of: 3 })).toBe(
    'undid: changed title: a → b',
  );
  expect(told({ type: 'note_added', after: { kind: 'decision', body: 'Use it' } })).toBe('decided: Use it');
  expect(
    changedFields({
      ...event,
      type: 'task_updated',
      before: { title: 'a', version: 1 },
      after: { title: 'b', version: 2 },
    }),
  ).toEqual([{ name: 'title', before: 'a', after: 'b' }]);
});

test('figures are short and say their unit', () => {
  const now = Date.parse(at);
  expect([0, 0.42, 38.4, 1234].map(milliseconds)).toEqual(['0 ms', '0.4 ms', '38 ms', '1.2 s']);
  expect([5, 90, 3700, 90_000].map(duration)).toEqual(['5 s', '1 min', '1 h 1 min', '1 d 1 h']);
  expect([2048, 5e7, 3e9].map(bytes)).toEqual(['2 KB', '48 MB', '2.8 GB']);
  expect([0, 60, 7200].map((seconds) => relative(now - seconds * 1000, now))).toEqual([
    'just now',
    '1 min ago',
    '2 h ago',
  ]);
  expect(relative(now + 3 * 86_400_000, now)).toBe('in 3 d');
  expect([plural(1, 'task'), plural(1200, 'task')]).toEqual(['1 task', '1,200 tasks']);
});

test('a link and lists of words are told in words', () => {
  const event = { event: 1, at, actor: 'bo', id: 'TASK-0002', version: 2 };
  const link = { from: 'TASK-0001', to: 'TASK-0002', type: 'blocks' };
  const told = (fields: object) => describeEvent({ ...event, ...fields } as never);
  expect(told({ type: 'task_linked', after: { link, version: 2 } })).toBe('linked: TASK-0001 blocks TASK-0002');
  expect(told({ type: 'task_unlinked', before: { link }, after: { version: 3 } })).toBe(
    'unlinked: TASK-0001 blocks TASK-0002',
  );
  expect(told({ type: 'goal_updated', before: { tags: [] }, after: { tags: ['a', 'b'] } })).toBe(
    'changed tags: none → a, b',
  );
});

test('a change that the stream tells late does not put an item back', () => {
  const client = new QueryClient();
  client.setQueryData(['goal', 'GOAL-0001'], {
    goal: { ...goal('GOAL-0001'), title: 'Second', version: 3 },
    tasks: [],
  });
  patchChanges(client, [change(1, { after: { title: 'First', version: 2 } })]);
  expect(client.getQueryData(['goal', 'GOAL-0001'])).toMatchObject({ goal: { title: 'Second', version: 3 } });
});

test('changes of one item go out in turn, each on the version that the one before it made', async () => {
  const inTurn = createTurns();
  const store = { version: 1 };
  const sent: (number | undefined)[] = [];
  const send = async (version: number | undefined) => {
    sent.push(version);
    await Promise.resolve();
    if (version !== store.version) throw new Error(`stored is ${store.version}`);
    store.version += 1;
    return { version: store.version, answer: store.version };
  };
  const item = { id: 'TASK-0001', version: 1 };
  expect(await Promise.all([inTurn(item, send), inTurn(item, send), inTurn(item, send)])).toEqual([2, 3, 4]);
  expect(sent).toEqual([1, 2, 3]);
  store.version = 5;
  await expect(inTurn(item, send)).rejects.toThrow('stored is 5');
  expect(await inTurn({ ...item, version: 5 }, send)).toBe(6);
});

test('characters that turn or hide text are shown by their number, and text from right to left stays by itself', () => {
  expect(legible('a\u202eb\u0000c\u{e0041}')).toBe('a[U+202E]b[U+0000]c[U+E0041]');
  const kept = 'line\nnext\t👩‍👧 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} ก\u200bข';
  expect(legible(kept)).toBe(kept);
  expect([apart('plain'), apart('שלום')]).toEqual(['plain', '\u2068שלום\u2069']);
});
