import { expect, test } from 'vitest';
import { type AppError, ConflictError, InternalError, NetworkError, NotFoundError, RateLimitError } from '../errors.ts';
import { type FakeClock, fakeClock } from '../testing/clock.ts';
import { backoffSeconds, createPolicy, type Policy, type PolicyLimits } from './index.ts';

const down = () => new NetworkError('example.org refused the connection.');

function setup(options: { random?: number; limits?: Partial<PolicyLimits> } = {}) {
  const clock = fakeClock();
  const { random = 1, limits = {} } = options;
  const policy = createPolicy({ name: 'example.org', clock, random: () => random, limits });
  const times: number[] = [];
  /** Work that notes when it ran and fails with these errors, one after the other, then answers. */
  const failing = (...errors: Error[]) => {
    const left = [...errors];
    return async () => {
      times.push(clock.now() / 1000);
      const error = left.shift();
      if (error !== undefined) throw error;
      return 'answer';
    };
  };
  return { clock, policy, times, failing };
}

/** Result or error of a call, and the second at which it ended. */
async function outcome<T>(clock: FakeClock, call: Promise<T>, seconds = 100) {
  const ended = call.then(
    (value) => ({ value, at: clock.now() / 1000 }),
    (error: AppError) => ({ error, at: clock.now() / 1000 }),
  );
  await clock.advance(seconds * 1000);
  return ended as Promise<{ value?: T; error?: AppError; at: number }>;
}

async function open({ policy, clock, failing }: ReturnType<typeof setup>) {
  for (let n = 0; n < 5; n += 1) await outcome(clock, policy.execute(failing(down())), 0);
}

test.each([
  { random: 0, times: [0, 0.5, 1.5, 3.5] },
  { random: 0.5, times: [0, 0.75, 2.25, 5.25] },
  { random: 1, times: [0, 1, 3, 7] },
])('attempts are made at $times seconds when the random source says $random', async ({ random, times }) => {
  const t = setup({ random });
  const result = await outcome(
    t.clock,
    t.policy.execute(t.failing(down(), down(), down(), down()), { idempotent: true }),
  );
  expect(t.times).toEqual(times);
  expect(result.error).toBeInstanceOf(NetworkError);
  expect(result.at).toBe(times.at(-1));
});

test('the wait never exceeds ten seconds', () => {
  expect([0, 1, 2, 3, 4, 20].map((n) => backoffSeconds(n, 1))).toEqual([1, 2, 4, 8, 10, 10]);
});

test('a retry that succeeds gives the answer', async () => {
  const t = setup();
  const result = await outcome(t.clock, t.policy.execute(t.failing(down()), { idempotent: true }));
  expect(result).toEqual({ value: 'answer', at: 1 });
});

test('an answer leaves no timer behind', async () => {
  const t = setup();
  await t.policy.execute(t.failing());
  expect(t.clock.sleeping()).toBe(0);
});

test.each([
  { why: 'the call is not idempotent', error: down(), idempotent: false },
  {
    why: 'the error is not retryable',
    error: new NetworkError('Bad certificate.', { retryable: false }),
    idempotent: true,
  },
  { why: 'the error is an answer', error: new NotFoundError('No such page.'), idempotent: true },
  { why: 'the error is a defect', error: new TypeError('x is not a function'), idempotent: true },
])('nothing is retried when $why', async ({ error, idempotent }) => {
  const t = setup();
  const result = await outcome(t.clock, t.policy.execute(t.failing(error), { idempotent }));
  expect(result).toEqual({ error, at: 0 });
  expect(t.times).toEqual([0]);
});

test.each([
  { asked: 3, random: 0, times: [0, 3, 6, 9] },
  { asked: 3, random: 0.5, times: [0, 3, 6, 9] },
  { asked: 3, random: 1, times: [0, 3, 6, 10] },
  { asked: 1, random: 0, times: [0, 1, 2, 4] },
  { asked: 1, random: 0.5, times: [0, 1, 2.5, 5.5] },
  { asked: 5, random: 1, times: [0, 5, 10, 15] },
])(
  'a retry-after of $asked s is a lower bound: attempts at $times when the random source says $random',
  async ({ asked, random, times }) => {
    const t = setup({ random });
    const limited = new RateLimitError('Too many requests.', { retryAfterSeconds: asked });
    const call = t.policy.execute(t.failing(limited, limited, limited, limited), { idempotent: true });
    const { error, at } = await outcome(t.clock, call);
    expect(t.times).toEqual(times);
    expect(error).toBe(limited);
    expect(at).toBe(times.at(-1));
  },
);

test.each([5.1, 90])('a retry-after of %s s fails at once and is passed on', async (asked) => {
  const t = setup();
  const limited = new RateLimitError('Too many requests.', { retryAfterSeconds: asked });
  const { error, at } = await outcome(t.clock, t.policy.execute(t.failing(limited), { idempotent: true }));
  expect(error).toMatchObject({ code: 'rate_limit', retryable: true, retryAfterSeconds: asked });
  expect(at).toBe(0);
});

test('five consecutive failures open the breaker for sixty seconds, and one probe closes it', async () => {
  const t = setup();
  await open(t);
  expect(t.policy.state()).toMatchObject({ breaker: 'open', retryAfterSeconds: 60 });

  await t.clock.advance(59_000);
  const refused = await outcome(t.clock, t.policy.execute(t.failing(), { idempotent: true }), 0);
  expect(refused.error).toMatchObject({ code: 'unavailable', retryable: true, retryAfterSeconds: 1 });
  expect(refused.error?.message).toBe(
    'example.org failed 5 times in a row and is not called for 1 s more. Last failure: example.org refused the connection.',
  );
  expect(t.times).toHaveLength(5);

  await t.clock.advance(1_000);
  expect((await outcome(t.clock, t.policy.execute(t.failing()), 0)).value).toBe('answer');
  expect(t.policy.state()).toEqual({
    ...{ name: 'example.org', active: 0, queued: 0, breaker: 'closed', failures: 0 },
    counts: { answered: 1, failed: 5, retried: 0, refused: 1, opened: 1, closed: 1 },
  });
});

test('a call whose own failure opens the breaker ends at once with that failure', async () => {
  const t = setup();
  await outcome(t.clock, t.policy.execute(t.failing(down(), down(), down(), down()), { idempotent: true }));
  const before = t.clock.now() / 1000;
  const { error, at } = await outcome(t.clock, t.policy.execute(t.failing(down(), down()), { idempotent: true }));
  expect(error?.code).toBe('network');
  expect(at).toBe(before);
});

test('a failed probe opens the breaker for another sixty seconds', async () => {
  const t = setup();
  await open(t);
  await t.clock.advance(60_000);
  await outcome(t.clock, t.policy.execute(t.failing(down()), { idempotent: true }), 0);
  expect(t.policy.state()).toMatchObject({ breaker: 'open', retryAfterSeconds: 60 });
});

test('only one probe runs at a time, and the others are refused at once', async () => {
  const t = setup();
  await open(t);
  await t.clock.advance(60_000);
  const answer = Promise.withResolvers<string>();
  const probe = t.policy.execute(() => answer.promise);
  const other = await outcome(t.clock, t.policy.execute(t.failing(), { idempotent: true }), 0);
  expect(other.error?.message).toContain('is being tried by another call now');
  answer.resolve('back');
  expect(await probe).toBe('back');
  expect(t.policy.state().breaker).toBe('closed');
});

/** `count` calls at the same moment, and how many of them reached the upstream. */
async function together(t: ReturnType<typeof setup>, count: number, work: () => Promise<string>) {
  let reached = 0;
  const calls = Array.from({ length: count }, () =>
    t.policy.execute(
      () => {
        reached += 1;
        return work();
      },
      { idempotent: true },
    ),
  );
  const ended = Promise.allSettled(calls);
  await t.clock.advance(0);
  return { ended, reached: () => reached };
}

test.each(['answers', 'fails'])('of ten calls in the moment the breaker half opens one probes; it %s', async (fate) => {
  const t = setup();
  await open(t);
  await t.clock.advance(59_999);
  const early = await together(t, 10, async () => 'too early');
  expect(early.reached()).toBe(0);
  for (const call of await early.ended) expect(call).toMatchObject({ reason: { retryAfterSeconds: 1 } });

  await t.clock.advance(1);
  const answer = Promise.withResolvers<string>();
  const probing = await together(t, 10, () => answer.promise);
  expect(probing.reached()).toBe(1);
  expect(t.policy.state()).toMatchObject({ breaker: 'half_open', active: 1, queued: 0 });
  await t.clock.advance(7_000);
  const during = await together(t, 10, async () => 'during the probe');
  expect(during.reached()).toBe(0);
  if (fate === 'answers') answer.resolve('back');
  else answer.reject(down());
  const [probe, ...others] = await probing.ended;
  for (const call of others) expect(call).toMatchObject({ reason: { code: 'unavailable', retryAfterSeconds: 1 } });

  const after = await together(t, 5, async () => 'after the probe');
  if (fate === 'answers') {
    expect(probe).toEqual({ status: 'fulfilled', value: 'back' });
    expect(after.reached()).toBe(5);
    expect(t.policy.state()).toMatchObject({ breaker: 'closed', failures: 0 });
    return;
  }
  // Sixty seconds from its failure, not from its beginning.
  expect(probe).toMatchObject({ status: 'rejected', reason: { code: 'network' } });
  expect(after.reached()).toBe(0);
  for (const call of await after.ended) expect(call).toMatchObject({ reason: { retryAfterSeconds: 60 } });
  await t.clock.advance(59_999);
  expect((await together(t, 1, async () => 'too early')).reached()).toBe(0);
  await t.clock.advance(1);
  expect((await together(t, 1, async () => 'back')).reached()).toBe(1);
});

test('retries and breaker together: the fifth failure of two calls ends both, and the breaker waits from there', async () => {
  const t = setup({ random: 0.5 });
  const all = Array.from({ length: 8 }, down);
  const one = t.policy.execute(t.failing(...all), { idempotent: true });
  const two = t.policy.execute(t.failing(...all), { idempotent: true });
  const settled = Promise.allSettled([one, two]);
  await t.clock.advance(100_000);
  // 0.75 s after the first attempts the second ones, 1.5 s later the fifth failure; the other call then finds it open.
  expect(t.times).toEqual([0, 0, 0.75, 0.75, 2.25]);
  expect((await settled).map((call) => call.status === 'rejected' && call.reason.code)).toEqual([
    'network',
    'unavailable',
  ]);
});

test('a cancelled probe decides nothing: the next call probes', async () => {
  const t = setup();
  await open(t);
  await t.clock.advance(60_000);
  const caller = new AbortController();
  const probe = t.policy.execute(() => new Promise(() => {}), { signal: caller.signal });
  caller.abort();
  await expect(probe).rejects.toMatchObject({ code: 'cancelled' });
  expect(t.policy.state().breaker).toBe('open');
  expect((await outcome(t.clock, t.policy.execute(t.failing()), 0)).value).toBe('answer');
});

test('answers such as not found or conflict are no failures, and a probe that gets one closes the breaker', async () => {
  const t = setup();
  for (let n = 0; n < 9; n += 1) await outcome(t.clock, t.policy.execute(t.failing(new NotFoundError('Gone.'))), 0);
  expect(t.policy.state()).toMatchObject({ breaker: 'closed', failures: 0 });
  await open(t);
  await t.clock.advance(60_000);
  await outcome(t.clock, t.policy.execute(t.failing(new ConflictError('Stale.'))), 0);
  expect(t.policy.state().breaker).toBe('closed');
});

test.each([
  { kind: 'rate limits', error: new RateLimitError('Too many requests.', { retryAfterSeconds: 90 }) },
  { kind: 'defects', error: new InternalError(new Error('boom')) },
])('$kind count as failures', async ({ error }) => {
  const t = setup();
  for (let n = 0; n < 5; n += 1) await outcome(t.clock, t.policy.execute(t.failing(error)), 0);
  expect(t.policy.state().breaker).toBe('open');
});

test('a success between failures starts the count anew', async () => {
  const t = setup();
  for (let n = 0; n < 4; n += 1) await outcome(t.clock, t.policy.execute(t.failing(down())), 0);
  await outcome(t.clock, t.policy.execute(t.failing()), 0);
  await outcome(t.clock, t.policy.execute(t.failing(down())), 0);
  expect(t.policy.state()).toMatchObject({ breaker: 'closed', failures: 1 });
});

test('an attempt begun before the breaker opened neither closes nor extends it', async () => {
  const t = setup();
  const late = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
  const calls = late.map(({ promise }) => t.policy.execute(() => promise));
  const settled = Promise.allSettled(calls);
  await open(t);
  await t.clock.advance(20_000);
  late[0].resolve('late answer');
  late[1].reject(down());
  await settled;
  expect(t.policy.state()).toMatchObject({ breaker: 'open', retryAfterSeconds: 40 });
});

test.each([
  { random: 0, seconds: 0.4, attempts: [0] },
  { random: 0.5, seconds: 2.2, attempts: [0, 0.75] },
  { random: 1, seconds: 6.999, attempts: [0, 1, 3] },
])(
  'the caller interrupts a backoff at $seconds s, after attempts at $attempts',
  async ({ random, seconds, attempts }) => {
    const t = setup({ random, limits: { concurrent: 1 } });
    const caller = new AbortController();
    const call = t.policy.execute(t.failing(down(), down(), down(), down()), {
      idempotent: true,
      signal: caller.signal,
    });
    const waiting = t.policy.execute(t.failing());
    await t.clock.advance(seconds * 1000);
    caller.abort(new Error('The user pressed stop.'));
    await expect(call).rejects.toMatchObject({ code: 'cancelled', cause: { message: 'The user pressed stop.' } });
    // Its place is free in the same moment, and no timer is left.
    expect(await waiting).toBe('answer');
    expect(t.times).toEqual([...attempts, seconds]);
    expect(t.clock.now()).toBe(seconds * 1000);
    expect(t.clock.sleeping()).toBe(0);
    expect(t.policy.state()).toMatchObject({ active: 0, queued: 0, breaker: 'closed' });
  },
);

test('a cancelled backoff leaves the failures before it counted', async () => {
  const t = setup();
  const caller = new AbortController();
  const call = t.policy.execute(t.failing(down(), down()), { idempotent: true, signal: caller.signal });
  await t.clock.advance(1_500);
  caller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  expect(t.policy.state()).toMatchObject({ active: 0, failures: 2 });
});

async function fill(policy: Policy, count: number) {
  const answers = Array.from({ length: count }, () => Promise.withResolvers<string>());
  const calls = answers.map(({ promise }) => policy.execute(() => promise));
  return { answers, calls };
}

test('calls beyond the bulkhead wait in order, and beyond the queue are refused at once', async () => {
  const t = setup({ limits: { concurrent: 2, queued: 1 } });
  const { answers, calls } = await fill(t.policy, 3);
  expect(t.policy.state()).toMatchObject({ active: 2, queued: 1 });
  await expect(t.policy.execute(t.failing())).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
  for (const answer of answers) answer.resolve('done');
  expect(await Promise.all(calls)).toEqual(['done', 'done', 'done']);
  expect(t.policy.state()).toMatchObject({ active: 0, queued: 0 });
});

test('a newcomer does not take the slot of the one who waited', async () => {
  const t = setup({ limits: { concurrent: 1, queued: 1 } });
  const { answers, calls } = await fill(t.policy, 2);
  const newcomer = calls[0]?.then(() => t.policy.execute(t.failing()));
  answers[0]?.resolve('first');
  answers[1]?.resolve('second');
  expect(await Promise.all([...calls, newcomer])).toEqual(['first', 'second', 'answer']);
});

test('the caller leaves the queue at once, and its place is free again', async () => {
  const t = setup({ limits: { concurrent: 1, queued: 1 } });
  const { answers, calls } = await fill(t.policy, 1);
  const caller = new AbortController();
  const waiting = t.policy.execute(t.failing(), { signal: caller.signal });
  caller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect(t.policy.state()).toMatchObject({ active: 1, queued: 0 });
  const next = t.policy.execute(t.failing());
  answers[0]?.resolve('done');
  await Promise.all(calls);
  expect(await next).toBe('answer');
  expect(t.times).toEqual([0]);
  expect(t.policy.state()).toMatchObject({ active: 0, queued: 0 });
});

test('work that ignores its signal cannot hold the caller beyond the timeout', async () => {
  const t = setup();
  let seen: AbortSignal | undefined;
  const call = t.policy.execute(
    (signal) => {
      seen = signal;
      return new Promise(() => {});
    },
    { timeoutMs: 2_500 },
  );
  const { error, at } = await outcome(t.clock, call);
  expect(error).toMatchObject({ code: 'network', retryable: false });
  expect(error?.message).toBe('example.org did not answer within 2.5 s.');
  expect(error?.hint).toContain('check before calling again');
  expect(at).toBe(2.5);
  expect(seen?.aborted).toBe(true);
  expect(t.policy.state()).toMatchObject({ active: 0, failures: 1 });
});

test('each attempt has the whole timeout', async () => {
  const t = setup();
  const call = t.policy.execute(() => new Promise(() => {}), { timeoutMs: 1_000, idempotent: true });
  const { error, at } = await outcome(t.clock, call);
  expect(error).toMatchObject({ code: 'network', retryable: true });
  expect(at).toBe(4 * 1 + 7);
});

test('work sees the abort of the caller, who gets a cancellation whatever work makes of it', async () => {
  const t = setup();
  const caller = new AbortController();
  const call = t.policy.execute(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new TypeError('socket closed')));
      }),
    { signal: caller.signal, idempotent: true },
  );
  await t.clock.advance(10);
  caller.abort(new Error('The user pressed stop.'));
  await expect(call).rejects.toMatchObject({ code: 'cancelled', cause: { message: 'The user pressed stop.' } });
  expect(t.policy.state()).toMatchObject({ active: 0, failures: 0 });
});

test('a caller that has given up before starts nothing', async () => {
  const t = setup();
  const call = t.policy.execute(t.failing(), { signal: AbortSignal.abort() });
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  expect(t.times).toEqual([]);
});
