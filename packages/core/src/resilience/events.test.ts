import { expect, test } from 'vitest';
import { NetworkError, NotFoundError } from '../errors.ts';
import { createMetrics } from '../metrics.ts';
import { fakeClock } from '../testing/clock.ts';
import { createPolicy, type PolicyLimits, policyCheck, policyMetrics } from './index.ts';

const down = () => Promise.reject(new NetworkError('example.org refused the connection.'));

function setup(limits: Partial<PolicyLimits> = {}) {
  const clock = fakeClock();
  const metrics = createMetrics({ prefix: 'test' });
  const onEvent = policyMetrics(metrics);
  const create = (name: string) => createPolicy({ name, clock, onEvent, limits, random: () => 1 });
  const policy = create('example.org');
  const fail = (times: number) => Promise.allSettled(Array.from({ length: times }, () => policy.execute(down)));
  /** Lines of a scrape about policies, without their common beginning. */
  const scrape = async () =>
    (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('policy_'))
      .map((line) => line.replace('policy_events_total{policy="example.org",event=', '{'))
      .sort();
  return { clock, policy, other: create('example.com'), fail, scrape, check: policyCheck(policy) };
}

test('a scrape tells attempts, retries, refusals, and whether a breaker is open now', async () => {
  const t = setup();
  const retried = t.policy.execute(down, { idempotent: true });
  const settled = Promise.allSettled([retried]);
  await t.clock.advance(100_000);
  await settled;
  await t.fail(1);
  await t.fail(2);
  const open = ['policy_breakers_open 1', '{"failed"} 5', '{"opened"} 1', '{"refused"} 2', '{"retried"} 3'];
  expect(await t.scrape()).toEqual(open.sort());
  expect(t.policy.state().counts).toEqual({ answered: 0, failed: 5, retried: 3, refused: 2, opened: 1, closed: 0 });

  await t.clock.advance(60_000);
  await t.fail(1);
  await t.clock.advance(60_000);
  await expect(t.policy.execute(() => Promise.reject(new NotFoundError('Gone.')))).rejects.toThrow('Gone.');
  const closed = ['{"answered"} 1', '{"closed"} 1', '{"failed"} 6', '{"opened"} 2', '{"refused"} 2', '{"retried"} 3'];
  expect(await t.scrape()).toEqual(['policy_breakers_open 0', ...closed].sort());
});

test('several policies share the metrics, each with its name', async () => {
  const t = setup();
  await t.fail(5);
  await t.other.execute(async () => 'answer');
  expect(await t.scrape()).toContain('policy_events_total{policy="example.com",event="answered"} 1');
  expect(await t.scrape()).toContain('policy_breakers_open 1');
});

test('a full queue is a refusal too, a caller who leaves it is none', async () => {
  const t = setup({ concurrent: 1, queued: 1 });
  const answer = Promise.withResolvers<string>();
  const running = t.policy.execute(() => answer.promise);
  const caller = new AbortController();
  const waiting = t.policy.execute(down, { signal: caller.signal });
  await expect(t.policy.execute(down)).rejects.toMatchObject({ code: 'unavailable' });
  caller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  answer.resolve('answer');
  await running;
  expect(t.policy.state().counts).toEqual({ answered: 1, failed: 0, retried: 0, refused: 1, opened: 0, closed: 0 });
});

test('health is degraded while the breaker is open or tried, and says when', async () => {
  const t = setup();
  expect(t.check()).toMatchObject({ status: 'healthy', breaker: 'closed' });
  await t.fail(5);
  await t.clock.advance(18_000);
  const reason = 'example.org failed 5 times in a row, next attempt in 42 s';
  expect(t.check()).toMatchObject({ status: 'degraded', reason, breaker: 'open' });
  await t.clock.advance(42_000);
  const answer = Promise.withResolvers<string>();
  const probe = t.policy.execute(() => answer.promise);
  await t.clock.advance(0);
  expect(t.check()).toMatchObject({
    status: 'degraded',
    reason: 'example.org failed 5 times in a row, being tried',
    breaker: 'half_open',
  });
  answer.resolve('back');
  await probe;
  expect(t.check()).toMatchObject({ status: 'healthy', breaker: 'closed' });
});
