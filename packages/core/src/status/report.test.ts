import { expect, test } from 'vitest';
import { UnavailableError } from '../errors.ts';
import { createMetrics } from '../metrics.ts';
import { fakeClock } from '../testing/clock.ts';
import { type CheckResult, createHealth, diskCheck, type HealthCheck, HealthReport, memoryCheck } from './index.ts';

const self = { server: 'goals', version: '1.2.3', instance: 'c0ffee', startedAt: new Date('2026-01-02T03:04:05Z') };
const ok: HealthCheck = () => ({ status: 'healthy' });

function health(checks: Record<string, HealthCheck>) {
  return createHealth({ ...self, checks, metrics: createMetrics({ prefix: 'goal' }) })();
}

test('the report names the process, its calls and its memory, and can be read back', async () => {
  const metrics = createMetrics({ prefix: 'goal', enabled: false });
  metrics.observeCall({ operation: 'get_goal', status: 'error', errorType: 'not_found', seconds: 0.002 });
  const report = await createHealth({ ...self, checks: { database: ok }, metrics })();
  expect(report).toMatchObject({
    status: 'healthy',
    server: 'goals',
    version: '1.2.3',
    instance: 'c0ffee',
    pid: process.pid,
    startedAt: '2026-01-02T03:04:05.000Z',
    checks: { database: { status: 'healthy' } },
    calls: 1,
    errors: 1,
    p50Ms: 2,
    p95Ms: 2,
  });
  expect(report.memoryBytes).toBeGreaterThan(0);
  expect(HealthReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
});

test.each([
  { statuses: ['healthy', 'degraded'], overall: 'degraded' },
  { statuses: ['degraded', 'unhealthy', 'healthy'], overall: 'unhealthy' },
] as const)('the worst of $statuses decides', async ({ statuses, overall }) => {
  const checks = Object.fromEntries(statuses.map((status) => [status, () => ({ status })]));
  expect((await health(checks)).status).toBe(overall);
});

test('a check that throws is unhealthy, and a foreign message stays inside', async () => {
  const fails = (error: Error) => () => Promise.reject(error);
  const { status, checks } = await health({
    database: fails(new UnavailableError('The database is starting.')),
    redis: fails(Object.assign(new Error('redis://user:hunter2@host refused'), { code: 'ECONNREFUSED' })),
  });
  expect(status).toBe('unhealthy');
  expect(checks).toEqual({
    database: { status: 'unhealthy', reason: 'The database is starting.' },
    redis: { status: 'unhealthy', reason: 'failed: ECONNREFUSED' },
  });
});

test('a check that hangs is unhealthy, and is not started again while it hangs', async () => {
  let started = 0;
  const answer = Promise.withResolvers<CheckResult>();
  const clock = fakeClock();
  const report = createHealth({
    ...self,
    metrics: createMetrics({ prefix: 'goal' }),
    clock,
    checks: {
      slow: () => {
        started += 1;
        return answer.promise;
      },
    },
  });
  const reports = Promise.all([report(), report()]);
  await clock.advance(1000);
  const [first, second] = await reports;
  expect(first.checks.slow).toEqual({ status: 'unhealthy', reason: 'no answer within 1000 ms' });
  expect(second.status).toBe('unhealthy');
  expect(started).toBe(1);
  answer.resolve({ status: 'healthy' });
  expect((await report()).status).toBe('healthy');
  expect(clock.sleeping()).toBe(0);
});

const mb = 1024 ** 2;

test.each([
  { free: 600, total: 10_000, status: 'healthy', reason: undefined },
  { free: 499, total: 1_000, status: 'degraded', reason: '499 MiB free of 1000 MiB (49.9 %) at /home' },
  { free: 600, total: 20_000, status: 'degraded', reason: '600 MiB free of 19.5 GiB (3.0 %) at /home' },
  { free: 49, total: 100, status: 'unhealthy', reason: '49 MiB free of 100 MiB (49.0 %) at /home' },
])('a disk with $free of $total MB free is $status', async ({ free, total, status, reason }) => {
  const result = await diskCheck('/home', async () => ({ freeBytes: free * mb, totalBytes: total * mb }))();
  expect(result).toEqual({ status, freeBytes: free * mb, totalBytes: total * mb, ...(reason && { reason }) });
});

test('the disk of a real folder can be read', async () => {
  const { freeBytes, totalBytes } = await diskCheck(import.meta.dirname)();
  expect(totalBytes).toBeGreaterThanOrEqual(freeBytes as number);
});

test('memory is degraded over 1 GiB', async () => {
  expect(await memoryCheck(() => 1024 * mb)()).toEqual({ status: 'healthy', rssBytes: 1024 * mb });
  expect(await memoryCheck(() => 1024 * mb + 1)()).toMatchObject({
    status: 'degraded',
    reason: '1.0 GiB of memory in use, expected at most 1.0 GiB',
  });
  expect((await memoryCheck()()).rssBytes).toBeGreaterThan(0);
});
