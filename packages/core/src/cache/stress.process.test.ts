import { expect, test } from 'vitest';
import { statement } from '../postgres/index.ts';
import { withDatabase } from '../testing/database.ts';
import { redisTest } from '../testing/redis-test.ts';
import { faults, runStress, stressRows, stressTable } from './stress.fixture.ts';
import { findStale, type Operation } from './stress-check.fixture.ts';

const write = (acknowledged: number, change: number): Operation => ({
  ...{ kind: 'W', key: 'k', begin: acknowledged - 5, end: acknowledged, change },
});
const read = (begin: number, change: number): Operation => ({ kind: 'R', key: 'k', begin, end: begin + 5, change });

test('stale is a read that began after the acknowledgement of a newer write', () => {
  expect(findStale([write(20, 2), read(21, 1)])).toEqual([read(21, 1)]);
  expect(findStale([write(20, 2), read(21, 2)])).toEqual([]);
  expect(findStale([write(20, 2), read(19, 1)])).toEqual([]);
  expect(findStale([write(20, 2), write(25, 3), read(24, 2)])).toEqual([]);
  expect(findStale([write(20, 3), write(25, 2), read(26, 2)])).toEqual([read(26, 2)]);
  expect(findStale([write(20, 2), { ...read(21, 1), key: 'other' }])).toEqual([]);
});

async function withStressTable() {
  const db = await withDatabase();
  await db.database.query(statement('t_stress', stressTable));
  await db.database.query(statement('t_stress_rows', stressRows));
  return db;
}

redisTest('no read is older than a write acknowledged before it, whatever fails', async () => {
  await using db = await withStressTable();
  const result = await runStress({
    ...{ databaseUrl: db.url, kind: 'cache', seconds: 24, faults },
    ...{ gap: [1500, 2500], lasts: [100, 600] },
    // Back sooner than in the product, so that the cache is in use between two faults.
    load: { limits: { healthyMs: 200, adoptMs: 200 } },
  });
  expect(result.stale).toEqual([]);
  expect(result.missing).toBe(0);
  expect(result.reports.reduce((total, { counts }) => total + counts.hits, 0)).toBeGreaterThan(0);
  for (const { counts, metrics, asked, loaded } of result.reports) {
    expect(metrics).toEqual(counts);
    expect(counts.hits + counts.misses + counts.fallbacks + counts.bypasses).toBe(asked);
    expect(counts.misses + counts.fallbacks + counts.bypasses).toBe(loaded);
  }
});

redisTest('the same run catches a cache that sets after COMMIT', async () => {
  await using db = await withStressTable();
  const run = () =>
    runStress({
      ...{ databaseUrl: db.url, kind: 'naive', seconds: 4, faults: [] },
      gap: [1000, 1000],
      lasts: [1, 1],
      load: { pauseMs: 5 },
    });
  let { stale } = await run();
  for (let again = 0; stale.length === 0 && again < 4; again += 1) ({ stale } = await run());
  expect(stale.length).toBeGreaterThan(0);
});
