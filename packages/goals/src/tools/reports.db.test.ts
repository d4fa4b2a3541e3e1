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

test('history, plan and figures are answered through the protocol, as data and as text', async ({ here }) => {
  await using client = await serve(here);
  await client.call('create_goal', { title: 'g', tags: ['x'], tasks: [{ title: 'a' }] });
  const feed = await client.call('get_history', { order: 'oldest', ids: ['goal-1'] });
  expect(feed.data).toMatchObject({ caught_up: true, items: [{ type: 'goal_created' }, { type: 'task_created' }] });
  expect(feed.text).toContain('goal_created GOAL-0001 g by ann');
  const next = await client.call('get_history', { order: 'oldest', ids: ['goal-1'], cursor: feed.data.next_cursor });
  expect(next.data.items).toEqual([]);
  const plan = await client.call('plan_goal', { goal_id: 'goal-1', workers: 2 });
  expect(plan.data).toMatchObject({ remaining_minutes: 60, assumed: ['TASK-0001'] });
  expect(plan.text).toContain('phase 1:\n  TASK-0001 a (60 minutes)');
  const stats = await client.call('get_stats', { group_by: 'goal' });
  expect(stats.data).toMatchObject({
    tasks: { total: 1 },
    groups: [{ name: 'GOAL-0001' }],
    store: { status: 'healthy' },
  });
  expect(stats.text).toContain('GOAL-0001 g: total 1');
});

test('an unknown type, grouping or field is an error that names the valid ones', async ({ here }) => {
  await using client = await serve(here);
  expect((await client.call('get_history', { types: ['nothing'] })).text).toContain('task_claimed');
  expect((await client.call('get_stats', { group_by: 'owner' })).text).toContain('assignee');
  expect((await client.call('plan_goal', { goal_id: 'TASK-0001' })).text).toContain('must be the id of a goal');
});
