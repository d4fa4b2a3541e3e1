import { expect } from 'vitest';
import { gate, only, refusal, test } from './store.fixture.ts';

test('only the named fields change, and null clears one', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    description: 'd',
    due_at: '2026-01-01T00:00:00.000Z',
    tags: ['a', 'B'],
    metadata: { keep: 1, drop: 2 },
    tasks: [
      { title: 't', description: 'd', estimate_minutes: 5, assignee: 'bo', acceptance: ['x'], external_ref: 'r' },
    ],
  });
  const task = only(ids);
  const [goalBefore] = await here.store.goals.get([id]);
  const [taskBefore] = await here.store.tasks.get([task]);
  const outcomes = await ann.update([
    { id, title: 'G', due_at: null, add_tags: ['C'], remove_tags: ['b'], metadata: { drop: null, add: [1] } },
    { id: task, priority: 'high', estimate_minutes: null, defer_until: '2027-01-01' },
  ]);
  expect(outcomes).toEqual([
    { id, version: 2, changed: ['title', 'due_at', 'metadata', 'tags'] },
    { id: task, version: 2, changed: ['priority', 'defer_until', 'estimate_minutes'] },
  ]);
  expect((await here.store.goals.get([id]))[0]).toEqual({
    ...goalBefore,
    ...{
      title: 'G',
      due_at: null,
      tags: ['a', 'C'],
      metadata: { keep: 1, add: [1] },
      version: 2,
      updated_at: expect.any(Date),
    },
  });
  expect((await here.store.tasks.get([task]))[0]).toEqual({
    ...taskBefore,
    ...{
      priority: 'high',
      estimate_minutes: null,
      defer_until: new Date('2027-01-01'),
      version: 2,
      updated_at: expect.any(Date),
    },
  });
});

test('a patch that changes nothing leaves version and log as they are', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g', tags: ['a'] });
  expect(await ann.update({ id, title: 'g', add_tags: ['A'], remove_tags: ['zzz'], description: null })).toEqual([
    { id, changed: [] },
  ]);
  expect((await here.store.goals.get([id]))[0]?.version).toBe(1);
  expect(await here.sql('SELECT FROM events')).toHaveLength(1);
});

test('a stale expected_version is refused with who changed what since', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 't' }] });
  await here.as('bo').update({ id: only(ids), title: 'T', priority: 'low' });
  const error = await refusal(ann.update({ id: only(ids), expected_version: 1, title: 'mine' }));
  expect(error.code).toBe('conflict');
  expect(error.message).toMatch(/is at version 2, not 1: bo changed title, priority at 20/);
  expect(error.details).toMatchObject({ version: 2, changes: [{ actor: 'bo', after: { title: 'T' } }] });
  await ann.update({ id: only(ids), expected_version: 2, title: 'mine' });
  expect((await refusal(ann.update({ id, expected_version: 7, title: 'x' }))).message).toContain(
    'is at version 1, not 7',
  );
});

test('a version that only derived values have raised is not stale', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'] },
    ],
  });
  const [a = '', b = ''] = ids;
  await ann.complete(a);
  expect((await here.store.tasks.get([b]))[0]?.version).toBe(2);
  expect((await ann.update({ id: b, expected_version: 1, title: 'B' }))[0]?.error).toBeUndefined();
});

test('a goal that a claim has started is stale: its status has changed', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  await here.as('bo').claim();
  expect((await refusal(ann.update({ id, expected_version: 1, status: 'cancelled' }))).message).toContain(
    'bo changed status',
  );
});

test('concurrent updates of different fields of one item lose nothing', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 't' }] });
  const patches = [
    { title: 'T' },
    { description: 'D' },
    { priority: 'high' as const },
    { add_tags: ['a'] },
    { add_tags: ['b'] },
    { add_tags: ['c'], remove_tags: ['zzz'] },
    { metadata: { x: 1 } },
    { metadata: { y: 2 } },
  ];
  for (const item of [id, only(ids)])
    await Promise.all(patches.map((patch, index) => here.as(`w${index}`).update({ id: item, ...patch })));
  const expected = {
    title: 'T',
    description: 'D',
    priority: 'high',
    tags: ['a', 'b', 'c'],
    metadata: { x: 1, y: 2 },
    version: 9,
  };
  expect((await here.store.goals.get([id]))[0]).toMatchObject(expected);
  expect((await here.store.tasks.get(ids))[0]).toMatchObject(expected);
});

test('each item has its own outcome: one that is refused does not stop the others', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'] },
    ],
  });
  const [a = '', b = ''] = ids;
  const outcomes = await ann.update([
    { id: b, title: 'B', status: 'completed' },
    { id: 'TASK-0999', title: 'x' },
    { id: a, title: 'A' },
    { id, expected_version: 9, title: 'G' },
  ]);
  expect(outcomes.map(({ error }) => error !== undefined)).toEqual([true, true, false, true]);
  expect(outcomes[0]?.error).toContain('waits for');
  const stored = await here.store.tasks.get([a, b]);
  expect(stored.map(({ title, version }) => [title, version]).sort()).toEqual([
    ['A', 2],
    ['b', 1],
  ]);
});

test('all or nothing means nothing when one is refused', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  await refusal(
    ann.update(
      [
        { id: only(ids), title: 'A' },
        { id: 'TASK-0999', title: 'x' },
      ],
      { all_or_nothing: true },
    ),
  );
  expect((await here.store.tasks.get(ids))[0]).toMatchObject({ title: 'a', version: 1 });
  expect((await refusal(ann.update([{ id: only(ids) }, { id: only(ids) }]))).message).toContain('named twice');
});

test('a goal with open tasks is closed as asked: refused, completed or cancelled with them', async ({ here }) => {
  const ann = here.as('ann');
  const plan = {
    title: 'g',
    tasks: [{ title: 'p', subtasks: [{ title: 'c', ref: 'c' }] }, { title: 'b', blocked_by: ['c'] }, { title: 'done' }],
  };
  for (const [open_tasks, status] of [
    ['complete', 'completed'],
    ['cancel', 'cancelled'],
  ] as const) {
    const { id, ids } = await ann.goal(plan);
    const done = ids[3] ?? '';
    await ann.complete(done, 'kept');
    const held = await here.as('bo').claim({ goal_id: id });
    const error = await refusal(ann.update({ id, status: 'completed' }));
    expect(error.message).toContain(`${id} has 3 open tasks`);
    expect(error.details?.open_tasks).toEqual(ids.slice(0, 3));
    await ann.update({ id, status: 'completed' }, { open_tasks });
    expect((await here.store.goals.get([id]))[0]).toMatchObject({
      status: 'completed',
      completed_at: expect.any(Date),
    });
    const tasks = await here.store.tasks.get(ids);
    expect(tasks.filter((task) => task.id !== done).map((task) => task.status)).toEqual([status, status, status]);
    expect(tasks.find((task) => task.id === done)).toMatchObject({ status: 'completed', result: 'kept' });
    expect(tasks.every((task) => task.lease_until === null && task.blocked_by === 0)).toBe(true);
    expect(held.claimed).toHaveLength(1);
  }
});

test('a task that waits for another goal is not completed with its own goal, but may be cancelled', async ({
  here,
}) => {
  const ann = here.as('ann');
  const other = await ann.goal({ title: 'other', tasks: [{ title: 'x' }] });
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a', blocked_by: other.ids }] });
  const error = await refusal(ann.update({ id, status: 'completed' }, { open_tasks: 'complete' }));
  expect(error.message).toContain(`${only(ids)} waits for ${only(other.ids)}`);
  await ann.update({ id, status: 'completed' }, { open_tasks: 'cancel' });
  expect((await here.store.tasks.get(ids))[0]?.status).toBe('cancelled');
});

test('a task that its worker finishes while the goal is being closed stays completed', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  await ann.update({ id, status: 'in_progress' });
  const saved = gate();
  const held = gate();
  const finishing = here.store.write(here.as('bo').caller, async (unit) => {
    const task = only(await unit.tasks.lock(ids));
    await unit.tasks.save([{ ...task, status: 'completed', result: 'mine' }]);
    saved.open();
    await held.passed;
  });
  await saved.passed;
  const closing = ann.update({ id, status: 'completed' }, { open_tasks: 'cancel' });
  await here.whenWaiting(1);
  held.open();
  await Promise.all([finishing, closing]);
  expect((await here.store.tasks.get(ids))[0]).toMatchObject({ status: 'completed', result: 'mine' });
});

test('tasks added while their goal is being closed: none is left open under a closed goal', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 8; round++) {
    const { id } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
    await Promise.allSettled([
      here.as('bo').tasks({ goal_id: id, tasks: [{ title: 'b' }] }),
      here.as('cy').update({ id, status: 'completed' }, { open_tasks: 'cancel' }),
    ]);
  }
  const open = await here.sql(
    "SELECT t.id FROM tasks t JOIN goals g ON g.id = t.goal_id WHERE g.status = 'completed' AND t.status = 'pending'",
  );
  expect(open).toEqual([]);
});

test('nothing is reopened under a closed goal or below a closed task', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'p', subtasks: [{ title: 'c' }] }] });
  const [parent = '', child = ''] = ids;
  await ann.complete(child);
  await ann.complete(parent);
  expect((await refusal(ann.update({ id: child, status: 'pending' }))).message).toContain(
    `${parent} above it is completed`,
  );
  await ann.update({ id, status: 'completed' });
  expect((await refusal(ann.update({ id: parent, status: 'pending' }))).message).toContain(
    `its goal ${id} is completed`,
  );
  const outcomes = await ann.update([
    { id, status: 'in_progress' },
    { id: parent, status: 'pending' },
    { id: child, status: 'pending' },
  ]);
  expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
});

test('a call that reopens a sub-task cannot complete its parent or its goal over it', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'p', subtasks: [{ title: 'c' }] }] });
  const [parent = '', child = ''] = ids;
  await ann.complete(child);
  const outcomes = await ann.update([
    { id: child, status: 'pending' },
    { id: parent, status: 'completed' },
    { id, status: 'completed' },
  ]);
  expect(outcomes.map(({ error }) => error !== undefined)).toEqual([false, true, true]);
});

test('a project is changed on the goal and reaches its tasks, each unchanged otherwise', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'p', subtasks: [{ title: 'c' }] }] });
  await ann.update({ id, project: 'shop' });
  expect((await here.store.tasks.get(ids)).map(({ project }) => project)).toEqual(['shop', 'shop']);
  expect((await refusal(ann.update({ id: only(ids), project: 'x' }))).message).toContain(
    'its project is that of its goal',
  );
});

test('fields of tasks are refused on goals', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  for (const patch of [{ percent: 5 }, { assignee: null }, { position: 1 }, { parent_task_id: null }])
    expect((await refusal(ann.update({ id, ...patch }))).message).toContain('is a field of tasks');
});

test('an external reference that is taken is a refusal with its name', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a', external_ref: 'X-1' }, { title: 'b' }] });
  const error = await refusal(ann.update({ id: ids[1] ?? '', external_ref: 'X-1' }));
  expect(error.code).toBe('conflict');
  expect(error.message).toContain('X-1');
});
