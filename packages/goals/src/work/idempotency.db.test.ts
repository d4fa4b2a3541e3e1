import { ConflictError } from '@mcp-servers/core';
import { expect } from 'vitest';
import { gate, refusal, test } from './store.fixture.ts';

const request = {
  title: 'Release',
  tags: ['Q2'],
  tasks: [
    { title: 'a', ref: 'a' },
    { title: 'b', blocked_by: ['a'] },
  ],
  idempotency_key: 'k1',
};

test('the same request under the same key answers the first result and creates nothing', async ({ here }) => {
  const first = await here.as('ann').goal(request);
  const again = await here.as('ann').goal(request);
  expect(again).toEqual(first);
  expect(await here.sql('SELECT FROM goals')).toHaveLength(1);
  expect(await here.sql('SELECT FROM events')).toHaveLength(3);
});

test('the same request many times at once creates one goal, and all get its id', async ({ here }) => {
  const actors = Array.from({ length: 8 }, () => here.as('ann'));
  const created = await Promise.all(actors.map((actor) => actor.goal(request)));
  expect(new Set(created.map(({ id }) => id)).size).toBe(1);
  expect(await here.sql('SELECT FROM goals')).toHaveLength(1);
});

test('a key of a different request is refused', async ({ here }) => {
  const ann = here.as('ann');
  await ann.goal(request);
  const error = await refusal(ann.goal({ ...request, title: 'Another' }));
  expect(error).toBeInstanceOf(ConflictError);
  expect(error.message).toContain('"k1"');
});

test('keys belong to their actor', async ({ here }) => {
  const mine = await here.as('ann').goal(request);
  const other = await here.as('bo').goal(request);
  expect(other.id).not.toBe(mine.id);
});

test('a key is free again after 24 hours, also for another request', async ({ here }) => {
  const ann = here.as('ann');
  const first = await ann.goal(request);
  await here.sql("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'");
  expect((await ann.goal({ ...request, title: 'Another' })).id).not.toBe(first.id);
});

test('a request that was refused does not use up its key', async ({ here }) => {
  const ann = here.as('ann');
  const key = { idempotency_key: 'k2' };
  await refusal(ann.tasks({ goal_id: 'GOAL-0001', tasks: [{ title: 'x' }], ...key }));
  const { id } = await ann.goal({ title: 'g' });
  expect(id).toBe('GOAL-0001');
  expect((await ann.tasks({ goal_id: id, tasks: [{ title: 'x' }], ...key })).ids).toHaveLength(1);
});

test('a repeat waits for the first to end: it gets the result, or does the work when the first failed', async ({
  here,
}) => {
  const { caller } = here.as('ann');
  const held = gate();
  const started = gate();
  const first = here.store.write(caller, (unit) =>
    unit.once('k3', { a: 1 }, async () => {
      started.open();
      await held.passed;
      throw new ConflictError('the first failed');
    }),
  );
  const failed = refusal(first);
  await started.passed;
  const second = here.store.write(caller, (unit) => unit.once('k3', { a: 1 }, async () => 'second'));
  await here.whenWaiting(1);
  held.open();
  expect((await failed).message).toBe('the first failed');
  expect(await second).toBe('second');
  expect(await here.store.write(caller, (unit) => unit.once('k3', { a: 1 }, async () => 'third'))).toBe('second');
});
