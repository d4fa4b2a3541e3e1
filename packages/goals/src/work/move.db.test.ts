import { expect } from 'vitest';
import { type Actor, gate, only, refusal, type TestStore, test } from './store.fixture.ts';

async function places(here: TestStore, ids: readonly string[]) {
  const tasks = await here.store.tasks.get(ids);
  return ids.map((id) => {
    const task = tasks.find((row) => row.id === id);
    return [task?.goal_id, task?.parent_task_id, task?.project];
  });
}

/** p > c > d, and q. */
async function family(ann: Actor) {
  const { id, ids } = await ann.goal({
    title: 'from',
    project: 'one',
    tasks: [{ title: 'p', subtasks: [{ title: 'c', subtasks: [{ title: 'd' }] }] }, { title: 'q' }],
  });
  const [p = '', c = '', d = '', q = ''] = ids;
  return { goal: id, p, c, d, q };
}

test('a task moves to another goal with everything below it, and takes that project', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, c, d, q } = await family(ann);
  const to = await ann.goal({ title: 'to', project: 'two' });
  await ann.update({ id: c, goal_id: to.id });
  expect(await places(here, [p, c, d, q])).toEqual([
    [goal, null, 'one'],
    [to.id, null, 'two'],
    [to.id, c, 'two'],
    [goal, null, 'one'],
  ]);
  expect(
    await here.sql('SELECT item_id FROM search_documents WHERE goal_id = $1 ORDER BY item_id', [to.id]),
  ).toHaveLength(3);
  expect(await here.sql("SELECT FROM events WHERE type = 'task_updated'")).toHaveLength(2);
});

test('naming the goal a task is in leaves it where it is', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, c } = await family(ann);
  await ann.update({ id: c, goal_id: goal, title: 'C' });
  expect(await places(here, [c])).toEqual([[goal, p, 'one']]);
});

test('a task goes below another task, also of another goal, or to the top', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, c, d, q } = await family(ann);
  await ann.update({ id: c, parent_task_id: q });
  expect(await places(here, [c, d])).toEqual([
    [goal, q, 'one'],
    [goal, c, 'one'],
  ]);
  await ann.update({ id: c, parent_task_id: null });
  expect(await places(here, [c])).toEqual([[goal, null, 'one']]);
  const to = await ann.goal({ title: 'to', project: 'two', tasks: [{ title: 'x' }] });
  await ann.update({ id: c, parent_task_id: only(to.ids) });
  expect(await places(here, [c, d])).toEqual([
    [to.id, only(to.ids), 'two'],
    [to.id, c, 'two'],
  ]);
});

test('moves that make no sense are refused', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, p, c, d, q } = await family(ann);
  const other = await ann.goal({ title: 'other', tasks: [{ title: 'x' }] });
  expect((await refusal(ann.update({ id: p, parent_task_id: p }))).message).toContain(`${p} -> ${p}`);
  expect((await refusal(ann.update({ id: p, parent_task_id: d }))).message).toContain(`${p} -> ${c} -> ${d} -> ${p}`);
  expect((await refusal(ann.update({ id: p, parent_task_id: 'TASK-0999' }))).code).toBe('not_found');
  expect((await refusal(ann.update({ id: p, goal_id: 'GOAL-0999' }))).code).toBe('not_found');
  expect((await refusal(ann.update({ id: p, goal_id: goal, parent_task_id: only(other.ids) }))).message).toContain(
    `belongs to ${other.id}`,
  );
  await ann.complete(q);
  expect((await refusal(ann.update({ id: p, parent_task_id: q }))).message).toContain('open tasks cannot go below it');
  await ann.update({ id: other.id, status: 'cancelled' }, { open_tasks: 'cancel' });
  expect((await refusal(ann.update({ id: p, goal_id: other.id }))).message).toContain('tasks cannot be moved to it');
});

test('a sub-task that blocks a task cannot go below it, nor below what is part of it', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'], subtasks: [{ title: 'b1' }] },
    ],
  });
  const [a = '', b = '', b1 = ''] = ids;
  for (const parent of [b, b1])
    expect((await refusal(ann.update({ id: a, parent_task_id: parent }))).code).toBe('validation');
  expect((await refusal(ann.update({ id: b, parent_task_id: a }))).code).toBe('validation');
});

test('a move is judged by the place the task goes to, not by the one it leaves', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a', subtasks: [{ title: 'a1' }] },
      { title: 'b', blocked_by: ['a'] },
    ],
  });
  const [, a1 = '', b = ''] = ids;
  expect((await ann.update({ id: a1, parent_task_id: b }))[0]?.error).toBeUndefined();
});

test('the depth is bounded by what hangs below the moved task', async ({ here }) => {
  const ann = here.as('ann');
  const chain = (levels: number): { title: string; subtasks?: never[] } => ({
    title: 'x',
    ...(levels > 1 && { subtasks: [chain(levels - 1) as never] }),
  });
  const { ids } = await ann.goal({ title: 'g', tasks: [chain(5), chain(4), chain(3)] });
  const [five, four, three] = [ids[4] ?? '', ids[5] ?? '', ids[9] ?? ''];
  expect((await refusal(ann.update({ id: four, parent_task_id: five }))).message).toContain('9 levels');
  await ann.update({ id: three, parent_task_id: five });
});

test('two patches of one call cannot close a loop together, nor build too deep a tree', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const [a = '', b = ''] = ids;
  const outcomes = await ann.update([
    { id: a, parent_task_id: b },
    { id: b, parent_task_id: a },
  ]);
  expect(outcomes.map(({ error }) => error !== undefined)).toEqual([false, true]);
  const many = await ann.goal({ title: 'h', tasks: Array.from({ length: 9 }, (_, index) => ({ title: `${index}` })) });
  const deep = await ann.update(many.ids.slice(1).map((id, index) => ({ id, parent_task_id: many.ids[index] ?? '' })));
  expect(deep.map(({ error }) => error !== undefined)).toEqual([...Array.from({ length: 7 }, () => false), true]);
});

test('a task that a call moves into a goal keeps the same call from closing it', async ({ here }) => {
  const ann = here.as('ann');
  const { q } = await family(ann);
  const to = await ann.goal({ title: 'to' });
  const outcomes = await ann.update([
    { id: q, goal_id: to.id, title: 'Q' },
    { id: to.id, status: 'completed' },
  ]);
  expect(outcomes[0]).toEqual({ id: q, version: 2, changed: ['goal_id', 'title', 'project'] });
  expect(outcomes[1]?.error).toContain('1 open tasks');
});

test('two moves at once cannot close a loop together: exactly one is refused', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 8; round++) {
    const one = await ann.goal({ title: 'one', tasks: [{ title: 'a' }, { title: 'b' }] });
    const [a = '', b = ''] = one.ids;
    const outcomes = await Promise.allSettled([
      here.as('bo').update({ id: a, parent_task_id: b }),
      here.as('cy').update({ id: b, parent_task_id: a }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  }
});

test('a move and a new link at once cannot close a loop together', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 8; round++) {
    const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
    const [a = '', b = ''] = ids;
    const outcomes = await Promise.allSettled([
      here.as('bo').update({ id: a, parent_task_id: b }),
      here.as('cy').tasks({ goal_id: id, tasks: [{ title: 'between', blocked_by: [a], blocks: [b] }] }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  }
});

test('a task that is moved below a closed one while it waits to be reopened stays closed', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const other = await ann.goal({ title: 'closed', tasks: [{ title: 'c' }] });
  const [a = '', b = ''] = ids;
  for (const id of [a, b]) await ann.complete(id);
  await ann.update({ id: other.id, status: 'cancelled' }, { open_tasks: 'cancel' });
  for (const place of [{ parent_task_id: b }, { goal_id: other.id }]) {
    const saved = gate();
    const held = gate();
    const moving = here.store.write(here.as('bo').caller, async (unit) => {
      const task = only(await unit.tasks.lock([a]));
      await unit.tasks.save([{ ...task, parent_task_id: null, ...place }]);
      saved.open();
      await held.passed;
    });
    await saved.passed;
    const reopening = refusal(ann.update({ id: a, status: 'pending' }));
    await here.whenWaiting(1);
    held.open();
    await moving;
    expect((await reopening).message).toContain(
      place.parent_task_id ? `${b} above it is completed` : `its goal ${other.id} is cancelled`,
    );
  }
});
