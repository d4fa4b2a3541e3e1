import { randomUUID } from 'node:crypto';
import { createLog } from '@mcp-servers/core';
import { connect } from '@mcp-servers/core/testing';
import { expect } from 'vitest';
import { createGoalsServer } from '../server.ts';
import { test } from '../work/store.fixture.ts';

const log = createLog({ name: 'test', level: 'silent' });

test('a change is undone and done again through the tool, which shows what fits', async ({ here }) => {
  const caller = { actor: 'ann', client: 'test', instance: randomUUID() };
  const deps = { store: here.store, database: here.db.database, identify: () => caller };
  await using client = await connect(createGoalsServer({ deps, log }));
  const tasks = Array.from({ length: 50 }, (_, n) => ({ title: `task ${n} ${'x'.repeat(150)}` }));
  for (const _ of [1, 2])
    await client.call('create_tasks', { goal_id: (await here.as('bo').goal({ title: 'g' })).id, tasks });
  await client.call('update_items', {
    items: Array.from({ length: 100 }, (_, n) => ({
      id: `TASK-${n + 1}`,
      description: 'y'.repeat(300),
      title: 'z'.repeat(200),
    })),
  });
  const undone = await client.call('undo_change', {});
  expect(undone.data).toMatchObject({
    change: { actor: 'ann', types: { task_updated: 100 } },
    redo_event: expect.any(Number),
    more_items: expect.any(Number),
  });
  expect((undone.data.items as unknown[]).length + Number(undone.data.more_items)).toBe(100);
  const again = await client.call('undo_change', { event: undone.data.redo_event, preview: true });
  expect(again.data).toMatchObject({ preview: true, change: { types: { task_updated: 100 } } });
  expect((await client.call('undo_change', { event: 0 })).isError).toBe(true);
});
