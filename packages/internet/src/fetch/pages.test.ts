import { createLog, NetworkError, RateLimitError } from '@mcp-servers/core';
import type { GuardedAnswer } from '@mcp-servers/core/http';
import { createRateLimiter, type RateLimiter } from '@mcp-servers/core/rate-limit';
import { expect, test } from 'vitest';
import { createCopies } from './copies.ts';
import type { Fetched } from './fetched.ts';
import { createHosts } from './hosts.ts';
import { createPages } from './pages.ts';

const { signal } = new AbortController();
const url = 'https://example.test/page';
const free: Pick<RateLimiter<'page'>, 'take'> = { take: async () => {} };

interface Said {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

const answer = ({ status = 200, headers = {}, body = 'text' }: Said = {}): GuardedAnswer => ({
  ...{ requested: url, url, redirects: [], downgraded: false, status },
  ...{ headers: new Headers(headers), body: new TextEncoder().encode(body), fetchedAt: new Date() },
});

/** Pages of a site that says one thing after the other, the last for ever. */
function site(said: readonly (Said | Error)[], { maxBytes = 1_000_000, limiter = free } = {}) {
  const asked: { url: string; headers: Record<string, string> }[] = [];
  const sources: string[] = [];
  const guarded = {
    async fetch(request: { url: string; headers?: Readonly<Record<string, string>> }) {
      asked.push({ url: request.url, headers: { ...request.headers } });
      const next = said[Math.min(asked.length, said.length) - 1];
      if (next instanceof Error) throw next;
      return { ...answer(next), url: request.url, requested: request.url };
    },
  };
  const hosts = createHosts({ timeoutMs: 1_000 });
  const copies = createCopies({ maxBytes });
  const fetch = createPages({ ...{ guarded, hosts, copies, limiter }, onPage: (source) => sources.push(source) });
  return { fetch, asked, sources, hosts, copies };
}

const textOf = ({ body }: Fetched) => new TextDecoder().decode(body);

test('a fresh copy is used, and a new one asked for only with fresh', async () => {
  const { fetch, asked, sources } = site([{ headers: { etag: '"1"' } }, { status: 304 }, { body: 'new' }]);
  expect((await fetch({ url, signal })).ageSeconds).toBeUndefined();
  expect((await fetch({ url, signal })).ageSeconds).toBeTypeOf('number');
  expect(textOf(await fetch({ url, signal, fresh: true }))).toBe('text');
  expect(asked[1]?.headers).toMatchObject({ 'if-none-match': '"1"' });
  expect(textOf(await fetch({ url, signal, fresh: true }))).toBe('new');
  expect(sources).toEqual(['network', 'copy', 'unchanged', 'network']);
});

test.each([
  ['no-store', 0],
  ['NO-STORE, max-age=60', 0],
  ['no-cache', 0],
  ['max-age=0', 0],
  ['max-age="60"', 1],
  ['public, max-age=60', 1],
  ['', 1],
  ['max-age=junk', 1],
])('a copy with Cache-Control "%s" answers the second call %i times', async (header, times) => {
  const { fetch, sources } = site([{ headers: { 'cache-control': header } }]);
  await fetch({ url, signal });
  await fetch({ url, signal });
  expect(sources.filter((source) => source === 'copy')).toHaveLength(times);
});

test('copies are fresh for what the site says, at most an hour; the age on the way counts', () => {
  let now = Date.parse('2026-05-01T12:00:00Z');
  const copies = createCopies({ maxBytes: 1_000_000, now: () => now });
  const freshFor = (headers: Record<string, string>): number => {
    copies.keep('key', { ...answer({ headers }), fetchedAt: new Date(now) });
    return ((copies.get('key')?.freshUntil ?? Number.NaN) - now) / 1000;
  };
  expect(freshFor({})).toBe(300);
  expect(freshFor({ 'cache-control': 'max-age=90' })).toBe(90);
  expect(freshFor({ 'cache-control': 'max-age=90', age: '60' })).toBe(30);
  expect(freshFor({ 'cache-control': 'max-age=90', age: '600' })).toBe(0);
  expect(freshFor({ 'cache-control': 'max-age=31536000' })).toBe(3_600);
  expect(freshFor({ expires: 'Fri, 01 May 2026 12:02:00 GMT', date: 'Fri, 01 May 2026 12:00:00 GMT' })).toBe(120);
  expect(freshFor({ expires: 'Fri, 01 May 2026 11:00:00 GMT' })).toBe(0);
  expect(freshFor({ expires: 'junk' })).toBe(300);
  now += 1;
  copies.keep('key', answer({ status: 404 }));
  expect(copies.get('key')).toBeUndefined();
});

test('copies are bounded by bytes, and one page cannot push out all others', () => {
  const copies = createCopies({ maxBytes: 100_000 });
  const keep = (key: string, bytes: number) => copies.keep(key, answer({ body: 'x'.repeat(bytes) }));
  keep('large', 30_000);
  expect(copies.get('large')).toBeUndefined();
  for (let n = 0; n < 20; n += 1) keep(`page ${n}`, 10_000);
  const { entries, bytes } = copies.state();
  expect(entries).toBe(8);
  expect(bytes).toBeLessThanOrEqual(100_000);
  const none = createCopies({ maxBytes: 0 });
  none.keep('key', answer());
  expect(none.get('key')).toBeUndefined();
});

test.each([429, 500, 502, 503, 504])('HTTP %i is asked once more, then it is the answer', async (status) => {
  const twice = site([{ status, headers: { 'retry-after': '0' } }]);
  expect((await twice.fetch({ url, signal })).status).toBe(status);
  expect(twice.asked).toHaveLength(2);
  const mended = site([{ status }, { body: 'mended' }]);
  expect(textOf(await mended.fetch({ url, signal }))).toBe('mended');
});

test('a site that wants to wait for long is not asked again, nor is one with HTTP 404', async () => {
  const busy = site([{ status: 429, headers: { 'retry-after': '600' } }]);
  expect((await busy.fetch({ url, signal })).status).toBe(429);
  const gone = site([{ status: 404 }]);
  expect((await gone.fetch({ url, signal })).status).toBe(404);
  expect([busy.asked.length, gone.asked.length]).toEqual([1, 1]);
});

test('a host that keeps failing rests, and the others do not', async () => {
  const failure = new NetworkError('reset', { retryable: false });
  const { fetch, asked, hosts } = site([failure, failure, failure, failure, failure, { body: 'text' }]);
  for (let n = 0; n < 5; n += 1) await expect(fetch({ url, signal })).rejects.toThrow('reset');
  await expect(fetch({ url, signal })).rejects.toMatchObject({ code: 'unavailable' });
  expect(hosts.resting().map(({ name }) => name)).toEqual(['example.test']);
  expect(textOf(await fetch({ url: 'https://other.test/', signal }))).toBe('text');
  expect(asked).toHaveLength(6);
});

test('requests to a host are counted, kept copies are not', async () => {
  const log = createLog({ name: 'test', level: 'silent' });
  const limiter = createRateLimiter<'page'>({ limits: { page: { calls: 2, seconds: 60 } }, log });
  const { fetch } = site([{}], { limiter });
  for (let n = 0; n < 5; n += 1) await fetch({ url, signal });
  await fetch({ url: `${url}2`, signal });
  await expect(fetch({ url: `${url}3`, signal })).rejects.toThrow(RateLimitError);
  await fetch({ url: 'https://other.test/', signal });
  limiter.close();
});

test('a fresh copy that is larger than asked for is refused without asking the site', async () => {
  const { fetch, asked } = site([{ body: 'x'.repeat(100) }]);
  await fetch({ url, signal });
  await expect(fetch({ url, signal, maxBytes: 50 })).rejects.toMatchObject({ details: { max_bytes: 50 } });
  expect(asked).toHaveLength(1);
});
