import { expect } from 'vitest';
import { type PlanInput, planGoal } from './plan-goal.ts';
import { refusal, type TestStore, test } from './store.fixture.ts';

const plan = ({ store }: TestStore, goal_id: string, input: Partial<PlanInput & { maxChars: number }> = {}) => {
  const { maxChars = 20_000, ...given } = input;
  return planGoal(store, { goal_id, workers: 10, default_minutes: 60, ...given }, { maxChars });
};
const idsOf = (rows: readonly Record<string, unknown>[]) => rows.map(({ id }) => id);

test('the open work of a goal in phases, with its longest chain, what holds up and when it may end', async ({
  here,
}) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({
    title: 'Release',
    tasks: [
      { title: 'design', ref: 'design', estimate_minutes: 30 },
      {
        title: 'build',
        ref: 'build',
        blocked_by: ['design'],
        estimate_minutes: 500,
        subtasks: [{ title: 'api', estimate_minutes: 40 }, { title: 'page' }],
      },
      { title: 'ship', blocked_by: ['build'], estimate_minutes: 10 },
      { title: 'done' },
    ],
  });
  const [design = '', , api = '', page = '', ship = '', done = ''] = ids;
  await ann.complete(done);
  const planned = await plan(here, id);
  expect(planned.phases.map(({ tasks }) => idsOf(tasks))).toEqual([[design], [api, page], [ship]]);
  expect(planned.phases[0]?.tasks).toEqual([{ id: design, title: 'design', minutes: 30 }]);
  expect(planned).toMatchObject({ open_tasks: 5, remaining_minutes: 140, critical_minutes: 100, assumed: [page] });
  expect(idsOf(planned.critical_path)).toEqual([design, page, ship]);
  expect(planned.bottlenecks[0]).toMatchObject({ id: design, holds_up: 4 });
  expect(planned.forecast).toMatchObject([
    { workers: 1, minutes: 140 },
    { workers: 2, minutes: 100 },
  ]);
  expect(planned.measured).toMatchObject({ days: 1, completed: 1, tasks_per_day: 1, days_left: 5 });
  expect(planned).not.toHaveProperty('left_out');
  expect(await plan(here, id, { default_minutes: 5, workers: 1 })).toMatchObject({
    remaining_minutes: 85,
    critical_minutes: 80,
    forecast: [{ workers: 1, minutes: 85 }],
  });
});

test('what has been done of a task is not counted again', async ({ here }) => {
  const ann = here.as('ann');
  const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a', estimate_minutes: 100 }] });
  await ann.claim();
  await ann.report(ids[0] ?? '', { percent: 75 });
  expect((await plan(here, id)).remaining_minutes).toBe(25);
});

test('blockers in other goals are named as outside, closed ones are none', async ({ here }) => {
  const ann = here.as('ann');
  const other = await ann.goal({ title: 'other', tasks: [{ title: 'licence' }, { title: 'old' }] });
  const [licence = '', old = ''] = other.ids;
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', blocked_by: [licence, old] },
      { title: 'b', blocked_by: [licence] },
    ],
  });
  await ann.update({ id: old, status: 'cancelled' });
  const { outside, phases } = await plan(here, id);
  expect(outside).toEqual([{ id: licence, goal_id: other.id, title: 'licence', status: 'pending', blocks: ids }]);
  expect(phases).toHaveLength(1);
});

test('a goal without open work has nothing to plan, an unknown one is refused', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  expect(await plan(here, id)).toMatchObject({
    open_tasks: 0,
    phases: [],
    critical_path: [],
    forecast: [],
    assumed: [],
  });
  expect((await refusal(plan(here, 'GOAL-0009'))).code).toBe('not_found');
});

test('a large plan keeps within its budget and says what it left out', async ({ here }) => {
  const ann = here.as('ann');
  const { id } = await ann.goal({ title: 'g' });
  for (let batch = 0; batch < 3; batch++) {
    const tasks = Array.from({ length: 100 }, (_, at) => ({
      title: `task ${at} ${'x'.repeat(100)}`,
      ref: `r${at}`,
      ...(at > 0 && { blocked_by: [`r${at - 1}`] }),
    }));
    await ann.tasks({ goal_id: id, tasks });
  }
  for (const maxChars of [6000, 20_000]) {
    const planned = await plan(here, id, { maxChars });
    expect(JSON.stringify(planned).length).toBeLessThanOrEqual(maxChars);
    expect(planned.phases.length).toBeGreaterThan(3);
    expect(planned.left_out?.join()).toMatch(/of critical_path.*tasks of phases \(100 phases\).*of assumed/);
    expect(planned.critical_minutes).toBe(6000);
  }
});
