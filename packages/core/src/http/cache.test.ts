import { expect, test } from 'vitest';
import type { VendorHandler } from '../testing/upstream.ts';
import { createMemoryCache } from './index.ts';
import { withAcme } from './upstream.fixture.ts';

/** Answers with the version, or 304 when that is the one known. */
const versioned =
  (state: { version: number; headers?: Record<string, string> }): VendorHandler =>
  ({ headers, url }) => {
    const etag = `"${state.version}"`;
    if (headers['if-none-match'] === etag)
      return { status: 304, headers: { etag, 'x-remaining': '41', ...state.headers } };
    return {
      headers: { etag, 'x-remaining': '42', ...state.headers },
      body: { version: state.version, q: url.search },
    };
  };

const withCache = (state: Parameters<typeof versioned>[0], given: Parameters<typeof withAcme>[1] = {}) =>
  withAcme(versioned(state), { cache: createMemoryCache(), ...given });

test('a 304 revives the kept body with the newer headers', async () => {
  const state = { version: 1 };
  await using acme = await withCache(state);
  const read = async () => {
    const response = await acme.upstream.fetch(acme.url('/x'));
    return [response.status, await response.json(), response.headers.get('x-remaining')];
  };
  expect(await read()).toEqual([200, { version: 1, q: '' }, '42']);
  expect(await read()).toEqual([200, { version: 1, q: '' }, '41']);
  state.version = 2;
  expect(await read()).toEqual([200, { version: 2, q: '' }, '42']);
  expect(await read()).toEqual([200, { version: 2, q: '' }, '41']);
  const text = await acme.metrics.text();
  for (const [result, count] of [
    ['miss', 1],
    ['hit', 2],
    ['changed', 1],
  ]) {
    expect(text).toContain(`http_cache_total{upstream="Acme",result="${result}"} ${count}`);
  }
  expect(text).toContain('http_requests_total{upstream="Acme",class="read",status="3xx"} 2');
});

test('Last-Modified does as well', async () => {
  const date = 'Tue, 01 Sep 2026 10:00:00 GMT';
  const conditions: unknown[] = [];
  await using acme = await withAcme(
    ({ headers }) => {
      conditions.push(headers['if-modified-since']);
      return headers['if-modified-since'] ? { status: 304 } : { headers: { 'last-modified': date }, body: 'text' };
    },
    { cache: createMemoryCache() },
  );
  for (let n = 0; n < 2; n += 1) expect(await (await acme.upstream.fetch(acme.url('/x'))).text()).toBe('text');
  expect(conditions).toEqual([undefined, date]);
});

test('what the caller does with a body does not reach the cache', async () => {
  await using acme = await withCache({ version: 1 });
  const read = async () => new Uint8Array(await (await acme.upstream.fetch(acme.url('/x'))).arrayBuffer());
  (await read()).fill(0);
  (await read()).fill(0);
  expect(new TextDecoder().decode(await read())).toContain('version');
});

test.each<[string, RequestInit, RequestInit]>([
  ['another credential', {}, { headers: { 'x-as': 'bob' } }],
  ['another Accept', { headers: { accept: 'text/plain' } }, { headers: { accept: 'application/json' } }],
  ['a header that the answer varies by', { headers: { 'x-mode': 'a' } }, { headers: { 'x-mode': 'b' } }],
  ['a part of the body', {}, { headers: { range: 'bytes=0-1' } }],
  ['a caller that wants no cache', {}, { cache: 'no-store' }],
  ['a caller that wants it anew', {}, { cache: 'reload' }],
  ['a caller with conditions of its own', {}, { headers: { 'if-none-match': '"other"' } }],
])('%s is not answered from what is kept', async (_, first, second) => {
  await using acme = await withCache(
    { version: 1, headers: { vary: 'Accept, X-Mode, Authorization' } },
    { authorize: ({ headers }) => headers.set('authorization', headers.get('x-as') ?? 'ann') },
  );
  await acme.upstream.fetch(acme.url('/x'), first);
  await acme.upstream.fetch(acme.url('/x'), second);
  expect(acme.vendor.requests[1]?.headers['if-none-match']).not.toBe('"1"');
});

test('two credentials keep two answers', async () => {
  let as = 'ann';
  await using acme = await withCache({ version: 1 }, { authorize: ({ headers }) => headers.set('authorization', as) });
  for (as of ['ann', 'bob', 'ann', 'bob']) await acme.upstream.fetch(acme.url('/x'));
  expect(acme.vendor.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
    undefined,
    undefined,
    '"1"',
    '"1"',
  ]);
});

test.each<[string, Record<string, string>]>([
  ['no-store', { 'cache-control': 'private, No-Store' }],
  ['Vary: *', { vary: '*' }],
])('an answer with %s is not kept', async (_, headers) => {
  await using acme = await withCache({ version: 1, headers });
  for (let n = 0; n < 2; n += 1) await acme.upstream.fetch(acme.url('/x'));
  expect(acme.vendor.requests[1]?.headers).not.toHaveProperty('if-none-match');
  expect(acme.upstream.state().cache).toEqual({ entries: 0, bytes: 0 });
});

test('a 304 that forbids to store is the last one', async () => {
  const state: Parameters<typeof versioned>[0] = { version: 1 };
  await using acme = await withCache(state);
  await acme.upstream.fetch(acme.url('/x'));
  state.headers = { 'cache-control': 'no-store' };
  expect((await acme.upstream.fetch(acme.url('/x'))).status).toBe(200);
  expect(acme.upstream.state().cache).toEqual({ entries: 0, bytes: 0 });
});

test('a write to the same URL drops what is kept, in every variant', async () => {
  await using acme = await withCache({ version: 1 });
  const read = (accept: string) => acme.upstream.fetch(acme.url('/x'), { headers: { accept } });
  await read('a/b');
  await read('c/d');
  await acme.upstream.fetch(acme.url('/y'), { method: 'PUT' });
  expect(acme.upstream.state().cache).toMatchObject({ entries: 2 });
  await acme.upstream.fetch(acme.url('/x'), { method: 'PUT' });
  expect(acme.upstream.state().cache).toEqual({ entries: 0, bytes: 0 });
  await read('a/b');
  expect(acme.vendor.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
});

test('errors, redirects and cookies are not kept', async () => {
  await using acme = await withAcme(
    ({ path, headers: asked }) => {
      if (path === '/moved') return { status: 302, headers: { location: '/x' } };
      if (asked['if-none-match']) return { status: 304 };
      const headers = { etag: '"1"', 'set-cookie': 'sid=secret' };
      return { status: path === '/x' ? 200 : 404, headers, body: 'text' };
    },
    { cache: createMemoryCache() },
  );
  await acme.upstream.fetch(acme.url('/moved'));
  await acme.upstream.fetch(acme.url('/no'), { expect: [404] });
  expect(acme.upstream.state().cache).toMatchObject({ entries: 0 });
  const cookies = async () => (await acme.upstream.fetch(acme.url('/x'))).headers.get('set-cookie');
  expect([await cookies(), await cookies()]).toEqual(['sid=secret', null]);
});

const entry = (size: number) => ({ headers: [], bytes: new Uint8Array(size), vary: [], varyDigest: '' });

test('memory is bounded by bytes, and what was used longest ago goes first', async () => {
  const cache = createMemoryCache({ maxBytes: 40_000 });
  for (const url of ['a', 'b', 'c', 'd']) await cache.set(url, 'v', entry(8000));
  await cache.get('a', 'v');
  await cache.set('e', 'v', entry(8000));
  const kept = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map(async (url) => (await cache.get(url, 'v')) !== undefined),
  );
  expect(kept).toEqual([true, false, true, true, true]);
  expect(cache.state()).toEqual({ entries: 4, bytes: 36_000 });
  await cache.set('a', 'v', entry(50_000));
  expect(await cache.get('a', 'v')).toBeUndefined();
  for (const url of ['c', 'd', 'e']) await cache.drop(url);
  expect(cache.state()).toEqual({ entries: 0, bytes: 0 });
});
