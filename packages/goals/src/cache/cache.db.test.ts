import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createLog } from '@mcp-servers/core';
import { redisTest, withDatabase, withRedis } from '@mcp-servers/core/testing';
import { expect } from 'vitest';
import { createGoal } from '../work/create.ts';
import { deleteItems } from '../work/delete.ts';
import { getItems } from '../work/get.ts';
import { linkTasks } from '../work/link.ts';
import { renameTag } from '../work/rename-tag.ts';
import { reportProgress } from '../work/report.ts';
import { openStore, type Store } from '../work/store.ts';
import { undoChange } from '../work/undo.ts';
import { updateItems } from '../work/update.ts';
import { openGoalsCache } from './index.ts';

const log = createLog({ name: 'test', level: 'silent' });

/** A store with a cache that is on, one without a cache on the same database, and how often the cache answered. */
async function withStores() {
  const [redis, db] = await Promise.all([withRedis(), withDatabase()]);
  // A longer fence than the product's, so that a pause of a busy machine is no bypass.
  const limits = { fenceMs: 450, healthyMs: 20, adoptMs: 40, hedgeMs: 1000, idleMs: 60_000 };
  const cache = openGoalsCache({ REDIS_URL: redis.url }, { database: db.database, log, limits });
  const until = async (state: string) => {
    for (;;) {
      await store.goals.get(['GOAL-0001']);
      if (cache.health().state === state) return;
      await delay(10);
    }
  };
  const store = openStore(db.database, log, cache);
  await until('on');
  return {
    ...{ store, db, until, plain: openStore(db.database, log), cache },
    hits: () => cache.health().counts?.hits ?? 0,
    async [Symbol.asyncDispose]() {
      cache.close();
      await db[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}

const by = { caller: { actor: 'ann', client: 'test', instance: randomUUID() }, signal: new AbortController().signal };

async function plan(store: Store) {
  const { goal, tasks } = await createGoal(
    store,
    {
      title: 'g',
      tags: ['x'],
      tasks: [
        { title: 'a', ref: 'a' },
        { title: 'b', blocked_by: ['a'], tags: ['x'] },
      ],
    },
    by,
  );
  return { goal: goal.id, a: tasks[0]?.id ?? '', b: tasks[1]?.id ?? '' };
}

async function shown(store: Store, id: string) {
  const { items } = await getItems(store, { ids: [id], include: [], maxChars: 90_000 });
  return items[0];
}

redisTest('a row is read from Redis the second time, equal to the one of the database in every field', async () => {
  await using here = await withStores();
  const { goal, b } = await plan(here.store);
  for (const id of [goal, b]) {
    const fromDatabase = await shown(here.plain, id);
    await shown(here.store, id);
    const before = here.hits();
    expect(await shown(here.store, id)).toEqual(fromDatabase);
    expect(here.hits()).toBe(before + 1);
  }
});

redisTest('every kind of change is seen by the next read, also what follows from it in other rows', async () => {
  await using here = await withStores();
  const { store, plain } = here;
  const { goal, a, b } = await plan(store);
  const same = async () => {
    for (const id of [goal, a, b]) expect(await shown(store, id)).toEqual(await shown(plain, id));
  };
  await same();
  const update = (items: Parameters<typeof updateItems>[1]['items']) =>
    updateItems(store, { items, open_tasks: 'refuse', all_or_nothing: false }, by);
  const changes = [
    () => update([{ id: goal, title: 'renamed' }]),
    () => reportProgress(store, { id: a, outcome: 'completed', retry_in_minutes: 15 }, by),
    () => update([{ id: a, status: 'pending' }]),
    () => renameTag(store, { from: 'x', to: 'y' }, by),
    () => linkTasks(store, { remove: [{ from: a, to: b, type: 'blocks' }] }, by),
    () => linkTasks(store, { add: [{ from: b, to: a, type: 'blocks' }] }, by),
    () => undoChange(store, {}, by),
    () => deleteItems(store, { ids: [a] }, { ...by, allowPurge: true }),
    () => deleteItems(store, { ids: [a], restore: true }, { ...by, allowPurge: true }),
    () => update([{ id: b, add_tags: ['z'], metadata: { k: 1 } }]),
  ];
  for (const change of changes) {
    await change();
    const before = here.hits();
    await same();
    // The rows that were written through are there at once, the others are filled by this read.
    expect(here.hits()).toBeGreaterThan(before);
  }
  await deleteItems(store, { ids: [b] }, { ...by, allowPurge: true });
  await deleteItems(store, { ids: [b], purge: true }, { ...by, allowPurge: true });
  await expect(shown(store, b)).rejects.toThrow(b);
});

redisTest('a server without Redis, or a person with psql, has the cache switched off with the change', async () => {
  await using here = await withStores();
  const { goal } = await plan(here.store);
  await shown(here.store, goal);
  await updateItems(
    here.plain,
    { items: [{ id: goal, title: 'from elsewhere' }], open_tasks: 'refuse', all_or_nothing: false },
    by,
  );
  await here.until('off');
  expect(await shown(here.store, goal)).toMatchObject({ title: 'from elsewhere' });
  // It is on again by itself, and what lay there before is void.
  await here.until('on');
  expect(await shown(here.store, goal)).toMatchObject({ title: 'from elsewhere' });
});
