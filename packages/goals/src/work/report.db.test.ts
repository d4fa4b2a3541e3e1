import { expect } from 'vitest';
import { only, refusal, test } from './store.fixture.ts';

test('completing stores the result, answers what became ready and how far the goal is', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'] },
      { title: 'c', blocked_by: ['a', 'd'] },
      { title: 'd', ref: 'd' },
    ],
  });
  const [a = '', b = ''] = ids;
  await ann.claim({ ids: [a] });
  const answer = await ann.complete(a, { files: 3 });
  expect(answer).toEqual({
    task: { id: a, goal_id: id, status: 'completed', percent: 100, version: expect.any(Number) },
    became_ready: [{ id: b, title: 'b' }],
    goal_progress: { id, percent: 25, completed: 1, open: 3 },
  });
  expect(only(await here.store.tasks.get([a]))).toMatchObject({
    result: { files: 3 },
    percent: 100,
    lease_until: null,
    status: 'completed',
  });
});

test('the last sub-task offers its parent, the last task its goal', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [{ title: 'p', subtasks: [{ title: 'x' }, { title: 'y' }] }],
  });
  const [parent = '', x = '', y = ''] = ids;
  expect((await ann.complete(x)).can_complete).toBeUndefined();
  const last = await ann.complete(y);
  expect(last.can_complete).toBe(parent);
  expect(last.became_ready).toEqual([{ id: parent, title: 'p' }]);
  expect((await ann.complete(parent)).can_complete).toBe(id);
});

test('sub-tasks of what was blocked become ready with it', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'p', blocked_by: ['a'], subtasks: [{ title: 'below' }] },
    ],
  });
  const [a = '', , below = ''] = ids;
  expect((await ann.complete(a)).became_ready).toEqual([{ id: below, title: 'below' }]);
});

test('a task with open sub-tasks cannot be completed', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'p', subtasks: [{ title: 'x' }] }] });
  const [parent = '', child = ''] = ids;
  expect((await refusal(ann.complete(parent))).message).toContain(child);
});

test('releasing gives the task back with a handoff for whoever is next', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const id = only(ids);
  await ann.claim();
  const { task } = await ann.report(id, { outcome: 'released', note: 'look at the log', percent: 30 });
  expect(task).toMatchObject({ status: 'pending', percent: 30 });
  expect(only(await here.store.tasks.get([id]))).toMatchObject({ assignee: null, lease_holder: null, percent: 30 });
  expect(await here.store.notes.latest([id], 5)).toMatchObject([
    { kind: 'handoff', body: 'look at the log', author: 'ann' },
  ]);
  expect(await ann.ready()).toEqual(ids);
});

test('failing gives the task back for later, with the reason as a note', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const id = only(ids);
  await ann.claim();
  await ann.report(id, { outcome: 'failed', reason: 'no network', note: 'tried twice', retry_in_minutes: 60 });
  const task = only(await here.store.tasks.get([id]));
  expect(task).toMatchObject({ status: 'pending', lease_token: null });
  expect(task.defer_until?.getTime()).toBeGreaterThan(task.updated_at.getTime() + 59 * 60_000);
  expect(await ann.ready()).toEqual([]);
  const notes = await here.store.notes.latest([id], 5);
  expect(notes.map(({ kind, body }) => [kind, body])).toEqual([
    ['blocker', 'no network'],
    ['progress', 'tried twice'],
  ]);
  expect(await here.sql("SELECT FROM events WHERE type = 'note_added'")).toHaveLength(2);
});

test('notes and percent are recorded without an end, of the kind asked for', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const id = only(ids);
  await ann.report(id, { note: 'use B-trees', note_kind: 'decision', percent: 5 });
  expect(await here.store.notes.latest([id], 5)).toMatchObject([{ kind: 'decision', body: 'use B-trees' }]);
  expect(only(await here.store.tasks.get([id]))).toMatchObject({ percent: 5, status: 'pending' });
});

test('arguments that contradict each other are refused', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const id = only(ids);
  expect((await refusal(ann.report(id, { outcome: 'failed' }))).message).toContain('reason is needed');
  expect((await refusal(ann.report(id, { reason: 'x' }))).message).toContain('goes with outcome "failed"');
  expect((await refusal(ann.report(id, { outcome: 'released', result: 1 }))).message).toContain(
    'goes with outcome "completed"',
  );
  expect((await refusal(ann.report(id, { outcome: 'completed', percent: 50 }))).message).toContain('contradicts');
  expect((await refusal(ann.report(id, { note_kind: 'handoff' }))).message).toContain('note_kind needs note');
  expect((await refusal(ann.report('TASK-0999', {}))).code).toBe('not_found');
});

test('the same end reported twice is fine; another result or percent afterwards is refused', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  const id = only(ids);
  const version = (await ann.complete(id, { b: 1, a: 2 })).task?.version;
  expect((await ann.complete(id, { a: 2, b: 1 })).task).toMatchObject({ status: 'completed', version });
  expect((await ann.complete(id)).task).toMatchObject({ status: 'completed' });
  expect((await refusal(here.as('bo').complete(id, 'something else'))).message).toContain(
    'already completed with another result',
  );
  expect((await refusal(ann.report(id, { percent: 50 }))).message).toContain('already completed');
  expect((await refusal(ann.report(id, { outcome: 'released' }))).message).toContain('already completed');
  await ann.report(id, { note: 'an afterthought' });
  expect(only(await here.store.tasks.get([id]))).toMatchObject({ result: { a: 2, b: 1 }, percent: 100 });
});

test('what is cancelled is not completed by a report', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  await ann.update({ id: only(ids), status: 'cancelled' });
  expect((await refusal(ann.complete(only(ids)))).message).toContain('already cancelled');
});

test('a sub-task reopened while its parent is being completed: one of the two is refused', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 8; round++) {
    const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'p', subtasks: [{ title: 'x' }] }] });
    const [parent = '', child = ''] = ids;
    await ann.complete(child);
    const outcomes = await Promise.allSettled([
      here.as('bo').complete(parent),
      here.as('cy').update({ id: child, status: 'pending' }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  }
});

test('what failed says when it is tried again', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
  await ann.claim();
  const { task } = await ann.report(only(ids), { outcome: 'failed', reason: 'no network' });
  const { defer_until } = only(await here.store.tasks.get(ids));
  expect(task).toMatchObject({ status: 'pending', defer_until: defer_until?.toISOString() });
});
