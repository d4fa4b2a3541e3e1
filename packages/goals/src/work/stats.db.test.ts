import { expect } from 'vitest';
import { getStats, type StatsInput } from './stats.ts';
import { refusal, type TestStore, test } from './store.fixture.ts';

const stats = ({ store, db }: TestStore, input: Partial<StatsInput> = {}, maxChars = 20_000) =>
  getStats({ store, database: db.database }, { days: 14, stale_days: 7, limit: 20, ...input }, { maxChars });

test('tasks are counted by status, with progress and what stands out', async ({ here }) => {
  const ann = here.as('ann');
  const { ids, id } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', blocked_by: ['a'], subtasks: [{ title: 'b1' }] },
      { title: 'c', due_at: '2020-01-01' },
      { title: 'd' },
      { title: 'e' },
    ],
  });
  const [, , , c = '', d = '', e = ''] = ids;
  await ann.complete(d);
  await ann.update({ id: e, status: 'cancelled' });
  await ann.claim({ ids: [c] });
  const { tasks, goals } = await stats(here);
  expect(tasks).toMatchObject({
    ...{ total: 6, pending: 3, in_progress: 1, completed: 1, cancelled: 1, percent: 20 },
    // The sub-task waits with what it is part of.
    ...{ blocked: 2, leased: 1, overdue: 1, stale: 0, created_lately: 6, completed_lately: 1 },
  });
  expect((await ann.find({ blocked: true })).total).toBe(2);
  expect(goals).toEqual({ total: 1, pending: 0, in_progress: 1, completed: 0, cancelled: 0, overdue: 0 });
  await here.sql('ALTER TABLE tasks DISABLE TRIGGER tasks_version');
  await here.sql("UPDATE tasks SET updated_at = now() - interval '8 days'");
  await here.sql('ALTER TABLE tasks ENABLE TRIGGER tasks_version');
  expect((await stats(here, { goal_id: id })).tasks.stale).toBe(4);
  expect((await stats(here, { stale_days: 9 })).tasks.stale).toBe(0);
});

test('lead and cycle times are percentiles in hours over the tasks of the days asked for', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: Array.from({ length: 5 }, (_, at) => ({ title: `t${at}` })) });
  expect((await stats(here)).tasks).not.toHaveProperty('lead_hours');
  for (const id of ids) await ann.complete(id);
  // The first four took 1 to 4 hours from start and 10 to 40 from creation; the last was done long ago.
  for (const [at, id] of ids.entries()) {
    const ended = at === 4 ? "now() - interval '40 days'" : 'now()';
    await here.sql(
      `UPDATE tasks SET completed_at = ${ended}, started_at = ${ended} - interval '${at + 1} hours', created_at = ${ended} - interval '${10 * (at + 1)} hours' WHERE id = $1`,
      [id],
    );
  }
  expect((await stats(here)).tasks).toMatchObject({
    completed: 5,
    completed_lately: 4,
    lead_hours: { p50: 25, p90: 37 },
    cycle_hours: { p50: 2.5, p90: 3.7 },
  });
  expect((await stats(here, { days: 90 })).tasks).toMatchObject({ cycle_hours: { p50: 3 } });
});

test('throughput has every day, those without any too', async ({ here }) => {
  const ann = here.as('ann');
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }, { title: 'b' }, { title: 'c' }] });
  await ann.complete(ids[0] ?? '');
  await ann.complete(ids[1] ?? '');
  await here.sql("UPDATE tasks SET completed_at = completed_at - interval '2 days' WHERE id = $1", [ids[0]]);
  await here.sql("UPDATE tasks SET completed_at = completed_at - interval '5 days' WHERE id = $1", [ids[1]]);
  const { throughput } = await stats(here, { days: 4 });
  const [today] = await here.sql<{ day: string }>("SELECT (now() AT TIME ZONE 'UTC')::date::text AS day");
  expect(throughput.map(({ created, completed }) => [created, completed])).toEqual([
    ...[
      [0, 0],
      [0, 1],
      [0, 0],
      [3, 0],
    ],
  ]);
  expect(throughput.at(-1)?.day).toBe(today?.day);
});

test('groups by goal, project, tag and assignee, those with most open tasks first', async ({ here }) => {
  const ann = here.as('ann');
  const one = await ann.goal({
    title: 'one',
    tags: ['Urgent'],
    tasks: [{ title: 'a', tags: ['Red', 'blue'], assignee: 'bo' }],
  });
  const two = await ann.goal({
    title: 'two',
    project: 'shop',
    tasks: [{ title: 'b', tags: ['red'], assignee: 'ann' }, { title: 'c', assignee: 'ann' }, { title: 'd' }],
  });
  const names = async (group_by: StatsInput['group_by']) =>
    (await stats(here, { group_by })).groups?.map(({ name, total }) => [name, total]);
  expect((await stats(here, { group_by: 'goal' })).groups).toMatchObject([
    { name: two.id, title: 'two', total: 3 },
    { name: one.id, title: 'one', total: 1 },
  ]);
  expect(await names('project')).toEqual([
    ['shop', 3],
    ['default', 1],
  ]);
  expect(await names('tag')).toEqual([
    ['Red', 2],
    ['blue', 1],
  ]);
  expect(await names('assignee')).toEqual([
    ['ann', 2],
    ['(nobody)', 1],
    ['bo', 1],
  ]);
  const { tags } = await stats(here);
  expect(tags).toEqual([
    { tag: 'Red', goals: 0, tasks: 2, open_tasks: 2 },
    { tag: 'blue', goals: 0, tasks: 1, open_tasks: 1 },
    { tag: 'Urgent', goals: 1, tasks: 0, open_tasks: 0 },
  ]);
  expect((await stats(here, { project: 'shop', group_by: 'goal' })).groups).toHaveLength(1);
  expect((await stats(here, { goal_id: one.id })).tags).toHaveLength(3);
});

test('project demo and what is deleted count only where they are named or not at all', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal({ title: 'd', project: 'demo', tags: ['x'], tasks: [{ title: 'a', tags: ['x'] }] });
  const { ids } = await ann.goal({ title: 'g', tasks: [{ title: 'b' }, { title: 'c' }] });
  await here.sql('UPDATE tasks SET deleted_at = now() WHERE id = $1', [ids[0]]);
  const all = await stats(here, { group_by: 'project' });
  expect([all.tasks.total, all.goals.total, all.tags, all.groups?.length]).toEqual([1, 1, [], 1]);
  expect(all.throughput.at(-1)?.created).toBe(1);
  const demo = await stats(here, { project: 'demo' });
  expect([demo.tasks.total, demo.goals.total, demo.tags.length]).toEqual([1, 1, 1]);
});

test('an empty store has figures too, an unknown goal has none', async ({ here }) => {
  const { tasks, throughput, groups } = await stats(here, { group_by: 'tag' });
  expect(tasks).toMatchObject({ total: 0, percent: 0 });
  expect(throughput).toHaveLength(14);
  expect(groups).toEqual([]);
  expect((await refusal(stats(here, { goal_id: 'GOAL-0009' }))).code).toBe('not_found');
});

test('which store this is and how it does is told, without its secrets', async ({ here }) => {
  const { store } = await stats(here);
  const { kind, host, database } = here.db.database.describe();
  expect(store).toMatchObject({ kind, host, database, status: 'healthy', cache: 'not configured' });
  expect(store).toMatchObject({ latency_ms: expect.any(Number), version: expect.any(String) });
  expect(Object.keys(store)).not.toContain('user');
  expect(JSON.stringify(store)).not.toMatch(/password|secret/i);
});

test('more groups than asked for, or than fit, are said to be there', async ({ here }) => {
  const ann = here.as('ann');
  for (let index = 0; index < 6; index++)
    await ann.goal({ title: 'x'.repeat(200), tasks: [{ title: 'a', tags: [`t${index}`] }] });
  const few = await stats(here, { group_by: 'goal', limit: 3 });
  expect(few.groups).toHaveLength(3);
  expect(few.tags).toHaveLength(3);
  expect(few).toMatchObject({ truncated: true, left_out: ['more groups', 'more tags'] });
  const short = await stats(here, { group_by: 'goal' }, 3000);
  expect(JSON.stringify(short).length).toBeLessThanOrEqual(3000);
  expect(short.left_out).toContain('more groups');
  expect(await stats(here, { group_by: 'goal' })).not.toHaveProperty('left_out');
});
