import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import type { Queryable, Statement } from '../postgres/statement.ts';
import { fakeClock } from '../testing/clock.ts';
import { createHealth, recordInstance } from './index.ts';

function setup(query: (statement: Statement) => Promise<void> = async () => {}) {
  const asked: { name: string; values: readonly unknown[] }[] = [];
  const database: Queryable = {
    async query(statement, values = []) {
      asked.push({ name: statement.name, values });
      await query(statement);
      return [];
    },
  };
  const events: string[] = [];
  const write = (line: string) => void events.push(JSON.parse(line).event);
  const clock = fakeClock();
  const log = createLog({ name: 'test', level: 'debug', destination: { write } });
  const instance = '6f6c1e9e-0000-4000-8000-000000000001';
  const startedAt = new Date('2026-01-02T03:04:05Z');
  const metrics = createMetrics({ prefix: 'goal' });
  const health = createHealth({ server: 'goals', version: '1.0.0', instance, startedAt, metrics, checks: {} });
  const record = recordInstance({ database, instance, health, log, clock });
  const names = () => asked.map(({ name }) => name.replace(/server_instances?_/, ''));
  return { asked, names, events, clock, record, startedAt, instance };
}

test('the row is written at once and every five seconds, and removed at the end', async () => {
  const t = setup();
  await t.clock.advance(0);
  expect(t.names()).toEqual(['seen', 'purged']);
  const [id, server, host, pid, version, state, startedAt, report] = t.asked[0]?.values ?? [];
  expect([id, server, pid, version, state, startedAt]).toEqual([
    t.instance,
    'goals',
    process.pid,
    '1.0.0',
    'healthy',
    t.startedAt,
  ]);
  expect(host).toBeTruthy();
  expect(JSON.parse(String(report))).toMatchObject({ server: 'goals', calls: 0 });
  await t.clock.advance(14_999);
  expect(t.names()).toEqual(['seen', 'purged', 'seen', 'seen']);
  await t.record.close();
  expect(t.names().at(-1)).toBe('ended');
  expect(t.asked.at(-1)?.values).toEqual([t.instance]);
  await t.clock.advance(60_000);
  expect(t.names()).toHaveLength(5);
  expect(t.clock.sleeping()).toBe(0);
});

test('rows long not seen are purged every hour', async () => {
  const t = setup();
  await t.clock.advance(3_599_000);
  expect(t.names().filter((name) => name === 'purged')).toHaveLength(1);
  await t.clock.advance(1_000);
  expect(t.names().filter((name) => name === 'purged')).toHaveLength(2);
  await t.record.close();
});

test('an outage is logged once, and its end once', async () => {
  let down = true;
  const t = setup(async () => {
    if (down) throw new Error('connection refused');
  });
  await t.clock.advance(60_000);
  expect(t.events).toEqual(['instance_not_recorded']);
  down = false;
  await t.clock.advance(60_000);
  expect(t.events).toEqual(['instance_not_recorded', 'instance_recorded_again']);
  await t.record.close();
});

test('nothing piles up while the database is slow', async () => {
  const slow = Promise.withResolvers<void>();
  const t = setup(() => slow.promise);
  await t.clock.advance(600_000);
  expect(t.names()).toEqual(['seen']);
  slow.resolve();
  await t.clock.advance(5_000);
  expect(t.names()).toEqual(['seen', 'purged', 'seen']);
  await t.record.close();
});

test('closing waits a second for a beat under way, and then leaves the row to the others', async () => {
  const t = setup(() => new Promise(() => {}));
  await t.clock.advance(0);
  const closing = t.record.close();
  await t.clock.advance(1_000);
  await closing;
  expect(t.names()).toEqual(['seen']);
  expect(t.events).toEqual(['instance_row_left']);
});

test('closing never throws', async () => {
  const t = setup(async ({ name }) => {
    if (name.endsWith('ended')) throw new Error('connection refused');
  });
  await t.clock.advance(0);
  await t.record.close();
  expect(t.events).toEqual(['instance_row_left']);
});
