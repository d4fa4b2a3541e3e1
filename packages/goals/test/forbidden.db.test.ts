import { expect } from 'vitest';
import { forbidden, watch } from '../src/work/invariants.fixture.ts';
import { type TestStore, test } from '../src/work/store.fixture.ts';

/** Kept by constraints of the schema, so that no statement can break them. */
const impossible = ['half a lease', 'a tag of another case beside itself'];

const where = (id: number) => `WHERE id = 'TASK-000${id}'`;

/** Per rule a statement behind the product's back that breaks it. */
const damage: Record<string, string> = {
  'a count of blockers that is not the number of open ones': `UPDATE tasks SET blocked_by = 5 ${where(3)}`,
  'a lease on a task that is not in progress': `UPDATE tasks SET status = 'pending' ${where(4)}`,
  'a token that two tasks share': `UPDATE tasks t SET lease_holder = o.lease_holder, lease_instance = o.lease_instance, lease_token = o.lease_token,
    lease_until = o.lease_until FROM tasks o WHERE o.id = 'TASK-0004' AND t.id = 'TASK-0005'`,
  "a task in another project than its goal's": `UPDATE tasks SET project = 'other' ${where(5)}`,
  'a sub-task in another goal than its parent': `UPDATE tasks SET goal_id = 'GOAL-0002' ${where(2)}`,
  'an open task under a closed goal': "UPDATE goals SET status = 'completed' WHERE id = 'GOAL-0001'",
  'an open task below a closed one': `UPDATE tasks SET status = 'cancelled' ${where(1)}`,
  'something below what is deleted': `UPDATE tasks SET deleted_at = now() ${where(1)}`,
  'a lease on a deleted task': `UPDATE tasks SET deleted_at = now() ${where(4)}`,
  'a completed task without its time, or a time without completion': `UPDATE tasks SET status = 'completed' ${where(5)}`,
  'a version that is not one more than the updates of its row': 'DELETE FROM updates',
  'an item without the event of its creation':
    "DELETE FROM events WHERE task_id = 'TASK-0005' AND type = 'task_created'",
  'a change that no event tells': `UPDATE tasks SET title = 'changed' ${where(5)}`,
  'a version that was skipped or given twice': "INSERT INTO updates VALUES ('TASK-0005', 7, NULL)",
  'a claim of a task that another held': `INSERT INTO events (type, goal_id, task_id, actor, before, after)
    VALUES ('task_claimed', 'GOAL-0001', 'TASK-0004', 'bo', '{}', '{"status": "in_progress", "version": 99}')`,
  'a title that search does not know': "UPDATE search_documents SET title = 'old' WHERE item_id = 'TASK-0005'",
  'a description that search does not know': "UPDATE search_documents SET body = 'old' WHERE item_id = 'TASK-0005'",
  'a note without its event, or an event without its note':
    "INSERT INTO notes (task_id, author, kind, body) VALUES ('TASK-0005', 'ann', 'note', 'a stray one')",
  'a parent chain that is a loop or too deep': `UPDATE tasks SET parent_task_id = 'TASK-0002' ${where(1)}`,
};

/** Tasks 1 to 5: a parent, its sub-task, one that waits for it, one that is held, and one more. */
async function fill(here: TestStore): Promise<void> {
  await here.sql(watch);
  const ann = here.as('ann');
  const a = { title: 'a', ref: 'a', subtasks: [{ title: 'a1' }] };
  await ann.goal({ title: 'one', tasks: [a, { title: 'b', blocked_by: ['a'] }, { title: 'c' }, { title: 'd' }] });
  await ann.goal({ title: 'two' });
  await ann.claim({ ids: ['TASK-0004'] });
}

async function broken(here: TestStore): Promise<string[]> {
  const found: string[] = [];
  for (const [what, text] of Object.entries(forbidden)) if ((await here.sql(text)).length > 0) found.push(what);
  return found;
}

test('a store in which nothing was done behind its back breaks no rule', async ({ here }) => {
  await fill(here);
  expect(await broken(here)).toEqual([]);
});

test('for every rule that can be broken there is damage that breaks it', () => {
  expect([...Object.keys(damage), ...impossible].sort()).toEqual(Object.keys(forbidden).sort());
});

for (const [what, text] of Object.entries(damage)) {
  test(`the rules find ${what}`, async ({ here }) => {
    await fill(here);
    await here.sql(text);
    expect(await broken(here)).toContain(what);
  });
}
