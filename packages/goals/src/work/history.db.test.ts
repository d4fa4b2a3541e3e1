import { encodeCursor } from '@mcp-servers/core';
import { expect } from 'vitest';

import { getHistory, type HistoryInput } from './history.ts';
import { gate, only, refusal, type TestStore, test } from './store.fixture.ts';

const history = ({ store }: TestStore, input: Partial<HistoryInput> = {}, maxChars = 90_000) =>
  getHistory(store, { order: 'newest', limit: 20, ...input }, { maxChars });

const told = ({ items }: { items: Record<string, unknown>[] }) => items.map(({ type, id }) => `${type} ${id}`);

/** Follows until there is no more; answers the events' numbers and the cursor to go on with. */
async function followAll(here: TestStore, input: Partial<HistoryInput> = {}) {
  const seen: number[] = [];
  let { cursor } = input;
  for (;;) {
    const page = await history(here, { order: 'oldest', ...input, cursor });
    seen.push(...page.items.map(({ event }) => Number(event)));
    cursor = page.next_cursor ?? '';
    if ('caught_up' in page) return { seen, cursor };
  }
}

const allEvents = async (here: TestStore) =>
  (await here.sql<{ id: number }>('SELECT id FROM events ORDER BY id')).map(({ id }) => id);

test('events are told newest first, with what was and what is', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const [task = ''] = ids;
  await ann.update({ id: task, title: 'b', priority: 'high' });
  const { items } = await history(here);
  expect(items[0]).toMatchObject({
    type: 'task_updated',
    ...{ id: task, goal_id: id, title: 'b', actor: 'ann', client: 'test' },
    before: { title: 'a', priority: 'medium' },
    after: { title: 'b', priority: 'high' },
  });
  expect(told({ items })).toEqual([`task_updated ${task}`, `task_created ${task}`, `goal_created ${id}`]);
  expect(items[2]).not.toHaveProperty('goal_id');
});

test('every filter narrows: items, actor, project, type, time', async ({ here }) => {
  const ann = here.as('ann');
  const shop = await ann.goal({ title: 's', project: 'shop', tasks: [{ title: 'a' }, { title: 'b' }] });
  const other = await here.as('bo').goal({ title: 'o' });
  const [a = '', b = ''] = shop.ids;
  await here.as('bo').update({ id: a, title: 'A' });
  expect(told(await history(here, { ids: [shop.id] }))).toEqual([
    ...[`task_updated ${a}`, `task_created ${b}`, `task_created ${a}`, `goal_created ${shop.id}`],
  ]);
  expect(told(await history(here, { ids: [a] }))).toEqual([`task_updated ${a}`, `task_created ${a}`]);
  expect((await history(here, { ids: [shop.id, a, b] })).items).toHaveLength(4);
  expect(told(await history(here, { actor: 'bo' }))).toEqual([`task_updated ${a}`, `goal_created ${other.id}`]);
  expect((await history(here, { project: 'shop' })).items).toHaveLength(4);
  expect((await history(here, { ids: [shop.id], project: 'other' })).items).toEqual([]);
  expect(told(await history(here, { types: ['goal_created'] }))).toHaveLength(2);
  const [{ at } = { at: '' }] = (await history(here, { limit: 1 })).items;
  expect((await history(here, { since: String(at) })).items.length).toBeLessThan(5);
  expect((await history(here, { since: '2999-01-01T00:00:00.000Z' })).items).toEqual([]);
  for (const input of [{ ids: [shop.id] }, { actor: 'bo' }, { project: 'shop' }, { types: ['task_updated'] }]) {
    const newest = (await history(here, input)).items.map(({ event }) => Number(event));
    expect((await followAll(here, input)).seen).toEqual(newest.reverse());
  }
});

test('project demo is told of only when named, by project or by item', async ({ here }) => {
  const { id } = await here.as('ann').goal({ title: 'd', project: 'demo' });
  expect((await history(here)).items).toEqual([]);
  expect((await followAll(here)).seen).toEqual([]);
  expect((await history(here, { project: 'demo' })).items).toHaveLength(1);
  expect((await history(here, { ids: [id] })).items).toHaveLength(1);
});

test('events outlive what they tell of', async ({ here }) => {
  const { id } = await here.as('ann').goal({ title: 'g', tasks: [{ title: 'a' }] });
  await here.sql('DELETE FROM goals');
  const { items } = await history(here, { ids: [id] });
  expect(items).toHaveLength(2);
  expect(items[0]).not.toHaveProperty('title');
  expect((await history(here)).items).toHaveLength(2);
});

test('pages hold every event once, in both orders, whatever their size', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g', tasks: Array.from({ length: 12 }, (_, at) => ({ title: `t${at}` })) });
  const all = await allEvents(here);
  for (const limit of [1, 4, 13, 100]) {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await history(here, { limit, cursor, ids: [id] });
      seen.push(...page.items.map(({ event }) => Number(event)));
      cursor = page.next_cursor;
    } while (cursor);
    expect(seen).toEqual(all.toReversed());
    expect((await followAll(here, { limit })).seen).toEqual(all);
  }
});

test('an answer keeps within its budget; an event that is too large for it is named without what changed', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g', description: 'x'.repeat(5000) });
  for (let index = 0; index < 5; index++) await ann.update({ id, title: `g${index}` });
  const page = await history(here, { order: 'oldest' }, 1500);
  expect(page.items).toEqual([expect.objectContaining({ type: 'goal_created', too_large: expect.any(Number) })]);
  expect(page).toMatchObject({ truncated: true });
  expect(page).not.toHaveProperty('caught_up');
  const next = await history(here, { order: 'oldest', cursor: page.next_cursor }, 1500);
  expect(next.items.length).toBeGreaterThan(1);
  expect(JSON.stringify(next.items).length).toBeLessThanOrEqual(1500);
});

test('a follower sees every event once, also of a transaction that commits after a later one', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  const first = await followAll(here);
  expect(first.seen).toEqual(await allEvents(here));

  const written = gate();
  const mayCommit = gate();
  const slow = here.store.write(ann.caller, async (unit) => {
    unit.record({ type: 'goal_updated', goal_id: id, after: { title: 'slow' } });
    // Takes this transaction's number, so that it is older than the one that overtakes it.
    await unit.notes.add([{ item_id: id, kind: 'note', body: 'slow' }], 'ann');
    written.open();
    await mayCommit.passed;
  });
  await written.passed;
  await here.as('bo').goal({ title: 'quick' });
  const during = await followAll(here, { cursor: first.cursor });
  // What has been decided behind an open transaction waits for it: told now, the late one would be missed.
  expect(during.seen).toEqual([]);
  mayCommit.open();
  await slow;
  const after = await followAll(here, { cursor: during.cursor });
  expect(after.seen.toSorted((a, b) => a - b)).toEqual((await allEvents(here)).slice(first.seen.length));
  expect(after.seen).toHaveLength(2);
  expect((await followAll(here, { cursor: after.cursor })).seen).toEqual([]);
});

test('followers that read all the while see every event of several writers once', async ({ here }) => {
  const people = ['ann', 'bo', 'cy'].map((name) => here.as(name));
  let writing = true;
  const writers = Promise.all(
    people.map(async (person) => {
      for (let index = 0; index < 15; index++) await person.goal({ title: `g${index}`, tasks: [{ title: 'a' }] });
    }),
  ).finally(() => {
    writing = false;
  });
  const follow = async (limit: number): Promise<number[]> => {
    const seen: number[] = [];
    let cursor: string | undefined;
    for (let last = false; ; last = !writing) {
      const more = await followAll(here, { limit, cursor });
      seen.push(...more.seen);
      cursor = more.cursor;
      if (last) return seen;
    }
  };
  const [one, other] = await Promise.all([follow(1), follow(7), writers]);
  const all = await allEvents(here);
  expect(all).toHaveLength(90);
  for (const seen of [one, other]) expect(seen.toSorted((a, b) => a - b)).toEqual(all);
});

test('the cursor of another log is refused with the way to start again', async ({ here }) => {
  await here.as('ann').goal({ title: 'g' });
  const { cursor } = await followAll(here);
  const [was] = await here.sql<{ log_id: string }>('SELECT log_id FROM store_identity');
  try {
    await here.sql('UPDATE store_identity SET log_id = gen_random_uuid()');
    const error = await refusal(history(here, { order: 'oldest', cursor }));
    expect(error.message).toContain('another event log');
    expect(error.hint).toContain('without a cursor');
  } finally {
    await here.sql('UPDATE store_identity SET log_id = $1', [was?.log_id]);
  }
  expect((await history(here, { order: 'oldest', cursor })).items).toEqual([]);
});

test('a cursor that is damaged or of another query is refused, as is an unknown type', async ({ here }) => {
  await here.as('ann').goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const { next_cursor } = await history(here, { limit: 1 });
  for (const input of [{ actor: 'ann' }, { order: 'oldest' as const }, { types: ['goal_created'] }])
    expect((await refusal(history(here, { ...input, cursor: next_cursor }))).message).toContain('different query');
  for (const cursor of ['', 'nonsense', encodeCursor(['log', 'x', 'no uuid', '1', 1]), encodeCursor(['page', 'x', -1])])
    expect((await refusal(history(here, { cursor }))).message).toContain('not one that was given out here');
  const unknown = await refusal(history(here, { types: ['task_update'] }));
  expect(unknown.hint).toContain('task_updated');
  expect((await refusal(history(here, { types: ['zzzzzzzz'] }))).hint).toContain('goal_created, ');
});

test('a follower in one transaction after another never goes back', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  const cursors: string[] = [];
  let cursor: string | undefined;
  for (let index = 0; index < 5; index++) {
    await ann.update({ id, title: `g${index}` });
    const page = await followAll(here, { cursor });
    expect(page.seen).toHaveLength(index === 0 ? 2 : 1);
    cursor = page.cursor;
    cursors.push(cursor);
  }
  // An old cursor of this log begins where it stood.
  expect((await followAll(here, { cursor: only(cursors) })).seen).toHaveLength(4);
});
