import { expect } from 'vitest';
import { type Actor, gate, only, refusal, type TestStore, test } from './store.fixture.ts';

async function blockedBy(here: TestStore, id: string): Promise<number | undefined> {
  return (await here.store.tasks.get([id]))[0]?.blocked_by;
}

/** C waits for A and B. */
async function twoBlockers(ann: Actor) {
  const { id, ids } = await ann.goal({
    title: 'g',
    tasks: [
      { title: 'a', ref: 'a' },
      { title: 'b', ref: 'b' },
      { title: 'c', blocked_by: ['a', 'b'] },
    ],
  });
  const [a = '', b = '', c = ''] = ids;
  return { goal: id, a, b, c };
}

test('open blockers are counted through completing, cancelling and reopening', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b, c } = await twoBlockers(ann);
  expect(await blockedBy(here, c)).toBe(2);
  await ann.complete(a);
  expect(await blockedBy(here, c)).toBe(1);
  await ann.update({ id: b, status: 'cancelled' });
  expect(await blockedBy(here, c)).toBe(0);
  await ann.update({ id: a, status: 'pending' });
  expect(await blockedBy(here, c)).toBe(1);
  await ann.update({ id: a, status: 'in_progress' });
  expect(await blockedBy(here, c)).toBe(1);
  await ann.update([
    { id: a, status: 'completed' },
    { id: b, status: 'pending' },
  ]);
  expect(await blockedBy(here, c)).toBe(1);
});

test('links added later count open blockers only, each once', async ({ here }) => {
  const ann = here.as('ann');
  const { goal, a, b, c } = await twoBlockers(ann);
  await ann.complete(a);
  const { ids } = await ann.tasks({ goal_id: goal, tasks: [{ title: 'd', blocked_by: [a, b, b], blocks: [c, c] }] });
  expect(await blockedBy(here, only(ids))).toBe(1);
  expect(await blockedBy(here, c)).toBe(2);
});

test('a deleted link no longer blocks', async ({ here }) => {
  const { a, c } = await twoBlockers(here.as('ann'));
  await here.sql('DELETE FROM task_links WHERE from_task_id = $1', [a]);
  expect(await blockedBy(here, c)).toBe(1);
});

test('a blocker that is soft-deleted or purged no longer blocks', async ({ here }) => {
  const { a, b, c } = await twoBlockers(here.as('ann'));
  await here.sql('UPDATE tasks SET deleted_at = now() WHERE id = $1', [a]);
  expect(await blockedBy(here, c)).toBe(1);
  await here.sql('DELETE FROM tasks WHERE id = $1', [b]);
  expect(await blockedBy(here, c)).toBe(0);
});

test('two blockers finished by two transactions at once leave no stale count', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b, c } = await twoBlockers(ann);
  const finish = (id: string, then: () => Promise<void>) =>
    here.store.write(here.as('bo').caller, async (unit) => {
      const task = only(await unit.tasks.lock([id]));
      await unit.tasks.save([{ ...task, status: 'completed' }]);
      await then();
    });
  const saved = gate();
  const held = gate();
  const first = finish(a, async () => {
    saved.open();
    await held.passed;
  });
  await saved.passed;
  // The second counts C's blockers anew and must wait for the first to commit before it does.
  const second = finish(b, async () => {});
  await here.whenWaiting(1);
  held.open();
  await Promise.all([first, second]);
  expect(await blockedBy(here, c)).toBe(0);
});

test('a blocker finished while a link to it is being added is counted right, whoever is first', async ({ here }) => {
  const ann = here.as('ann');
  for (let round = 0; round < 8; round++) {
    const { id, ids } = await ann.goal({ title: 'g', tasks: [{ title: 'a' }] });
    const a = only(ids);
    const [added] = await Promise.all([
      here.as('bo').tasks({ goal_id: id, tasks: [{ title: 'late', blocked_by: [a] }] }),
      here.as('cy').complete(a),
    ]);
    expect(await blockedBy(here, only(added.ids))).toBe(0);
  }
});

test('a blocked task can be neither started nor completed, on any path', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b, c } = await twoBlockers(ann);
  for (const call of [
    () => ann.update({ id: c, status: 'in_progress' }),
    () => ann.update({ id: c, status: 'completed' }),
    () => ann.complete(c),
    () => ann.claim({ ids: [c] }),
  ]) {
    const error = await refusal(call());
    expect(error.code).toBe('conflict');
    expect(error.message).toContain(a);
    expect(error.message).toContain(b);
  }
  await ann.update({ id: c, status: 'cancelled' });
});

test('a call that reopens a blocker cannot complete what it blocks', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b, c } = await twoBlockers(ann);
  await ann.update([
    { id: a, status: 'completed' },
    { id: b, status: 'completed' },
  ]);
  const outcomes = await ann.update([
    { id: a, status: 'pending' },
    { id: c, status: 'completed' },
  ]);
  expect(outcomes[0]?.error).toBeUndefined();
  expect(outcomes[1]?.error).toContain(a);
  expect((await here.store.tasks.get([c]))[0]?.status).toBe('pending');
});

test('a call that finishes the blockers may complete what they blocked', async ({ here }) => {
  const ann = here.as('ann');
  const { a, b, c } = await twoBlockers(ann);
  const outcomes = await ann.update([a, b, c].map((id) => ({ id, status: 'completed' as const })));
  expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
});

test('a change of the count alone leaves updated_at as it is', async ({ here }) => {
  const ann = here.as('ann');
  const { a, c } = await twoBlockers(ann);
  const before = only(await here.store.tasks.get([c]));
  await ann.complete(a);
  const after = only(await here.store.tasks.get([c]));
  expect(after.version).toBeGreaterThan(before.version);
  expect(after.updated_at).toEqual(before.updated_at);
});
