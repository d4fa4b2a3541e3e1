import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import * as site from '../../testing/site-farm.ts';
import { type GuardOnFarm, guardOn } from './guard.fixture.ts';

const cancelled = { code: 'cancelled' };

/** Resolves when the condition holds; a test that never gets there times out. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

async function cancelOnce(t: GuardOnFarm, url: string, ready: () => boolean): Promise<void> {
  const caller = new AbortController();
  const answer = t.get(url, caller.signal);
  const settled = Promise.allSettled([answer]);
  await until(ready);
  caller.abort();
  await expect(answer).rejects.toMatchObject(cancelled);
  await settled;
  await t.farm.allClosed();
}

test('cancelling closes the socket, whether it waits for headers or is in the middle of a body', async () => {
  const pages = { '/silent': site.silent(), '/stalled': site.stalled(), '/huge': site.huge(1e12) };
  await using t = await guardOn({ 'a.example': { pages } }, { guard: { maxBytes: 1e9 } });
  for (const path of Object.keys(pages)) {
    await cancelOnce(t, `http://a.example${path}`, () => t.farm.requests.at(-1)?.path === path && t.farm.open() > 0);
  }
});

test('cancelling closes a socket that is still being opened, and one that is in its TLS handshake', async () => {
  const farm = { addresses: { '198.41.0.1': 'silent', '198.41.0.2': 'mute' } } as const;
  const sites = { 'silent.example': { addresses: ['198.41.0.1'] }, 'mute.example': { addresses: ['198.41.0.2'] } };
  await using t = await guardOn(sites, { farm });
  await cancelOnce(t, 'http://silent.example/', () => t.farm.open() === 1);
  await cancelOnce(t, 'https://mute.example/', () => t.farm.open() === 1);
});

test('cancelling one of two calls to a host leaves the other alone', async () => {
  const release = Promise.withResolvers<void>();
  const waiting: site.SiteAnswer = async (_request, response) => {
    await release.promise;
    response.end('done');
  };
  await using t = await guardOn({ 'a.example': { pages: { '/': waiting } } });
  const caller = new AbortController();
  const first = t.get('http://a.example/', caller.signal);
  const second = t.get('http://a.example/');
  const settled = Promise.allSettled([first]);
  await until(() => t.farm.requests.length === 2);
  caller.abort();
  await settled;
  release.resolve();
  await expect(first).rejects.toMatchObject(cancelled);
  expect(new TextDecoder().decode((await second).body)).toBe('done');
});

test('cancelling one of two calls that are connecting to a host leaves the other alone', async () => {
  const found = Promise.withResolvers<readonly string[]>();
  const addresses = (lookup: number) => (lookup === 1 ? ['198.41.0.1'] : found.promise);
  const farm = { addresses: { '198.41.0.1': 'silent' } } as const;
  await using t = await guardOn({ 'a.example': { addresses, pages: { '/': site.page('done') } } }, { farm });
  const caller = new AbortController();
  const first = Promise.allSettled([t.get('http://a.example/', caller.signal)]);
  await until(() => t.farm.open() === 1);
  const second = t.text('http://a.example/');
  await until(() => t.farm.lookups('a.example') === 2);
  caller.abort();
  await first;
  await t.farm.allClosed();
  found.resolve(['198.41.0.2']);
  expect(await second).toBe('done');
});

test('a call that is cancelled before it begins looks nothing up', async () => {
  await using t = await guardOn({ 'a.example': {} });
  await expect(t.get('http://a.example/', AbortSignal.abort())).rejects.toMatchObject(cancelled);
  expect(t.farm.lookups('a.example')).toBe(0);
});

test('a call that is cancelled while its name is resolved never connects', async () => {
  const addresses = Promise.withResolvers<readonly string[]>();
  await using t = await guardOn({ 'a.example': { addresses: () => addresses.promise } });
  const caller = new AbortController();
  const answer = t.get('http://a.example/', caller.signal);
  const settled = Promise.allSettled([answer]);
  await until(() => t.farm.lookups('a.example') === 1);
  caller.abort();
  await settled;
  addresses.resolve(['198.41.0.1']);
  await setImmediate();
  expect(t.farm.connections).toEqual([]);
});

test.each([
  ['of ten hosts', (at: number) => `http://site${at}.example/`],
  ['of one host', (at: number) => `http://site0.example/${at}`],
])('ten URLs %s are fetched at the same time: nobody is answered before all have asked', async (_case, urlOf) => {
  const all = Promise.withResolvers<void>();
  let asked = 0;
  const barrier: site.SiteAnswer = async (_request, response) => {
    asked += 1;
    if (asked === 10) all.resolve();
    await all.promise;
    response.end('done');
  };
  const hosts = Array.from({ length: 10 }, (_, at) => [`site${at}.example`, { pages: { '*': barrier } }] as const);
  await using t = await guardOn(Object.fromEntries(hosts));
  const answers = await Promise.all(hosts.map((_, at) => t.get(urlOf(at))));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
});

test('closing ends every connection and every later fetch', async () => {
  await using t = await guardOn({ 'a.example': { pages: { '/': site.page('x'), '/silent': site.silent() } } });
  await t.get('http://a.example/');
  const running = Promise.allSettled([t.get('http://a.example/silent')]);
  await until(() => t.farm.requests.length === 2);
  await t.guard.close();
  expect((await running)[0]?.status).toBe('rejected');
  await t.farm.allClosed();
  await expect(t.get('http://a.example/')).rejects.toMatchObject({ code: 'unavailable' });
});
