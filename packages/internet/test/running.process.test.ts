import { page, type SiteAnswer, silent, textOf } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { article } from '../src/internet.fixture.ts';
import { withLoopbackSites } from './loopback-sites.fixture.ts';
import { spawnWeb } from './spawn.fixture.ts';

/** Sites that answer only when all of them have been asked. */
function barrier(count: number): SiteAnswer[] {
  const all = Promise.withResolvers<void>();
  let arrived = 0;
  return Array.from({ length: count }, (_, n) => async (request, response) => {
    arrived += 1;
    if (arrived === count) all.resolve();
    await all.promise;
    await page(article(`Page ${n}`))(request, response);
  });
}

test('ten addresses are asked side by side, also while another call waits for a site that never answers', async () => {
  await using web = await withLoopbackSites(...barrier(10).map((answer) => ({ '/': answer })), { '/': silent() });
  const [stalled, ...others] = web.sites.toReversed();
  await using server = await spawnWeb(web.env);
  const stop = new AbortController();
  const waiting = server.call('web_fetch', { urls: [`${stalled?.url}/`] }, { signal: stop.signal }).catch(String);
  await stalled?.arrived('/');
  const { results } = await server.ask('web_fetch', { urls: others.map(({ url }) => `${url}/`) });
  expect(results.map(({ title }: { title?: string }) => title).toSorted()).toEqual(
    Array.from({ length: 10 }, (_, n) => `Page ${n}`),
  );
  stop.abort();
  await waiting;
});

test('a call that the client cancels lets go of its connections at once, and the server goes on', async () => {
  await using web = await withLoopbackSites({ '/slow': silent(), '/quick': page(article('Quick')) }, { '/': silent() });
  const [site, other] = web.sites;
  await using server = await spawnWeb(web.env);
  const stop = new AbortController();
  const urls = [`${site?.url}/slow`, `${other?.url}/`];
  const call = server.call('web_fetch', { urls }, { signal: stop.signal }).then(
    () => 'answered',
    () => 'cancelled',
  );
  const requests = await Promise.all([site?.arrived('/slow'), other?.arrived('/')]);
  const closed = requests.map((request) => new Promise((resolve) => request?.socket.once('close', resolve)));
  stop.abort();
  expect(await call).toBe('cancelled');
  await Promise.all(closed);
  expect((await server.ask('web_fetch', { urls: [`${site?.url}/quick`] })).results[0].title).toBe('Quick');
});

test('a crawl that the client cancels stops asking', async () => {
  const pages = { '/': page(article('Start', { links: ['/a', '/b', '/c', '/d'] })), '*': silent() };
  await using web = await withLoopbackSites(pages);
  const [site] = web.sites;
  await using server = await spawnWeb(web.env);
  const stop = new AbortController();
  const call = server.call('web_crawl', { url: `${site?.url}/` }, { signal: stop.signal }).catch(() => 'cancelled');
  const requests = await Promise.all([site?.arrived('/a'), site?.arrived('/b')]);
  const closed = requests.map((request) => new Promise((resolve) => request?.socket.once('close', resolve)));
  stop.abort();
  expect(await call).toBe('cancelled');
  await Promise.all(closed);
  expect(site?.asked).toEqual(['/', '/a', '/b']);
});

test('the end of its input ends the server while requests run, and closes their connections', async () => {
  await using web = await withLoopbackSites({ '/': silent() });
  const [site] = web.sites;
  const server = await spawnWeb(web.env);
  const call = server.call('web_fetch', { urls: [`${site?.url}/`] }).catch(() => 'gone');
  const request = await site?.arrived('/');
  const closed = new Promise((resolve) => request?.socket.once('close', resolve));
  await server[Symbol.asyncDispose]();
  await Promise.all([call, closed]);
  expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
});

test('two servers read the same site beside each other', async () => {
  const both = barrier(2);
  await using web = await withLoopbackSites({ '/0': both[0] ?? silent(), '/1': both[1] ?? silent() });
  const [site] = web.sites;
  await using one = await spawnWeb(web.env);
  await using two = await spawnWeb(web.env);
  const answers = await Promise.all(
    [one, two].map((server, n) => server.call('web_fetch', { urls: [`${site?.url}/${n}`] })),
  );
  expect(answers.map(textOf).every((text) => text.includes('Section 1'))).toBe(true);
});

test('a site that is not opened is refused, whatever leads to it', async () => {
  await using closed = await withLoopbackSites({ '/': page('secret') });
  const inside = closed.sites[0]?.url ?? '';
  await using web = await withLoopbackSites({
    '/to': page('', { status: 302, headers: { location: inside } }),
    '/robots.txt': page(`User-agent: *\nSitemap: ${inside}/map.xml`, { type: 'text/plain' }),
  });
  const [site] = web.sites;
  await using server = await spawnWeb(web.env);
  for (const [tool, args] of [
    ['web_fetch', { urls: [`${inside}/`] }],
    ['web_fetch', { urls: [`${site?.url}/to`] }],
    ['web_crawl', { url: `${inside}/` }],
    ['web_sitemap', { url: `${inside}/`, other_hosts: true }],
    ['web_sitemap', { url: `${site?.url}/`, other_hosts: true }],
  ] as const) {
    const answer = await server.call(tool, args);
    expect(textOf(answer), tool).toMatch(/refused/i);
    expect(textOf(answer)).not.toContain('secret');
  }
  expect(closed.sites[0]?.asked).toEqual([]);
});

test('a crawl tells how far it is while it runs', async () => {
  const told = Promise.withResolvers<unknown>();
  await using web = await withLoopbackSites({
    '/': page(article('Start', { links: ['/next'] })),
    '/next': async (request, response) => {
      await told.promise;
      await page(article('Next'))(request, response);
    },
  });
  const [site] = web.sites;
  await using server = await spawnWeb(web.env);
  const crawled = server.ask('web_crawl', { url: `${site?.url}/` }, { onprogress: told.resolve });
  expect(await told.promise).toMatchObject({ progress: 1, message: `${site?.url}/` });
  expect((await crawled).pages).toHaveLength(2);
});
