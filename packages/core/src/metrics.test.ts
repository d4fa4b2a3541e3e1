import { Histogram, Registry } from '@prometheus-io/client';
import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

const call = { operation: 'create_goal', status: 'success', seconds: 0.004 } as const;

test('a call is counted under the names of the requirement document', async () => {
  const metrics = createMetrics({ prefix: 'goal' });
  metrics.observeCall(call);
  metrics.observeCall({ ...call, status: 'error', errorType: 'conflict', seconds: 0.2 });
  const text = await metrics.text();
  expect(text).toContain('# TYPE goal_request_duration_seconds histogram\n');
  expect(text).toContain(
    'goal_request_duration_seconds_bucket{le="0.005",operation="create_goal",status="success"} 1\n',
  );
  expect(text).toContain('goal_request_duration_seconds_count{operation="create_goal",status="error"} 1\n');
  expect(text).toContain('goal_errors_total{operation="create_goal",error_type="conflict"} 1\n');
  expect(text).not.toContain('pid');
});

test('the parts of the library write what its entry point writes', async () => {
  const registry = new Registry();
  const labelNames = ['kind'];
  new Histogram({ name: 'wait_seconds', help: 'Waits', labelNames, buckets: [1, 2], registers: [registry] }).observe(
    { kind: 'a "b"\n' },
    1.5,
  );
  const metrics = createMetrics({ prefix: 'goal' });
  metrics.histogram('wait_seconds', 'Waits', { labels: ['kind'], buckets: [1, 2] }).observe(1.5, { kind: 'a "b"\n' });
  expect(await metrics.text()).toContain((await registry.metrics()).trim());
  expect(metrics.contentType).toBe(registry.contentType);
});

test('an operation that does not exist is counted as unknown', async () => {
  const metrics = createMetrics({ prefix: 'goal', operations: ['create_goal'] });
  metrics.observeCall(call);
  metrics.observeCall({ ...call, operation: 'drop_table' });
  const text = await metrics.text();
  expect(text).toContain('_count{operation="unknown",status="success"} 1\n');
  expect(text).not.toContain('drop_table');
});

test('a label keeps at most a hundred values', async () => {
  const metrics = createMetrics({ prefix: 'goal' });
  const hits = metrics.counter('cache_hits_total', 'Hits', ['cache', 'key_pattern']);
  for (let n = 0; n < 150; n += 1) hits.inc({ cache: 'redis', key_pattern: `goal:${n}` });
  const series = (await metrics.text()).split('\n').filter((line) => line.startsWith('cache_hits_total{'));
  expect(series).toHaveLength(101);
  expect(series).toContain('cache_hits_total{cache="redis",key_pattern="unknown"} 50');
});

test('a series nobody registered does not appear, and a name can be taken only once', async () => {
  const metrics = createMetrics({ prefix: 'goal' });
  expect(await metrics.text()).not.toContain('cache_');
  metrics.counter('cache_misses_total', 'Misses');
  expect(() => metrics.counter('cache_misses_total', 'Misses')).toThrow('cache_misses_total');
});

test('a gauge is read at the scrape', async () => {
  const metrics = createMetrics({ prefix: 'goal' });
  let waiting = 1;
  metrics.gauge('pool_waiting', 'Callers waiting', async () => waiting);
  waiting = 7;
  expect(await metrics.text()).toContain('pool_waiting 7\n');
});

test('the process reports cpu, memory, open handles and event loop lag', async () => {
  const text = await createMetrics({ prefix: 'goal' }).text();
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']) {
    expect(Number(text.match(new RegExp(`^${name} (.+)$`, 'm'))?.[1])).toBeGreaterThan(0);
  }
  expect(text).toMatch(/^nodejs_active_resources \d+$/m);
});

test('scraping twice does not add the cpu time twice', async () => {
  const metrics = createMetrics({ prefix: 'goal' });
  await metrics.text();
  const seconds = Number((await metrics.text()).match(/^process_cpu_seconds_total (.+)$/m)?.[1]);
  const { user, system } = process.cpuUsage();
  expect(seconds).toBeLessThanOrEqual((user + system) / 1e6);
});

test('the snapshot has exact percentiles, also when metrics are disabled', async () => {
  const metrics = createMetrics({ prefix: 'goal', enabled: false });
  expect(metrics.snapshot()).toEqual({ calls: 0, errors: 0 });
  metrics.counter('cache_hits_total', 'Hits').inc();
  for (let ms = 1; ms <= 100; ms += 1) metrics.observeCall({ ...call, seconds: ms / 1000 });
  metrics.observeCall({ ...call, status: 'error', seconds: 0.5 });
  expect(metrics.snapshot()).toMatchObject({ calls: 101, errors: 1, p50Ms: 51, p95Ms: 96 });
  expect((await metrics.text()).trim()).toBe('');
});

test('percentiles follow the last 1,024 calls', () => {
  const metrics = createMetrics({ prefix: 'goal' });
  for (let n = 0; n < 1024; n += 1) metrics.observeCall({ ...call, seconds: 9 });
  for (let n = 0; n < 1024; n += 1) metrics.observeCall({ ...call, seconds: 0.001 });
  expect(metrics.snapshot()).toEqual({ calls: 2048, errors: 0, p50Ms: 1, p95Ms: 1 });
});
