import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Actor, gate, only, refusal, type TestStore, test } from './store.fixture.ts';
import { stored } from './stored.fixture.ts';

const lastEvent = async (here: TestStore, where = 'true'): Promise<number> =>
  only(await here.sql<{ id: number }>(`SELECT max(id) AS id FROM events WHERE ${where}`)).id;

/** The refusal, after looking that nothing was changed by it. */
async function refused(here: TestStore, ann: Actor, input: Parameters<Actor['undo']>[0] = {}) {
  const before = await stored(here);
  const events = await lastEvent(here);
  const error = await refusal(ann.undo(input));
  expect(await stored(here)).toEqual(before);
  expect(await lastEvent(here)).toBe(events);
  return error;
}

async function twoTasks(here: TestStore) {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const [a = '', b = ''] = ids;
  return { ann, bo: here.as('bo'), id, a, b };
}

test('later changes of the same field are named, with who made them and when; other fields stay', async ({ here }) => {
  const { ann, bo, a } = await twoTasks(here);
  await ann.update({ id: a, title: 'A', priority: 'high' });
  await bo.update({ id: a, description: 'kept' });
  await bo.update({ id: a, title: 'AA' });
  const later = await lastEvent(here);
  const error = await refused(here, ann);
  expect(error).toMatchObject({ code: 'conflict', details: { events: [later] } });
  expect(error.message).toMatch(
    new RegExp(`^Nothing was undone: event ${later}, task_updated of ${a} by bo at \\d{4}-.*Z \\(title\\)\\.$`),
  );
  expect(error.hint).toContain(`undo_change {"event":${later}}`);
  await bo.undo({ event: later });
  await ann.undo();
  expect(only(await here.store.tasks.get([a]))).toMatchObject({ title: 'a', priority: 'medium', description: 'kept' });
});

test('what was created and worked on since is not taken away', async ({ here }) => {
  const { ann, bo, id, a, b } = await twoTasks(here);
  const created = await lastEvent(here);
  await bo.report(a, { note: 'worked on it' });
  expect((await refused(here, ann)).message).toContain(`note_added of ${a} by bo`);
  await bo.undo();
  await bo.tasks({ goal_id: id, tasks: [{ title: 'new' }] });
  expect((await refused(here, ann)).message).toMatch(/TASK-0003 would be left in GOAL-0001, which is deleted/);
  await bo.undo();
  const other = await bo.goal({ title: 'other', tasks: [{ title: 'waits', blocked_by: [b] }] });
  expect((await refused(here, ann, { event: created })).message).toContain(
    `${other.ids[0]} is linked to ${b} (blocks)`,
  );
});

test('an undone change is not undone twice, also under the name of an event of its', async ({ here }) => {
  const { ann, a } = await twoTasks(here);
  await ann.update({ id: a, title: 'A' });
  const event = await lastEvent(here);
  await here.as('bo').undo({ event });
  const undoing = await lastEvent(here);
  const error = await refused(here, ann, { event });
  expect(error.message).toContain(`bo undid this at`);
  expect(error.hint).toBe(`To do the change again: undo_change {"event":${undoing}}.`);
});

test('a removal for ever, and an item that was removed, are refused', async ({ here }) => {
  const { ann, a } = await twoTasks(here);
  const created = await lastEvent(here);
  await ann.delete(a);
  const deleted = await lastEvent(here);
  await ann.delete(a, { purge: true, allowPurge: true });
  expect((await refused(here, ann)).message).toContain(`${a} was removed for ever (event`);
  expect((await refused(here, ann, { event: deleted })).message).toContain(`${a}`);
  expect((await refused(here, ann, { event: created })).code).toBe('conflict');
});

test('what others hold is theirs; their fields can be corrected', async ({ here }) => {
  const { ann, bo, a } = await twoTasks(here);
  await ann.update({ id: a, title: 'A' });
  await bo.claim({ ids: [a] });
  const claim = await lastEvent(here);
  expect((await refused(here, ann, { event: claim })).message).toContain(`${a} is held by bo until`);
  expect((await refused(here, here.as('bo'))).message).toContain('is held by bo');
  await ann.undo();
  expect(only(await here.store.tasks.get([a]))).toMatchObject({ title: 'a', lease_holder: 'bo' });
  await bo.undo();
  expect(only(await here.store.tasks.get([a]))).toMatchObject({
    status: 'pending',
    lease_holder: null,
    assignee: null,
  });
});

test('a claim that ended by itself does not come back', async ({ here }) => {
  const { ann, a } = await twoTasks(here);
  await ann.claim({ ids: [a] });
  await here.sql("UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1", [a]);
  await here.as('bo').claim({ ids: [a] });
  const lapsed = await lastEvent(here, "type = 'task_lease_expired'");
  expect((await refused(here, ann, { event: lapsed, event_only: true })).message).toContain('does not come back');
  expect((await refused(here, ann)).message).toContain('task_lease_expired');
});

test('rules are not broken: closed goals and parents, loops, blockers, references, depth', async ({ here }) => {
  const { ann, bo, id, a, b } = await twoTasks(here);
  await ann.update({ id: a, status: 'cancelled' });
  await bo.update({ id, status: 'cancelled' }, { open_tasks: 'cancel' });
  expect((await refused(here, ann)).message).toContain(`${a} would be open in ${id}, which is closed`);
  await bo.undo();
  await ann.undo();

  await ann.update({ id: b, parent_task_id: a });
  await ann.update({ id: b, parent_task_id: null });
  await bo.update({ id: a, parent_task_id: b });
  expect((await refused(here, ann)).message).toMatch(/it would make a loop: TASK-/);
  await bo.undo();
  await ann.undo();
  await ann.undo();

  const link = { from: a, to: b, type: 'blocks' as const };
  await ann.link({ add: [link] });
  await ann.link({ remove: [link] });
  await bo.link({ add: [{ ...link, from: b, to: a }] });
  expect((await refused(here, ann)).message).toContain('loop');
  await bo.undo();

  await ann.complete(b);
  await ann.update({ id: b, status: 'pending' });
  await bo.link({ add: [link] });
  expect((await refused(here, ann)).message).toContain(`${b} waits for ${a}`);
  await bo.undo();
  await ann.undo();

  await ann.update({ id: a, external_ref: 'R' });
  await ann.update({ id: a, external_ref: null });
  await bo.update({ id: b, external_ref: 'R' });
  expect((await refused(here, ann)).message).toContain('external_ref');
});

test('a task does not come back to a goal, a parent or a link that is gone', async ({ here }) => {
  const { ann, bo, id, a, b } = await twoTasks(here);
  await ann.update({ id: b, parent_task_id: a });
  await ann.delete(b);
  await bo.delete(a);
  expect((await refused(here, ann)).message).toContain(`${b} would be left below ${a}, which is deleted`);
  await bo.delete(id);
  expect((await refused(here, ann)).message).toContain(id);
  await bo.undo();
  await bo.undo();
  await ann.undo();
  await ann.undo();
  await ann.link({ add: [{ from: a, to: b, type: 'related' }] });
  await bo.link({ remove: [{ from: b, to: a, type: 'related' }] });
  expect((await refused(here, ann)).message).toContain('task_unlinked');
});

test('what makes no sense is refused', async ({ here }) => {
  const { ann } = await twoTasks(here);
  expect((await refused(here, ann, { event: 1, actor: 'bo' })).code).toBe('validation');
  expect((await refused(here, ann, { event_only: true })).code).toBe('validation');
  expect((await refused(here, ann, { event: 999_999 })).code).toBe('not_found');
  expect((await refused(here, here.as('nobody'))).message).toBe('nobody has changed nothing that could be undone.');
});

test('of two who undo the same change at the same moment, one does and the other is told', async ({ here }) => {
  const { ann, a } = await twoTasks(here);
  for (let round = 0; round < 5; round++) {
    await ann.update({ id: a, title: `T${round}`, percent: round });
    const event = await lastEvent(here);
    const outcomes = await Promise.allSettled([
      ann.undo({ event }),
      here.as('ann').undo({ event }),
      here.as('bo').undo({ event }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason.message).toContain('undid this at');
    expect(only(await here.store.tasks.get([a])).title).toBe('a');
  }
});

test('who undoes their last change waits for a change at the same moment, and is told of it', async ({ here }) => {
  const { ann, a } = await twoTasks(here);
  await ann.update({ id: a, title: 'A' });
  const changed = gate();
  const go = gate();
  const caller = { actor: 'bo', client: 'test', instance: randomUUID() };
  const slow = here.store.write(caller, async (unit) => {
    const [task] = await unit.tasks.lock([a]);
    if (!task) throw new Error('the task is gone');
    await unit.tasks.save([{ ...task, title: 'BO' }]);
    const change = { before: { title: 'A' }, after: { title: 'BO', version: task.version + 1 } };
    unit.record({ type: 'task_updated', goal_id: task.goal_id, task_id: a, ...change });
    changed.open();
    await go.passed;
  });
  await changed.passed;
  const undoing = refusal(ann.undo());
  await here.whenWaiting(1);
  go.open();
  await slow;
  expect((await undoing).message).toContain(`task_updated of ${a} by bo`);
});

test('a goal that was taken back to its project alone has its tasks with it, and the change as a whole is undone', async ({
  here,
}) => {
  const { ann, id, a, b } = await twoTasks(here);
  const { id: other } = await ann.goal({ title: 'other' });
  await ann.update({ id, title: 'renamed' });
  await ann.update({ id, project: 'moved' });
  const goal = await lastEvent(here, "type = 'goal_updated'");
  await ann.undo({ event: goal, event_only: true });
  expect((await here.store.tasks.get([a, b])).map(({ project }) => project)).toEqual(['default', 'default']);
  expect((await refused(here, ann, { event: goal })).message).toContain('undid this at');
  // A task that left the goal in between has its own event standing, which is nothing to undo.
  await ann.update({ id, project: 'moved' });
  await ann.update({ id: b, goal_id: other });
  const again = await lastEvent(here, "type = 'goal_updated'");
  await ann.undo({ event: again });
  expect((await refused(here, ann, { event: again })).message).toContain('undid this at');
  const moved = await lastEvent(here, `undo_of IS NULL AND task_id = '${a}' AND before ? 'project'`);
  expect((await refused(here, ann, { event: moved, event_only: true })).message).toContain(`that of ${id}`);
  expect((await ann.undo()).change.types).toEqual({ task_updated: 1 });
  expect((await ann.undo()).change.types).toEqual({ goal_updated: 1 });
  expect(only(await here.store.goals.get([id])).title).toBe('g');
});
