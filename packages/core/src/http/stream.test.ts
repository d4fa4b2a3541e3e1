import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ValidationError } from '../errors.ts';
import { fault, inOrder } from '../testing/upstream.ts';
import { createMemoryCache } from './cache.ts';
import { failure, until, withAcme } from './upstream.fixture.ts';

test('a body is handed over as it arrives, and nothing of it is kept', async () => {
  const cache = createMemoryCache();
  await using acme = await withAcme(() => ({ body: 'x'.repeat(1000), headers: { etag: '"1"' } }), { cache });
  let first = '';
  const response = await acme.upstream.fetch(acme.url('/api/log'), {
    maxBytes: 10,
    async onBody(body) {
      first = await text(body);
    },
  });
  expect([first.length, response.status, await response.text()]).toEqual([1000, 200, '']);
  expect(cache.state().entries).toBe(0);
});

test('what breaks in its middle is taken anew, a failing status is an error as ever', async () => {
  const answers = inOrder(fault.truncated('half'), { status: 503 }, { body: 'whole' });
  await using acme = await withAcme(answers);
  const taken: string[] = [];
  const onBody = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const at = taken.push('') - 1;
    for await (const chunk of body) taken[at] += Buffer.from(chunk).toString();
  };
  const call = acme.upstream.fetch(acme.url('/api/log'), { onBody });
  for (const retried of [1, 2]) {
    await until(() => acme.policy.state().counts.retried === retried);
    await acme.clock.advance(2000);
  }
  await call;
  expect([taken.length, taken.at(-1), acme.vendor.requests.length]).toEqual([2, 'whole', 3]);
});

test('it may stop early, or refuse: the connection is closed, and nothing is repeated', async () => {
  await using acme = await withAcme(() => fault.stalled('start'));
  let read = '';
  const early = await acme.upstream.fetch(acme.url('/api/log'), {
    async onBody(body) {
      const reader = body.getReader();
      read = Buffer.from((await reader.read()).value ?? []).toString();
      await reader.cancel();
    },
  });
  expect([early.status, read]).toEqual([200, 'start']);
  await acme.vendor.requests[0]?.closed;
  const onBody = async () => {
    throw new ValidationError('no more of it');
  };
  expect(await failure(acme.upstream.fetch(acme.url('/api/log'), { onBody }))).toMatchObject({ code: 'validation' });
  await acme.vendor.requests[1]?.closed;
  expect(acme.vendor.requests).toHaveLength(2);
});
