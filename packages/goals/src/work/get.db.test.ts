import { expect } from 'vitest';
import { only, refusal, test } from './store.fixture.ts';

test('items come in full, in the order asked, each once', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    description: 'why',
    metadata: { a: 1 },
    tasks: [{ title: 'a', acceptance: ['works'], estimate_minutes: 5 }, { title: 'b' }],
  });
  const [a = '', b = ''] = ids;
  const { items } = await ann.get([b, id, a, b]);
  expect(items.map((item) => item.id)).toEqual([b, id, a]);
  expect(items[1]).toMatchObject({
    title: 'g',
    description: 'why',
    metadata: { a: 1 },
    status: 'pending',
    version: 1,
    created_by: 'ann',
  });
  expect(items[2]).toMatchObject({ goal_id: id, acceptance: ['works'], estimate_minutes: 5 });
  expect(items[2]).not.toHaveProperty('tags');
});

test('missing ids are named beside what was found; nothing found is an error', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  expect(await ann.get([id, 'GOAL-0999', 'TASK-0999'])).toMatchObject({
    items: [{ id }],
    missing: ['GOAL-0999', 'TASK-0999'],
  });
  const error = await refusal(ann.get(['TASK-0998', 'TASK-0999']));
  expect(error.code).toBe('not_found');
  expect(error.details).toEqual({ missing: ['TASK-0998', 'TASK-0999'] });
});

test('a claim shows its holder, never its token', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  await ann.claim();
  const { items } = await here.as('bo').get(ids, { include: ['history', 'notes', 'links', 'blockers'] });
  expect(only(items)).toMatchObject({ lease_holder: 'ann', lease_until: expect.any(String) });
  expect(JSON.stringify(items)).not.toMatch(/lease_token|lease_instance/);
});

test('the tree of a goal and of a task nests its tasks in their order', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'p', subtasks: [{ title: 'x', priority: 'high', subtasks: [{ title: 'deep' }] }, { title: 'y' }] },
      { title: 'q' },
    ],
  });
  const [p = '', x = '', deep = '', y = '', q = ''] = ids;
  await ann.update({ id: y, position: -1 });
  const node = (task: string, more: object = {}) => ({
    id: task,
    status: 'pending',
    title: expect.any(String),
    ...more,
  });
  const below = [node(y), node(x, { priority: 'high', subtasks: [node(deep)] })];
  const { items } = await ann.get([id, p], { include: ['tree'] });
  expect(items[0]?.tree).toEqual([node(p, { subtasks: below }), node(q)]);
  expect(items[1]?.tree).toEqual(below);
});

test('links come from both ends, blockers only while they are open', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'], discovered_from: 'a' },
    ],
  });
  const [a = '', b = ''] = ids;
  const read = () => ann.get([a, b], { include: ['links', 'blockers'] });
  const before = (await read()).items;
  const other = { id: b, title: 'b', status: 'pending' };
  expect(before[0]?.links).toHaveLength(2);
  expect(before[0]?.links).toContainEqual({ type: 'blocks', direction: 'out', ...other });
  expect(before[1]?.links).toContainEqual({
    type: 'discovered_from',
    direction: 'in',
    id: a,
    title: 'a',
    status: 'pending',
  });
  expect(before[1]?.blockers).toEqual([{ id: a, title: 'a' }]);
  await ann.complete(a);
  expect((await read()).items[1]).not.toHaveProperty('blockers');
});

test('notes and history are the latest, newest first, and say when there are older ones', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const [a = '', b = ''] = ids;
  for (let index = 1; index <= 25; index++) await ann.report(a, { note: `note ${index}` });
  await ann.report(b, { note: 'only one' });
  const { items } = await ann.get([a, b, id], { include: ['notes', 'history'] });
  const notes = items[0]?.notes as { body: string }[];
  expect(notes).toHaveLength(20);
  expect(notes[0]).toMatchObject({ kind: 'progress', author: 'ann', body: 'note 25' });
  expect(items[0]).toMatchObject({ older_notes: true, older_history: true });
  expect(items[1]).not.toHaveProperty('older_notes');
  expect(items[1]?.history).toMatchObject([{ type: 'note_added' }, { type: 'task_created', actor: 'ann' }]);
  expect(items[2]?.history).toMatchObject([{ type: 'goal_created' }]);
});

test('a tree that is too long to show says so, and shows what stands at its top', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'p' }] });
  await here.sql(
    "INSERT INTO tasks (goal_id, parent_task_id, title, position, created_by) SELECT $1, $2, 'x', -n, 'x' FROM generate_series(1, 600) n",
    [id, only(ids)],
  );
  const { items } = await ann.get(id, { include: ['tree'], maxChars: 90_000 });
  const tree = items[0]?.tree as { id: string; subtasks: unknown[] }[];
  expect(tree).toHaveLength(1);
  expect(tree[0]?.id).toBe(only(ids));
  expect(tree[0]?.subtasks).toHaveLength(499);
  expect(items[0]?.tree_left_out).toMatch(/^\d+ more tasks .* find_items \{"where":\{"(goal|parent_task)_id":/);
});

test('the progress of a goal counts its tasks; cancelled ones are no work', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [{ title: 'a', ref: 'a' }, { title: 'b', blocked_by: ['a'] }, { title: 'c' }, { title: 'd' }],
  });
  await ann.complete(ids[3] ?? '');
  await ann.update({ id: ids[2] ?? '', status: 'cancelled' });
  await ann.claim();
  const { items } = await ann.get(id, { include: ['progress'] });
  expect(items[0]?.progress).toEqual({
    total: 4,
    pending: 1,
    in_progress: 1,
    completed: 1,
    cancelled: 1,
    blocked: 1,
    percent: 33,
  });
});

test('exactly the fields asked for are shown beside what was included, and an unknown one is an error', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a', assignee: 'bo' }] });
  const { items } = await ann.get([id, only(ids)], {
    fields: ['title', 'assignee'],
    include: ['progress'],
  });
  expect((await ann.get(id, { fields: ['progress'] })).items).toEqual([{ id, progress: expect.any(Object) }]);
  expect(items).toEqual([
    { id, title: 'g', progress: expect.any(Object) },
    { id: only(ids), title: 'a', assignee: 'bo' },
  ]);
  expect((await refusal(ann.get(id, { fields: ['titel'] }))).message).toContain('Did you mean title?');
  expect((await refusal(ann.get(id, { fields: ['lease_token'] }))).code).toBe('validation');
});

test('items that do not fit are named with their size instead of being cut', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'slim' });
  const large = await ann.goal({ title: 'large', description: 'x'.repeat(20_000) });
  const { items, truncated, not_shown } = await ann.get([id, large.id], { maxChars: 5000 });
  expect(items.map((item) => item.id)).toEqual([id]);
  expect(truncated).toBe(true);
  expect(not_shown).toEqual([{ id: large.id, chars: expect.any(Number) }]);
  expect(only(not_shown ?? []).chars).toBeGreaterThan(20_000);
  expect((await ann.get(large.id, { maxChars: 500 })).items).toEqual([]);
  expect((await ann.get(large.id, { maxChars: 500, fields: ['title'] })).items).toEqual([
    { id: large.id, title: 'large' },
  ]);
});

test('an item that is too large does not hide smaller ones behind it', async ({ here }) => {
  const ann = here.as('ann');
  const large = await ann.goal({ title: 'large', description: 'x'.repeat(20_000) });
  const { id } = await ann.goal({ title: 'slim' });
  const { items, not_shown } = await ann.get([large.id, id], { maxChars: 5000 });
  expect(items.map((item) => item.id)).toEqual([id]);
  expect(not_shown?.map((item) => item.id)).toEqual([large.id]);
});
