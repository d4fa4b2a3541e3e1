import { expect, test } from 'vitest';
import { createCallLog } from './call-log.ts';
import { createMetrics } from './metrics.ts';

const call = (operation: string, more = {}) => ({ operation, status: 'success' as const, seconds: 0.001, ...more });

test('the last hundred calls are kept, newest first', () => {
  let now = 0;
  const log = createCallLog(() => now);
  for (; now < 250; now += 1) log.add(call(`call ${now}`));
  const recent = log.recent();
  expect(recent).toHaveLength(100);
  expect([recent[0]?.operation, recent[99]?.operation]).toEqual(['call 249', 'call 150']);
  expect(recent[0]).toEqual({
    at: '1970-01-01T00:00:00.249Z',
    operation: 'call 249',
    status: 'success',
    durationMs: 1,
  });
});

test('the last caller and the last failure are known, and a message is bounded', () => {
  const metrics = createMetrics({ prefix: 'test', enabled: false });
  expect(metrics.snapshot()).toEqual({ calls: 0, errors: 0 });
  metrics.observeCall(call('get', { client: 'cli', protocol: '2025-11-25' }));
  metrics.observeCall(call('put', { status: 'error', errorType: 'conflict', message: 'x'.repeat(1000) }));
  metrics.observeCall(call('get'));
  expect(metrics.snapshot()).toMatchObject({
    ...{ calls: 3, errors: 1, client: 'cli', protocol: '2025-11-25' },
    lastError: { operation: 'put', type: 'conflict', message: 'x'.repeat(300) },
  });
  expect(metrics.recent().map(({ status, errorType }) => [status, errorType])).toEqual([
    ['success', undefined],
    ['error', 'conflict'],
    ['success', undefined],
  ]);
});
