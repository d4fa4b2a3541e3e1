import { expect } from 'vitest';
import { expectReplays } from '../events/replays.fixture.ts';
import { type Actor, only, refusal, type TestStore, test } from './store.fixture.ts';
import { stored, storedAndLive } from './stored.fixture.ts';

interface Case {
  ann: Actor;
  /** Default: all that is stored. */
  look?: (here: TestStore) => Promise<unknown>;
}

/** A change is taken back exactly, made again exactly, and taken back once more. */
async function expectExact(here: TestStore, change: () => Promise<unknown>, { ann, look = stored }: Case) {
  const before = await look(here);
  await change();
  const after = await look(here);
  expect(after).not.toEqual(before);
  const { redo_event } = await ann.undo();
  expect(await look(here)).toEqual(before);
  await ann.undo({ event: redo_event });
  expect(await look(here)).toEqual(after);
  await ann.undo();
  expect(await look(here)).toEqual(before);
  await expectReplays(here);
}

async function planned(here: TestStore) {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    ...{ title: 'goal', project: 'shop', tags: ['x', 'Y'], metadata: { a: 1 } },
    tasks: [
      { title: 'a', ref: 'a', tags: ['x'], acceptance: ['two', 'one'], subtasks: [{ title: 'a1' }] },
      { title: 'b', blocked_by: ['a'], external_ref: 'B-1' },
      { title: 'c' },
    ],
  });
  const [a = '', a1 = '', b = '', c = ''] = ids;
  return { ann, id, a, a1, b, c };
}

test('fields, tags, metadata and the order of lists are taken back', async ({ here }) => {
  const { ann, id, a, b, c } = await planned(here);
  await expectExact(
    here,
    () =>
      ann.update([
        { id, title: 'GOAL', description: 'd', priority: 'high', add_tags: ['z'], metadata: { a: null, b: [2] } },
        { id: a, title: 'A', due_at: '2030-01-01T00:00:00.000Z', add_tags: ['q'], remove_tags: ['X'] },
        { id: b, external_ref: null, estimate_minutes: 5, assignee: 'bo', position: 17 },
        { id: c, external_ref: 'B-1' },
      ]),
    { ann },
  );
  await expectExact(here, () => ann.update({ id: a, acceptance: ['one', 'two'] }), { ann });
});

test('a move with everything below, and a goal that takes its tasks to another project, are taken back', async ({
  here,
}) => {
  const { ann, id, a, c } = await planned(here);
  const { id: other } = await ann.goal({ title: 'other', project: 'else' });
  await expectExact(here, () => ann.update({ id: a, goal_id: other }), { ann });
  await expectExact(here, () => ann.update({ id: a, parent_task_id: c }), { ann });
  await expectExact(here, () => ann.update({ id, project: 'moved' }), { ann });
});

test('a goal created with its plan, and tasks that block others, go and come back as one', async ({ here }) => {
  const { ann, id, b } = await planned(here);
  const before = (await here.store.tasks.get([b]))[0]?.blocked_by;
  await expectExact(here, () => planned(here).catch(() => ann.goal({ title: 'x' })), { ann, look: storedAndLive });
  const tasks = [{ title: 'first', blocks: [b], discovered_from: b, subtasks: [{ title: 'below' }] }];
  await expectExact(here, () => ann.tasks({ goal_id: id, tasks }), { ann, look: storedAndLive });
  expect((await here.store.tasks.get([b]))[0]?.blocked_by).toBe(before);
});

test('a deletion, a restoring and a deletion of what was claimed are taken back', async ({ here }) => {
  const { ann, id, a, c } = await planned(here);
  await expectExact(here, () => ann.delete(a), { ann });
  await ann.delete(c);
  await expectExact(here, () => ann.delete(id), { ann });
  await expectExact(here, () => ann.delete(c, { restore: true }), { ann });
  await ann.delete(c, { restore: true });
  await ann.claim({ ids: [c] });
  await expectExact(here, () => ann.delete(c), { ann });
});

test('links and notes come back with who made them, when', async ({ here }) => {
  const { ann, id, a, b, c } = await planned(here);
  await expectExact(
    here,
    () =>
      ann.link({
        add: [
          { from: c, to: b, type: 'blocks' },
          { from: a, to: c, type: 'related' },
        ],
      }),
    { ann },
  );
  await here.as('bo').link({ add: [{ from: c, to: b, type: 'blocks' }] });
  await expectExact(
    here,
    () => ann.link({ remove: [{ from: c, to: b, type: 'blocks' }], add: [{ from: b, to: c, type: 'blocks' }] }),
    { ann },
  );
  await expectExact(here, () => ann.report(a, { note: 'a note that can be found' }), { ann });
  await expectExact(here, () => ann.report(id, { note: 'on the goal', note_kind: 'decision' }), { ann });
});

test('claims, reports and endings are taken back, but never with a lease', async ({ here }) => {
  const { ann, id, a1, b, c } = await planned(here);
  await here.as('bo').update({ id: c, assignee: 'cy' });
  await expectExact(here, () => ann.claim({ ids: [c, a1] }), { ann });
  await ann.claim({ ids: [c] });
  await expectExact(here, () => ann.report(c, { percent: 60 }), { ann });
  await expectExact(here, () => ann.complete(c, { done: true }), { ann });
  expect((await here.store.tasks.get([c]))[0]).toMatchObject({ status: 'pending', lease_token: null, assignee: 'ann' });
  await ann.claim({ ids: [c] });
  await expectExact(here, () => ann.report(c, { outcome: 'released', percent: 10, note: 'stopped here' }), { ann });
  await ann.claim({ ids: [c] });
  await ann.report(c, { outcome: 'failed', reason: 'no luck' });
  const { remarks } = await ann.undo();
  expect(remarks).toEqual([`${c} was claimed by ann; a claim does not come back: it is free.`]);
  await expectExact(here, () => ann.update({ id, status: 'completed' }, { open_tasks: 'complete' }), { ann });
  await expectExact(here, () => ann.update({ id: b, status: 'cancelled' }), { ann });
});

test('a goal stays in progress while another task of it was started since', async ({ here }) => {
  const { ann, id, a1, c } = await planned(here);
  await ann.claim({ ids: [c] });
  await here.as('bo').claim({ ids: [a1] });
  expect((await ann.undo()).remarks).toContain(`${id} stays in progress: other tasks of it were started since.`);
  expect(only(await here.store.goals.get([id])).status).toBe('in_progress');
  expect(only(await here.store.tasks.get([c]))).toMatchObject({ status: 'pending', started_at: null });
  await ann.update({ id: c, title: 'C' });
  await ann.undo();
  // The next step back is the goal itself, which bo works in.
  expect((await refusal(ann.undo())).message).toContain(`task_claimed of ${a1} by bo`);
  await expectReplays(here);
});

test('a renamed tag has its former spelling again on every item', async ({ here }) => {
  const { ann, a } = await planned(here);
  await ann.update({ id: a, add_tags: ['Z'] });
  await expectExact(here, () => ann.renameTag({ from: 'x', to: 'z' }), { ann });
});

test('each call without an event goes a step further back, past what is undone', async ({ here }) => {
  const { ann, id } = await planned(here);
  const titles = ['one', 'two', 'three'];
  for (const title of titles) await ann.update({ id, title });
  await here.as('bo').update({ id, priority: 'low' });
  const title = async () => only(await here.store.goals.get([id])).title;
  const seen: string[] = [];
  for (const _ of titles) {
    await ann.undo();
    seen.push(await title());
  }
  expect(seen).toEqual(['two', 'one', 'goal']);
  await here.as('cy').undo({ actor: 'bo' });
  expect(only(await here.store.goals.get([id])).priority).toBe('medium');
});

test('an event names its whole change, or itself alone', async ({ here }) => {
  const { ann, a, b, c } = await planned(here);
  await ann.update([
    { id: a, title: 'A' },
    { id: b, title: 'B' },
    { id: c, title: 'C' },
  ]);
  const eventOf = async (id: string) =>
    only(await here.sql<{ id: number }>('SELECT max(id) AS id FROM events WHERE task_id = $1', [id])).id;
  const titles = async () =>
    (await here.sql<{ t: string }>('SELECT title AS t FROM tasks ORDER BY seq')).map(({ t }) => t);
  const single = await ann.undo({ event: await eventOf(b), event_only: true });
  expect(single).toMatchObject({ change: { types: { task_updated: 1 } }, items: [{ id: b, now: { title: 'b' } }] });
  expect(await titles()).toEqual(['A', 'a1', 'b', 'C']);
  await ann.undo({ event: await eventOf(a) });
  expect(await titles()).toEqual(['a', 'a1', 'b', 'c']);
  await expectReplays(here);
});

test('a preview says what would come back, and changes nothing', async ({ here }) => {
  const { ann, id } = await planned(here);
  await ann.update({ id, title: 'other' });
  const before = await stored(here);
  const told = await ann.undo({ preview: true });
  expect(told).toMatchObject({ preview: true, items: [{ id, type: 'goal_updated', now: { title: 'goal' } }] });
  expect(told).not.toHaveProperty('redo_event');
  expect(await stored(here)).toEqual(before);
  expect(await ann.undo()).toMatchObject({ items: [{ id }] });
});

test('events of an undoing say what they undid', async ({ here }) => {
  const { ann, id } = await planned(here);
  await ann.update({ id, title: 'other' });
  await ann.undo();
  const [undo, change] = await here.sql<{ id: number; type: string; undo_of: number | null; after: object }>(
    'SELECT id, type, undo_of, after FROM events ORDER BY id DESC LIMIT 2',
  );
  expect(undo).toMatchObject({ type: 'goal_updated', undo_of: change?.id, after: { title: 'goal', version: 3 } });
  const { items } = await ann.get(id, { include: ['history'] });
  expect(items[0]?.history).toMatchObject([{ undo_of: change?.id }, {}, {}]);
});
