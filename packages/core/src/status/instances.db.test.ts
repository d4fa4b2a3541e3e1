import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { statement } from '../postgres/statement.ts';
import { fakeClock } from '../testing/clock.ts';
import { withDatabase } from '../testing/database.ts';
import { createHealth, recordInstance } from './index.ts';

const rows = statement(
  'test_instances',
  'SELECT id, state, pid, started_at, report FROM server_instances ORDER BY state',
);
const old = statement(
  'test_old_instance',
  `INSERT INTO server_instances (id, server, host, pid, version, state, started_at, seen_at)
   VALUES ($1, 'goals', 'away', 1, '1.0.0', $2, now(), now() - $3::interval)`,
);
/** Until the row says so; the test's own time limit bounds the wait. */
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise(setImmediate);
}

test('the table holds one fresh row per living process, and forgets those not seen for a day', async () => {
  await using db = await withDatabase();
  await db.database.query(old, [randomUUID(), 'forgotten', '25 hours']);
  await db.database.query(old, [randomUUID(), 'lost', '23 hours']);
  const states = async () => (await db.database.query<{ state: string }>(rows)).map(({ state }) => state);

  let status: 'healthy' | 'degraded' = 'healthy';
  const self = { server: 'goals', version: '1.0.0', instance: randomUUID(), startedAt: new Date() };
  const health = createHealth({
    ...self,
    metrics: createMetrics({ prefix: 'goal' }),
    checks: { redis: () => ({ status }) },
  });
  const log = createLog({ name: 'test', level: 'silent' });
  const clock = fakeClock();
  const record = recordInstance({ database: db.database, instance: self.instance, health, log, clock });
  await until(async () => (await states()).join() === 'healthy,lost');
  const [row] = await db.database.query<Record<string, unknown>>(rows);
  expect(row).toMatchObject({ id: self.instance, pid: process.pid, started_at: self.startedAt });
  expect(row?.report).toMatchObject({ server: 'goals', checks: { redis: { status: 'healthy' } } });

  status = 'degraded';
  await until(async () => {
    await clock.advance(5000);
    return (await states()).join() === 'degraded,lost';
  });
  await record.close();
  expect(await states()).toEqual(['lost']);
});
