import { randomUUID } from 'node:crypto';
import { createLog } from '@mcp-servers/core';
import { connect } from '@mcp-servers/core/testing';
import { expect } from 'vitest';
import { createGoalsServer } from '../server.ts';
import { type TestStore, test } from '../work/store.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });

function serve({ store, db }: TestStore) {
  const caller = { actor: 'ann', client: 'test', instance: randomUUID() };
  return connect(createGoalsServer({ deps: { store, database: db.database, identify: () => caller }, log }));
}

test('what can start is shown best first, with what one chooses by and no more', async ({ here }) => {
  await using client = await serve(here);
  const tasks = [
    { title: 'a', acceptance: ['works'] },
    { title: 'b', priority: 'high', tags: ['x'] },
  ];
  const { data } = await client.call('create_goal', { title: 'g', tasks });
  const goal = data.goal as { id: string };
  const shown = await client.call('next_tasks', { goal_id: goal.id });
  expect(shown.data.items).toEqual([
    { id: 'TASK-0002', title: 'b', goal_id: goal.id, priority: 'high', tags: ['x'] },
    { id: 'TASK-0001', title: 'a', goal_id: goal.id, priority: 'medium', acceptance: ['works'] },
  ]);
  expect(shown.data).not.toHaveProperty('truncated');
  const one = await client.call('next_tasks', { limit: 1 });
  expect(one.data).toMatchObject({ items: [{ id: 'TASK-0002' }], truncated: true });
  expect(one.text).toContain('More can start');
  expect((await client.call('next_tasks', { project: 'other' })).text).toContain('no open tasks here');
});

test('a goal that is closed or not there is said to be so', async ({ here }) => {
  await using client = await serve(here);
  await client.call('create_goal', { title: 'g' });
  await client.call('update_items', { items: [{ id: 'GOAL-0001', status: 'completed' }] });
  expect((await client.call('next_tasks', { goal_id: 'GOAL-0001' })).text).toBe(
    'Nothing is ready: GOAL-0001 is completed.',
  );
  expect((await client.call('next_tasks', { goal_id: 'goal-7' })).error?.code).toBe('not_found');
});

test('work can be carried from plan to end through the tools alone', async ({ here }) => {
  await using client = await serve(here);
  const tasks = [
    { title: 'build', ref: 'build' },
    { title: 'ship', blocked_by: ['build'] },
  ];
  await client.call('create_goal', { title: 'Release', tasks });
  for (const title of ['build', 'ship']) {
    const { data } = await client.call('claim_tasks');
    const [task] = data.claimed as { id: string; title: string; lease_token: string }[];
    expect(task?.title).toBe(title);
    expect(Object.keys(task ?? {})).not.toContain('created_at');
    const report = await client.call('report_progress', {
      id: task?.id,
      lease_token: task?.lease_token,
      outcome: 'completed',
      result: { ok: true },
    });
    expect(report.isError).toBe(false);
  }
  expect((await client.call('claim_tasks')).text).toContain('no open tasks here');
  const closed = await client.call('update_items', { items: [{ id: 'GOAL-0001', status: 'completed' }] });
  expect(closed.isError).toBe(false);
  expect((await client.call('find_items', { where: { status: ['completed'] } })).data.total).toBe(3);
});
