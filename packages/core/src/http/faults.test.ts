import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { fault, loginPage, movedTo, type VendorAnswer, type VendorFault } from '../testing/upstream.ts';
import { pathOf } from './index.ts';
import { failure, until, withAcme } from './upstream.fixture.ts';

const big = 3_000_000;

test.each<{ what: string; answer: VendorAnswer | VendorFault; code: string; says: string; retryable: boolean }>([
  {
    what: 'a reset connection',
    answer: fault.reset(),
    code: 'network',
    says: 'closed the connection',
    retryable: true,
  },
  {
    what: 'a truncated body',
    answer: fault.truncated(),
    code: 'network',
    says: 'before the answer was complete',
    retryable: true,
  },
  {
    what: 'truncated chunks',
    answer: fault.truncatedChunks(),
    code: 'network',
    says: 'before the answer was complete',
    retryable: true,
  },
  {
    what: 'a Content-Length that is too small',
    answer: fault.overlong(),
    code: 'network',
    says: 'JSON that cannot be read',
    retryable: false,
  },
  { what: 'another protocol', answer: fault.malformed(), code: 'network', says: 'valid HTTP', retryable: false },
  {
    what: 'damaged compression',
    answer: fault.brokenGzip(),
    code: 'network',
    says: 'compression is damaged',
    retryable: true,
  },
  { what: 'a huge body', answer: fault.huge(big), code: 'validation', says: 'larger than 1 MB', retryable: false },
  {
    what: 'an announced huge body',
    answer: { body: 'x'.repeat(big) },
    code: 'validation',
    says: 'larger than 1 MB',
    retryable: false,
  },
  { what: 'a gzip bomb', answer: fault.gzipBomb(big), code: 'validation', says: 'larger than 1 MB', retryable: false },
  { what: 'a login page', answer: loginPage, code: 'network', says: 'a web page titled "Sign in"', retryable: false },
  {
    what: 'text',
    answer: { body: 'OK' },
    code: 'network',
    says: 'text/plain where JSON was expected',
    retryable: false,
  },
  {
    what: 'invalid JSON',
    answer: { body: '{"id":', headers: { 'content-type': 'application/json' } },
    code: 'network',
    says: 'JSON that cannot be read',
    retryable: false,
  },
  {
    what: 'a redirect to itself',
    answer: movedTo('/api/x'),
    code: 'network',
    says: 'redirected more than 5 times',
    retryable: false,
  },
  {
    what: 'a huge error',
    answer: { status: 500, body: 'x'.repeat(big) },
    code: 'unavailable',
    says: '500',
    retryable: true,
  },
])('$what is an error that says so', async ({ answer, code, says, retryable }) => {
  await using acme = await withAcme(() => answer, { maxBytes: 1_000_000, limits: { retries: 0 } });
  const error = await failure(acme.upstream.json(z.object({}), { path: pathOf`/x`, query: { key: 'query-secret' } }));
  expect(error).toMatchObject({ code, retryable });
  expect(error.message).toContain(says);
  expect(error.message.length).toBeLessThan(600);
  expect(error.hint).toMatch(/\.$/);
  expect(error.message + error.stack + error.cause).not.toContain('query-secret');
});

test('what could not be read as HTTP is not kept for the log', async () => {
  await using acme = await withAcme(() => fault.malformed());
  const error = await failure(acme.upstream.fetch(acme.url('/x')));
  expect(error.cause).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 9 })).not.toContain('mail.example');
});

test('slow is not an error', async () => {
  await using acme = await withAcme(() => fault.slow('{"id":1}'));
  expect(await acme.upstream.json(z.object({ id: z.number() }), { path: pathOf`/x` })).toEqual({ id: 1 });
});

test('nothing listening is an error that says so, also for a write', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await using acme = await withAcme(() => ({}), { baseUrl: `http://127.0.0.1:${port}` });
  const error = await failure(acme.upstream.fetch('/x', { method: 'POST' }));
  expect(error).toMatchObject({
    code: 'network',
    retryable: true,
    message: expect.stringContaining('accepts no connection'),
  });
});

test('a Content-Length that is wrong is noticed whatever does the fetching', async () => {
  for (const length of ['3', '300']) {
    const fetch = async () => new Response('{"id":1}', { headers: { 'content-length': length } });
    await using acme = await withAcme(() => ({}), { fetch, limits: { retries: 0 } });
    expect((await failure(acme.upstream.fetch('/x'))).message).toContain('before the answer was complete');
  }
});

test('a fault that passes is retried away', async () => {
  const faults = [fault.reset(), fault.truncated(), fault.brokenGzip()];
  await using acme = await withAcme(() => faults.shift() ?? { body: { id: 1 } });
  const call = acme.upstream.json(z.object({ id: z.number() }), { path: pathOf`/x` });
  for (const [n, seconds] of [1, 2, 4].entries()) {
    await until(() => acme.policy.state().counts.retried === n + 1);
    await acme.clock.advance(seconds * 1000);
  }
  expect(await call).toEqual({ id: 1 });
});

test('a write is not repeated when the connection broke, and the caller is told to look', async () => {
  await using acme = await withAcme(() => fault.reset());
  const error = await failure(acme.upstream.fetch(acme.url('/x'), { method: 'POST', body: '{}' }));
  expect(error).toMatchObject({ code: 'network', retryable: false, hint: expect.stringContaining('check before') });
  expect(acme.vendor.requests).toHaveLength(1);
});

test.each([
  ['never answering', fault.silence()],
  ['stopping in the middle of the body', fault.stalled()],
])('%s ends with the timeout of the attempt, and closes the connection', async (_, answer) => {
  await using acme = await withAcme(() => answer);
  const call = failure(acme.upstream.fetch(acme.url('/x'), { timeoutMs: 5000, method: 'POST' }));
  await until(() => acme.vendor.requests.length === 1);
  await acme.clock.advance(5000);
  expect(await call).toMatchObject({ code: 'network', message: 'Acme did not answer within 5 s.', retryable: false });
  await acme.vendor.requests[0]?.closed;
  expect(await acme.metrics.text()).toContain('class="write",status="cancelled"} 1');
});

test('a call with its retries ends with the total timeout', async () => {
  await using acme = await withAcme(() => fault.silence(), { totalMs: 45_000 });
  const call = failure(acme.upstream.fetch(acme.url('/x')));
  await until(() => acme.vendor.requests.length === 1);
  await acme.clock.advance(31_000);
  await until(() => acme.vendor.requests.length === 2);
  await acme.clock.advance(14_000);
  expect(await call).toMatchObject({ code: 'network', message: 'Acme did not answer within 45 s.' });
  await acme.vendor.requests[1]?.closed;
  expect(acme.policy.state()).toMatchObject({ active: 0 });
});

test.each([
  ['before the answer', fault.silence()],
  ['in the middle of the body', fault.stalled()],
])('cancelling %s closes the connection at once', async (_, answer) => {
  await using acme = await withAcme(() => answer);
  const caller = new AbortController();
  const call = failure(acme.upstream.fetch(acme.url('/x'), { signal: caller.signal }));
  await until(() => acme.vendor.requests.length === 1);
  caller.abort();
  expect(await call).toMatchObject({ code: 'cancelled' });
  await acme.vendor.requests[0]?.closed;
  expect(acme.policy.state()).toMatchObject({ failures: 0, active: 0 });
  expect(acme.clock.sleeping()).toBe(0);
});

test('a call that is cancelled already is not sent', async () => {
  await using acme = await withAcme(() => ({}));
  const error = await failure(acme.upstream.fetch(acme.url('/x'), { signal: AbortSignal.abort() }));
  expect(error).toMatchObject({ code: 'cancelled' });
  expect(acme.vendor.connections().opened).toBe(0);
});

test('a body that passes the limit closes the connection', async () => {
  for (const answer of [fault.huge(1_000_000_000), { body: 'x'.repeat(big) }]) {
    await using acme = await withAcme(() => answer, { maxBytes: 100_000 });
    await failure(acme.upstream.fetch(acme.url('/x')));
    await acme.vendor.requests[0]?.closed;
  }
});

test('answers, errors and redirects free their connection, and nothing stays behind on the signal', async () => {
  const answers: VendorAnswer[] = [
    { body: 'x'.repeat(10_000) },
    { status: 404, body: 'no' },
    movedTo('/api/end'),
    { status: 204 },
  ];
  await using acme = await withAcme(({ path }) => answers[path === '/api/end' ? 0 : Number(path.slice(1)) % 4] ?? {});
  const caller = new AbortController();
  for (let n = 0; n < 200; n += 1) {
    // Bodies of `fetch` are never read here.
    await acme.upstream
      .fetch(acme.url(`/${n}`), { signal: caller.signal, expect: n % 8 === 1 ? [404] : [] })
      .catch(() => {});
  }
  expect(acme.vendor.requests.length).toBe(250);
  expect(acme.vendor.connections().opened).toBeLessThanOrEqual(3);
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  expect(acme.clock.sleeping()).toBe(0);
});

test('many calls that are cancelled at once leave no connection, listener or timer', async () => {
  await using acme = await withAcme(() => fault.stalled());
  const caller = new AbortController();
  const calls = Array.from({ length: 50 }, () =>
    failure(acme.upstream.fetch(acme.url('/x'), { signal: caller.signal })),
  );
  await until(() => acme.vendor.requests.length === 10);
  caller.abort();
  const codes = (await Promise.all(calls)).map(({ code }) => code);
  expect(new Set(codes)).toEqual(new Set(['cancelled']));
  await until(() => acme.vendor.connections().open === 0);
  expect(acme.vendor.requests).toHaveLength(10);
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  expect(acme.clock.sleeping()).toBe(0);
  expect(acme.policy.state()).toMatchObject({ active: 0, queued: 0, failures: 0 });
});
