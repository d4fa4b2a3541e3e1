import { randomUUID } from 'node:crypto';
import { createLog } from '@mcp-servers/core';
import { connect } from '@mcp-servers/core/testing';
import { expect } from 'vitest';
import { createGoalsServer } from '../server.ts';
import { type TestStore, test } from '../work/store.fixture.ts';
import type { GoalsDeps } from './deps.ts';

const log = createLog({ name: 'test', level: 'silent' });

function serve({ store, db }: TestStore, given: Partial<GoalsDeps> = {}) {
  const caller = { actor: 'ann', client: 'test', instance: randomUUID() };
  return connect(createGoalsServer({ deps: { store, database: db.database, identify: () => caller, ...given }, log }));
}

test('links are made with ids in any spelling, blocks when no type is given', async ({ here }) => {
  await using client = await serve(here);
  await client.call('create_goal', { title: 'g', tasks: [{ title: 'a' }, { title: 'b' }] });
  const linked = await client.call('link_tasks', { add: [{ from: 'task-1', to: 'TASK-0002' }] });
  expect(linked.data).toEqual({
    links: [{ from: 'TASK-0001', to: 'TASK-0002', type: 'blocks', outcome: 'added' }],
    tasks: [{ id: 'TASK-0002', status: 'pending', open_blockers: 1, version: 2 }],
  });
  const loop = await client.call('link_tasks', { add: [{ from: 'task-2', to: 'task-1' }] });
  expect(loop.error?.code).toBe('validation');
  expect(loop.text).toMatch(/TASK-0001 -> TASK-0002 -> TASK-0001|TASK-0002 -> TASK-0001 -> TASK-0002/);
});

test('a deletion of many items is answered within the budget, with the counts of all', async ({ here }) => {
  await using client = await serve(here);
  const tasks = Array.from({ length: 100 }, (_, i) => ({ title: `${i} ${'x'.repeat(190)}` }));
  await client.call('create_goal', { title: 'g', tasks });
  await client.call('create_tasks', { goal_id: 'GOAL-0001', tasks });
  const { data, text } = await client.call('delete_items', { ids: ['GOAL-0001'] });
  expect(data).toMatchObject({ goals: 1, tasks: 200, truncated: true });
  expect((data.items as unknown[]).length).toBeLessThan(201);
  expect(text.length).toBeLessThanOrEqual(20_000);
  const back = await client.call('delete_items', { ids: ['GOAL-0001'], restore: true });
  expect(back.data).toMatchObject({ goals: 1, tasks: 200 });
});

test('purge is there only when the server was started with it', async ({ here }) => {
  await using client = await serve(here);
  await using allowed = await serve(here, { allowPurge: true });
  await client.call('create_goal', { title: 'g' });
  await client.call('delete_items', { ids: ['GOAL-0001'] });
  const refused = await client.call('delete_items', { ids: ['GOAL-0001'], purge: true });
  expect(refused.text).toContain('GOALS_ALLOW_PURGE=true');
  const purged = await allowed.call('delete_items', { ids: ['GOAL-0001'], purge: true });
  expect(purged.data).toMatchObject({ goals: 1, tasks: 0 });
});

test('a tag is renamed everywhere', async ({ here }) => {
  await using client = await serve(here);
  await client.call('create_goal', { title: 'g', tags: ['Old'], tasks: [{ title: 'a', tags: ['old'] }] });
  expect((await client.call('rename_tag', { from: 'OLD', to: ' new ' })).data).toEqual({
    tag: 'new',
    goals: 1,
    tasks: 1,
  });
});
