import { expect } from 'vitest';
import { type Actor, gate, refusal, type TestStore, test } from './store.fixture.ts';

async function deletedOf(here: TestStore, ids: readonly string[]): Promise<boolean[]> {
  const rows = [...(await here.store.goals.get(ids)), ...(await here.store.tasks.get(ids))];
  return ids.map((id) => rows.find((row) => row.id === id)?.deleted_at !== null);
}

/** A goal with p > (a > a1, b) and q, which p blocks. */
async function plan(ann: Actor) {
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'p', ref: 'p', subtasks: [{ title: 'a', subtasks: [{ title: 'a1' }] }, { title: 'b' }] },
      { title: 'q', blocked_by: ['p'] },
    ],
  });
  const byTitle = Object.fromEntries((await ann.find({ goal_id: id, kind: 'task' })).items.map((t) => [t.title, t.id]));
  const [p, a, a1, b, q] = ['p', 'a', 'a1', 'b', 'q'].map((title) => String(byTitle[title])) as [
    ...[string, string, string],
    ...[string, string],
  ];
  return { goal: id, ids, p, a, a1, b, q };
}

test('a task goes with its sub-tasks, no longer blocks, and comes back with them', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, a, a1, b, q } = await plan(ann);
  const gone = await ann.delete(p);
  expect(gone).toMatchObject({ goals: 0, tasks: 4, held: 0, dependants: [{ id: q, title: 'q' }] });
  expect(gone.items.map(({ id }) => id).toSorted()).toEqual([p, a, a1, b].toSorted());
  expect(await deletedOf(here, [goal, p, a, a1, b, q])).toEqual([false, true, true, true, true, false]);
  expect(await ann.ready()).toEqual([q]);
  expect((await ann.find({ goal_id: goal, kind: 'task' })).total).toBe(1);
  expect((await ann.find({ goal_id: goal, kind: 'task', deleted: true })).total).toBe(4);
  expect((await ann.get(goal, { include: ['tree', 'progress'] })).items).toMatchObject([
    { tree: [{ id: q }], progress: { total: 1 } },
  ]);
  expect((await ann.get(p)).items).toMatchObject([{ id: p, deleted_at: expect.stringMatching(/^\d{4}-/) }]);
  expect((await refusal(ann.claim({ ids: [a1] }))).code).toBe('not_found');
  expect((await refusal(ann.report(a1, { percent: 1 }))).code).toBe('not_found');

  expect(await ann.delete(p, { restore: true })).toMatchObject({ tasks: 4, dependants: [{ id: q }] });
  expect(await deletedOf(here, [p, a, a1, b])).toEqual([false, false, false, false]);
  expect(await ann.ready()).toEqual([a1, b].toSorted());
  expect((await here.store.tasks.get([q]))[0]?.blocked_by).toBe(1);
});

test('a goal goes with all its tasks, and is in no list', async ({ here }) => {
  const ann = here.as('ann');
  const { goal } = await plan(ann);
  await ann.report((await ann.claim()).claimed[0]?.task.id ?? '', { outcome: 'released', note: 'where I stand' });
  expect((await ann.resume()).handoffs).toHaveLength(1);
  expect(await ann.delete(goal)).toMatchObject({ goals: 1, tasks: 5 });
  expect(await ann.ready()).toEqual([]);
  expect((await ann.find()).total).toBe(0);
  expect((await ann.find({ deleted: true })).total).toBe(6);
  expect(await ann.resume()).toMatchObject({ handoffs: [], goals: [], ready: [] });
  expect((await refusal(ann.tasks({ goal_id: goal, tasks: [{ title: 'n' }] }))).code).toBe('not_found');
  expect(await ann.delete(goal, { restore: true })).toMatchObject({ goals: 1, tasks: 5 });
  expect((await ann.find()).total).toBe(6);
});

test('the handoff of a deleted task is no news', async ({ here }) => {
  const ann = here.as('ann');
  const { p, a1 } = await plan(ann);
  await ann.claim({ ids: [a1] });
  await ann.report(a1, { outcome: 'released', note: 'where I stand' });
  await ann.delete(p);
  expect((await ann.resume()).handoffs).toEqual([]);
});

test('restoring brings back what that deletion took, not what was deleted before', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, a, a1, b, q } = await plan(ann);
  await ann.delete(a);
  await ann.delete(p);
  await ann.delete(goal);
  expect(await ann.delete(goal, { restore: true })).toMatchObject({
    goals: 1,
    tasks: 1,
    items: [{ id: goal }, { id: q }],
  });
  expect(await deletedOf(here, [p, a, a1, b])).toEqual([true, true, true, true]);
  expect(await ann.delete(p, { restore: true })).toMatchObject({ tasks: 2 });
  expect(await deletedOf(here, [p, a, a1, b])).toEqual([false, true, true, false]);
  expect(await ann.delete(a, { restore: true })).toMatchObject({ tasks: 2 });
  expect(await deletedOf(here, [a, a1])).toEqual([false, false]);
});

test('two deletions in one moment are told apart', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, a, a1 } = await plan(ann);
  await ann.delete(a1);
  await here.sql("UPDATE tasks SET deleted_at = '2999-01-01' WHERE id = $1", [a1]);
  await ann.delete(goal);
  await ann.delete(goal, { restore: true });
  expect(await deletedOf(here, [a, a1])).toEqual([false, true]);
});

test('deleting or restoring again changes nothing and says so', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p } = await plan(ann);
  expect(await ann.delete([goal, p], { restore: true })).toMatchObject({ goals: 0, tasks: 0, unchanged: [goal, p] });
  await ann.delete([p, goal, p]);
  const count = () => here.sql<{ n: number }>('SELECT count(*) AS n FROM events');
  const before = await count();
  expect(await ann.delete([goal, p])).toMatchObject({ goals: 0, tasks: 0, items: [], unchanged: [goal, p] });
  expect(await count()).toEqual(before);
});

test('a preview says what would go along and changes nothing', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, a1, q } = await plan(ann);
  await here.as('bo').claim({ ids: [a1] });
  expect(await ann.delete(p, { preview: true })).toMatchObject({
    ...{ preview: true, goals: 0, tasks: 4, held: 1, dependants: [{ id: q }] },
    items: [{ id: a1, held_by: 'bo' }, {}, {}, {}],
  });
  expect((await ann.find({ deleted: true })).total).toBe(0);
  await ann.delete(goal, { force: true });
  expect(await ann.delete(goal, { restore: true, preview: true })).toMatchObject({ preview: true, goals: 1, tasks: 5 });
  expect((await ann.find()).total).toBe(0);
});

test('what another session holds is not deleted without force; force ends the claim', async ({ here }) => {
  const ann = here.as('ann');
  const bo = here.as('bo');
  const { goal, p, a1, b } = await plan(ann);
  const { claimed } = await bo.claim({ ids: [a1] });
  await ann.claim({ ids: [b] });
  for (const id of [goal, p, a1]) {
    const error = await refusal(ann.delete(id));
    expect(error).toMatchObject({ code: 'conflict', details: { held: [a1] } });
    expect(error.message).toContain(`${a1} by bo`);
  }
  expect((await refusal(here.as('ann').delete(b))).message).toContain(`${b} by ann`);
  await ann.delete(b);
  await ann.delete(p, { force: true });
  const late = await refusal(bo.report(a1, { percent: 50, ...{ lease_token: claimed[0]?.task.lease_token ?? '' } }));
  expect(late.code).toBe('not_found');
  await ann.delete(p, { restore: true });
  expect((await here.store.tasks.get([a1]))[0]).toMatchObject({ status: 'pending', lease_token: null });
  await bo.claim({ ids: [a1] });
  await here.sql("UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1", [a1]);
  await ann.delete(a1);
});

test('a task comes back only where its goal and the task above it are, and open if it is open', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, a, a1, b, q } = await plan(ann);
  await ann.delete(a1);
  await ann.delete(goal);
  expect((await refusal(ann.delete(q, { restore: true }))).message).toContain(`${goal} above it is deleted`);
  await ann.delete(goal, { restore: true });
  await ann.delete(p);
  expect((await refusal(ann.delete(a, { restore: true }))).message).toContain(`${p} above it is deleted`);
  expect(await ann.delete([a1, p], { restore: true })).toMatchObject({ tasks: 4 });
  await ann.delete(a1);
  await ann.complete(a);
  expect((await refusal(ann.delete(a1, { restore: true }))).message).toContain(`${a} is completed`);
  await ann.complete(b);
  await ann.complete(p);
  await ann.delete(q);
  await ann.update({ id: goal, status: 'completed' });
  expect((await refusal(ann.delete(q, { restore: true }))).message).toContain(`${goal} is completed`);
  await ann.delete(b);
  expect(await ann.delete(b, { restore: true })).toMatchObject({ tasks: 1 });
});

test('an external reference that another task has meanwhile keeps a goal from coming back', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a', external_ref: 'X-1' }, { title: 'b' }] });
  await ann.delete(id);
  const other = await ann.goal({ title: 'h', tasks: [{ title: 'c', external_ref: 'X-1' }] });
  const taken = other.ids[0] ?? '';
  for (const preview of [true, false]) {
    const error = await refusal(ann.delete(id, { restore: true, preview }));
    expect(error.message).toBe(
      `Nothing was restored: ${ids[0]} has external_ref "X-1", which ${taken} of the same project has now.`,
    );
    expect(error.hint).toContain(taken);
  }
  await ann.update({ id: taken, external_ref: null });
  expect(await ann.delete(id, { restore: true })).toMatchObject({ goals: 1, tasks: 2 });
});

test('a deleted sub-task follows its parent to another goal and project', async ({ here }) => {
  const ann = here.as('ann');
  const { p, a, a1 } = await plan(ann);
  const other = await ann.goal({ title: 'other', project: 'shop' });
  await ann.delete(a);
  await ann.update({ id: p, goal_id: other.id });
  await ann.delete(a, { restore: true });
  expect(await here.store.tasks.get([a, a1])).toMatchObject([
    { goal_id: other.id, project: 'shop' },
    { goal_id: other.id, project: 'shop' },
  ]);
});

test('every item that goes or comes back has an event with its version', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const [a = ''] = ids;
  await here.as('bo').claim();
  await ann.delete(id, { force: true });
  await ann.delete(id, { restore: true });
  const events = await here.sql<{ type: string; before: object; after: { deleted_at: string } }>(
    "SELECT type, goal_id, task_id, before, after FROM events WHERE type ~ 'deleted|restored' ORDER BY id",
  );
  const time = events[0]?.after.deleted_at;
  const goal = { goal_id: id, task_id: null };
  const task = { goal_id: id, task_id: a };
  expect(events).toEqual([
    { type: 'goal_deleted', ...goal, before: { deleted_at: null }, after: { deleted_at: time, version: 3 } },
    {
      ...{ type: 'task_deleted', ...task },
      before: { deleted_at: null, status: 'in_progress', lease_holder: 'bo' },
      after: { deleted_at: time, status: 'pending', lease_holder: null, version: 3 },
    },
    { type: 'goal_restored', ...goal, before: { deleted_at: time }, after: { deleted_at: null, version: 4 } },
    { type: 'task_restored', ...task, before: { deleted_at: time }, after: { deleted_at: null, version: 4 } },
  ]);
});

test('purging needs the setting, and an item that is deleted', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, q } = await plan(ann);
  await ann.delete(p);
  const off = await refusal(ann.delete(p, { purge: true }));
  expect(off.message).toContain('switched off');
  expect(off.hint).toContain('GOALS_ALLOW_PURGE');
  const forEver = { purge: true, allowPurge: true };
  expect((await refusal(ann.delete([p, q], forEver))).message).toContain(`${q} is not deleted`);
  expect(await ann.delete(p, { ...forEver, preview: true })).toMatchObject({ preview: true, tasks: 4 });
  expect(await ann.delete(p, forEver)).toMatchObject({ goals: 0, tasks: 4 });
  expect((await refusal(ann.get(p))).code).toBe('not_found');
  expect((await refusal(ann.delete(goal, forEver))).code).toBe('conflict');
  await ann.delete(goal);
  expect(await ann.delete(goal, forEver)).toMatchObject({ goals: 1, tasks: 1 });
  expect(await here.sql('SELECT id FROM tasks UNION SELECT item_id FROM search_documents')).toEqual([]);
  expect((await refusal(ann.delete(goal, { restore: true }))).code).toBe('not_found');
  const purged = await here.sql(
    "SELECT type, count(*) AS n FROM events WHERE type LIKE '%purged' GROUP BY 1 ORDER BY 1",
  );
  expect(purged).toEqual([
    { type: 'goal_purged', n: 1 },
    { type: 'task_purged', n: 5 },
  ]);
});

test('unknown ids and contradictions are refused, and nothing of the call is done', async ({ here }) => {
  const ann = here.as('ann');
  const { p } = await plan(ann);
  expect(await refusal(ann.delete([p, 'TASK-0999', 'GOAL-0999']))).toMatchObject({
    code: 'not_found',
    message: 'There is no GOAL-0999, TASK-0999.',
  });
  expect(await deletedOf(here, [p])).toEqual([false]);
  for (const flags of [
    { restore: true, purge: true },
    { restore: true, force: true },
  ])
    expect((await refusal(ann.delete(p, { ...flags, allowPurge: true }))).code).toBe('validation');
});

test('of a claim and a deletion at once, one sees the other', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 10; round++) {
    const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
    const [claim, deletion] = await Promise.allSettled([
      here.as('bo').claim({ goal_id: id }),
      here.as('cy').delete(id),
    ]);
    const held = claim.status === 'fulfilled' && claim.value.claimed.length > 0;
    expect(deletion.status).toBe(held ? 'rejected' : 'fulfilled');
    expect(await deletedOf(here, [id, ...ids])).toEqual([!held, !held, !held]);
  }
});

test('a task that is added while its goal is being deleted goes along or is refused', async ({ here }) => {
  const ann = here.as('ann');
  const { goal } = await plan(ann);
  const hold = gate();
  const started = gate();
  const adding = here.store.write(ann.caller, async (unit) => {
    await unit.goals.share([goal]);
    const { tasks } = await unit.tasks.allocate({ goals: 0, tasks: 1 });
    const late = { seq: tasks[0] ?? 0, goal_id: goal, parent_task_id: null, title: 'late', project: 'default' };
    await unit.tasks.insert([{ ...late, position: 0, blocked_by: 0 }], 'ann');
    started.open();
    await hold.passed;
  });
  await started.passed;
  const deleting = here.as('bo').delete(goal);
  await here.whenWaiting(1);
  hold.open();
  await adding;
  expect(await deleting).toMatchObject({ goals: 1, tasks: 6 });
  expect((await refusal(ann.tasks({ goal_id: goal, tasks: [{ title: 'later' }] }))).code).toBe('not_found');
});

test('a sub-task does not come back below a task that is being finished', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 6; round++) {
    const { a, a1 } = await plan(ann);
    await ann.delete(a1);
    const [restoring] = await Promise.allSettled([
      here.as('bo').delete(a1, { restore: true }),
      here.as('cy').complete(a),
    ]);
    const [above] = await here.store.tasks.get([a]);
    expect(above?.status).toBe(restoring.status === 'fulfilled' ? 'pending' : 'completed');
  }
});

test('a deletion that expects a version is refused when the item has a newer one, also one that is being written', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const [task = ''] = ids;
  expect(await ann.delete(task, { expected_version: 1, preview: true })).toMatchObject({ tasks: 1 });
  const hold = gate();
  const started = gate();
  const renaming = here.store.write(here.as('bo').caller, async (unit) => {
    const [row] = await unit.tasks.lock([task]);
    if (!row) throw new Error('the task is not there');
    const [saved] = await unit.tasks.save([{ ...row, title: 'theirs' }]);
    const change = { before: { title: 'a' }, after: { title: 'theirs', version: saved?.version } };
    unit.record({ type: 'task_updated', goal_id: id, task_id: task, ...change });
    started.open();
    await hold.passed;
  });
  await started.passed;
  const deleting = refusal(ann.delete(task, { expected_version: 1 }));
  await here.whenWaiting(1);
  hold.open();
  await renaming;
  const error = await deleting;
  expect(error.message).toMatch(/^TASK-0001 is at version 2, not 1: bo changed title at /);
  expect(error.details).toMatchObject({ version: 2 });
  expect(await deletedOf(here, [task])).toEqual([false]);
  expect((await refusal(ann.delete(task, { expected_version: 1, preview: true }))).code).toBe('conflict');
  expect(await ann.delete(task, { expected_version: 2 })).toMatchObject({ tasks: 1 });
});

test('thousands of tasks go and come back in one call each', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'large' });
  await here.sql(
    "INSERT INTO tasks (goal_id, title, created_by) SELECT $1, 't' || i, 'x' FROM generate_series(1, 3000) i",
    [id],
  );
  expect(await ann.delete(id)).toMatchObject({ goals: 1, tasks: 3000 });
  expect(await ann.delete(id, { restore: true })).toMatchObject({ goals: 1, tasks: 3000 });
});
