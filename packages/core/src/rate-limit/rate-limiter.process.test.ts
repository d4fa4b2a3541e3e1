import { expect, test } from 'vitest';
import { RateLimitError, toFacts } from '../errors.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { withRedis } from '../testing/redis.ts';
import { redisTest } from '../testing/redis-test.ts';
import { createRateLimiter } from './index.ts';

const limits = { write: { calls: 2, seconds: 600 }, read: { calls: 3, seconds: 600 } };

function withLimiter(url?: string) {
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics({ prefix: 'test' });
  const limiter = createRateLimiter({ limits, log, metrics, ...(url && { redis: { REDIS_URL: url } }) });
  const taken = (name: 'read' | 'write', who: string) =>
    limiter.take(name, who).then(
      () => true,
      (error: unknown) => {
        if (error instanceof RateLimitError) return false;
        throw error;
      },
    );
  const events = () => lines.map((line): string => JSON.parse(line).event);
  return { limiter, metrics, taken, events, [Symbol.dispose]: () => limiter.close() };
}

test('a call too many is refused with the seconds to wait', async () => {
  using here = withLimiter();
  await here.limiter.take('write', 'ann');
  await here.limiter.take('write', 'ann');
  const error = await here.limiter.take('write', 'ann').catch((caught: unknown) => caught);
  if (!(error instanceof RateLimitError)) throw error;
  expect(error.message).toBe('More than 2 calls in 600 s.');
  expect(error.retryAfterSeconds).toBeGreaterThan(0);
  expect(error.retryAfterSeconds).toBeLessThanOrEqual(600);
  expect(toFacts(error)).toMatchObject({ retryable: true, retry_after_s: error.retryAfterSeconds });
  expect(here.limiter.state()).toEqual({ counts: 'own', refused: 1 });
  expect(await here.metrics.text()).toContain('rate_limit_refused_total{limit="write"} 1');
});

test('callers and limits are counted apart', async () => {
  using here = withLimiter();
  const all = [];
  for (const who of ['ann', 'bob'])
    for (const name of ['read', 'write'] as const) all.push(here.taken(name, who), here.taken(name, who));
  expect(await Promise.all(all)).not.toContain(false);
  expect(await here.taken('write', 'ann')).toBe(false);
  expect(await here.taken('read', 'ann')).toBe(true);
});

redisTest('with Redis, processes share the counts', async () => {
  await using redis = await withRedis();
  using one = withLimiter(redis.url);
  using two = withLimiter(redis.url);
  expect(await one.taken('write', 'ann')).toBe(true);
  expect(await two.taken('write', 'ann')).toBe(true);
  expect(await one.taken('write', 'ann')).toBe(false);
  expect(await two.taken('write', 'ann')).toBe(false);
  expect(one.limiter.state()).toEqual({ counts: 'shared', refused: 1 });
});

redisTest('while Redis is away each process counts for itself, and says so once', async () => {
  await using redis = await withRedis();
  using here = withLimiter(redis.url);
  expect(await here.taken('write', 'ann')).toBe(true);
  await redis.stop();
  expect(await here.taken('write', 'ann')).toBe(true);
  expect(await here.taken('write', 'ann')).toBe(true);
  expect(await here.taken('write', 'ann')).toBe(false);
  expect(here.limiter.state()).toEqual({ counts: 'own', refused: 1 });
  expect(here.events()).toEqual(['rate_limit_counts_alone']);
});
