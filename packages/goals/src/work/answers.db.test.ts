import { expect } from 'vitest';
import { only, refusal, test } from './store.fixture.ts';

test('a goal that is closed with its tasks answers which they are, and how many', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: Array.from({ length: 60 }, (_, n) => ({ title: `t${n}` })),
  });
  const [outcome] = await ann.update({ id, status: 'completed' }, { open_tasks: 'cancel' });
  expect(outcome?.closed_tasks).toEqual({ count: 60, ids: ids.slice(0, 50) });
});

test('a taken external_ref is the error of its item alone', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    ...{ title: 'g', project: 'p' },
    tasks: [{ title: 'a', external_ref: 'R' }, { title: 'b' }, { title: 'c' }],
  });
  const [a = '', b = '', c = ''] = ids;
  const outcomes = await ann.update([
    { id: b, external_ref: 'R', title: 'not kept' },
    { id: c, title: 'kept', external_ref: 'S' },
  ]);
  expect(outcomes[0]?.error).toBe(`${b} cannot have external_ref "R": ${a} of project p has it.`);
  expect(outcomes[1]).toMatchObject({ changed: ['title', 'external_ref'] });
  expect((await here.store.tasks.get([b]))[0]).toMatchObject({ title: 'b', external_ref: null });
  const all = ann.update(
    [
      { id: b, external_ref: 'R' },
      { id: c, title: 'no' },
    ],
    { all_or_nothing: true },
  );
  expect((await refusal(all)).code).toBe('conflict');
});

test('one call hands an external_ref from one task to another, and refuses the same one twice', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [{ title: 'a', external_ref: 'R' }, { title: 'b', external_ref: 'S' }, { title: 'c' }],
  });
  const [a = '', b = '', c = ''] = ids;
  await ann.update([
    { id: a, external_ref: null },
    { id: b, external_ref: 'R' },
    { id: c, external_ref: 'S' },
  ]);
  expect(
    (await here.sql('SELECT external_ref AS ref FROM tasks ORDER BY seq')).map((row) => Object.values(row)[0]),
  ).toEqual([null, 'R', 'S']);
  const twice = await ann.update([
    { id: a, external_ref: 'T' },
    { id: b, external_ref: 'T' },
  ]);
  expect(twice.map(({ error }) => error === undefined)).toEqual([true, false]);
});

test('a goal whose tasks would meet a taken external_ref in its new project stays, and the other items are changed', async ({
  here,
}) => {
  const ann = here.as('ann');
  const one = await ann.goal({ title: 'one', project: 'p', tasks: [{ title: 'a', external_ref: 'R' }] });
  await ann.goal({ title: 'two', project: 'q', tasks: [{ title: 'b', external_ref: 'R' }] });
  const outcomes = await ann.update([
    { id: one.id, project: 'q' },
    { id: one.ids[0] ?? '', title: 'A' },
  ]);
  expect(outcomes[0]?.error).toContain('external_ref "R"');
  expect(outcomes[1]).toMatchObject({ changed: ['title'] });
  expect(only(await here.store.goals.get([one.id])).project).toBe('p');
});

test('a note can be left on a goal, and nothing else', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  expect(await ann.report(id, { note: 'why we do it', note_kind: 'decision' })).toEqual({
    goal: { id, status: 'pending', version: 2 },
  });
  const { items } = await ann.get(id, { include: ['notes'] });
  expect(items[0]?.notes).toMatchObject([{ kind: 'decision', body: 'why we do it', author: 'ann' }]);
  const wrong = await refusal(ann.report(id, { note: 'x', percent: 5 }));
  expect(wrong.message).toBe(
    `${id} is a goal, on which only note and note_kind can be reported: percent is for tasks.`,
  );
  expect((await refusal(ann.report(id))).message).toContain('note is needed');
  expect((await refusal(ann.report('GOAL-0999', { note: 'x' }))).code).toBe('not_found');
});

test('lists that are cut say how much more there is', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'first', ref: 'first' },
      ...Array.from({ length: 23 }, (_, n) => ({ title: `t${n}`, blocked_by: ['first'] })),
    ],
  });
  const done = await ann.complete(ids[0] ?? '');
  expect(done).toMatchObject({ became_ready_more: 3 });
  expect(done.became_ready).toHaveLength(20);
  await here.sql("INSERT INTO agents (name, session) SELECT 'a' || n, gen_random_uuid() FROM generate_series(1, 25) n");
  expect((await ann.resume()).left_out).toContain('5 more agents');
  for (const note of ['1', '2', '3', '4']) await ann.report(ids[1] ?? '', { note });
  const { claimed } = await ann.claim({ ids: [ids[1] ?? ''] });
  expect(claimed[0]).toMatchObject({ older_notes: true, notes: [{ body: '4' }, { body: '3' }, { body: '2' }] });
});

test('the number of open blockers has one name in every answer', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'] },
    ],
  });
  const b = ids[1] ?? '';
  const got = await ann.get([id, b], { include: ['tree'] });
  expect(got.items[1]).toMatchObject({ open_blockers: 1 });
  expect((await ann.get(b, { fields: ['open_blockers'] })).items).toEqual([{ id: b, open_blockers: 1 }]);
  const found = await ann.find({ kind: 'task', fields: ['open_blockers'] });
  expect(found.items).toContainEqual({ id: b, open_blockers: 1 });
  for (const answer of [got, await ann.find({}), await ann.claim({ ids: [ids[0] ?? ''] })])
    expect(JSON.stringify(answer)).not.toContain('"blocked_by":1');
});
