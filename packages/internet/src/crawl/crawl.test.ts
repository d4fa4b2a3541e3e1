import { NotFoundError, RateLimitError } from '@mcp-servers/core';
import { fakeClock } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import type { ReadDocument, WebDocument } from '../read/document.ts';
import { createCrawl } from './crawl.ts';
import { createCrawls } from './crawls.ts';

const signal = new AbortController().signal;
const start = new URL('https://www.site.test/');
const rules = { host: 'site.test', include: [], exclude: [], maxDepth: 5 };
const all = { pages: 100, seconds: 100, bytes: 1_000_000 };

/** Reads from a table of addresses and the links of each. */
function reader(site: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const read: ReadDocument = async ({ url }) => {
    asked.push(url);
    const links = site[url];
    if (links === undefined) throw new NotFoundError(`${url} answered with HTTP 404.`);
    return {
      ...{ requested: url, url, kind: 'html', mode: 'article', facts: { title: url }, notes: [], bytes: 1000 },
      blocks: [{ kind: 'paragraph', text: `Text of ${url} about the moon.`, headings: [] }],
      links: links.map((link) => ({
        url: new URL(link, url).href,
        rel: link.includes('nofollow') ? ['nofollow'] : [],
      })),
    } satisfies WebDocument;
  };
  return { read, asked };
}

const site = {
  'https://www.site.test/': ['/a', '/b', '/a#part', 'https://other.test/x', '/film.mp4', '/nofollow'],
  'https://www.site.test/a': ['/c', '/', '/a?utm_source=x'],
  'https://www.site.test/b': ['/c', '/missing'],
  'https://www.site.test/c': ['/d'],
  'https://www.site.test/d': [],
};

test('every page of the site is read once, breadth first; other sites, files and nofollow are not', async () => {
  const { read, asked } = reader(site);
  const crawl = createCrawl(start, rules, { read, robots: undefined, clock: fakeClock() });
  const step = await crawl.step(all, { signal });
  expect(step.stopped).toBe('done');
  expect(step.pages.map(({ document, depth }) => [document.url, depth])).toEqual([
    ['https://www.site.test/', 0],
    ['https://www.site.test/a', 1],
    ['https://www.site.test/b', 1],
    ['https://www.site.test/c', 2],
    ['https://www.site.test/d', 3],
  ]);
  expect(step.failed.map(({ url }) => url)).toEqual(['https://www.site.test/missing']);
  expect(asked).toHaveLength(new Set(asked).size);
  expect(crawl.skipped()).toEqual({ other_site: 1, not_text: 1, nofollow: 1 });
});

test('a step ends at its limit of pages, and the next goes on without repeating', async () => {
  const { read, asked } = reader(site);
  const crawl = createCrawl(start, rules, { read, robots: undefined, clock: fakeClock() });
  const first = await crawl.step({ ...all, pages: 2 }, { signal });
  expect(first).toMatchObject({ stopped: 'max_pages' });
  expect(first.pages).toHaveLength(2);
  expect((await crawl.step({ ...all, pages: 1 }, { signal })).pages).toHaveLength(1);
  const second = await crawl.step(all, { signal });
  expect(second.pages).toHaveLength(2);
  expect(asked).toHaveLength(new Set(asked).size);
});

test('limits of depth and bytes, and filters of paths, hold', async () => {
  const { read } = reader(site);
  const options = { read, robots: undefined, clock: fakeClock() };
  const shallow = await createCrawl(start, { ...rules, maxDepth: 1 }, options).step(all, { signal });
  expect(shallow.pages).toHaveLength(3);
  const light = await createCrawl(start, rules, options).step({ ...all, bytes: 2500 }, { signal });
  expect(light.stopped).toBe('max_bytes');
  const only = await createCrawl(start, { ...rules, include: ['/a*', '/c'] }, options).step(all, { signal });
  expect(only.pages.map(({ document }) => new URL(document.url).pathname)).toEqual(['/', '/a', '/c']);
  const without = await createCrawl(start, { ...rules, exclude: ['/a', '/b'] }, options).step(all, { signal });
  expect(without.pages).toHaveLength(1);
});

test('the delay that robots.txt asks for is kept between requests, and ends a step that has no time for it', async () => {
  const clock = fakeClock();
  const times: number[] = [];
  const { read } = reader(site);
  const robots = { check: async () => ({ allowed: true, why: '', crawlDelay: 5 }) };
  const timed: ReadDocument = (request) => {
    times.push(clock.now() / 1000);
    return read(request);
  };
  const crawl = createCrawl(start, rules, { read: timed, robots, clock });
  const stepping = crawl.step({ ...all, seconds: 12 }, { signal });
  await clock.advance(100_000);
  const step = await stepping;
  expect(times).toEqual([0, 5, 10]);
  expect(step).toMatchObject({ stopped: 'max_seconds' });
});

test('a step that is cancelled loses nothing', async () => {
  const stop = new AbortController();
  const { read } = reader(site);
  const cancelling: ReadDocument = async (request) => {
    if (request.url.endsWith('/b')) stop.abort();
    request.signal.throwIfAborted();
    return read(request);
  };
  const crawl = createCrawl(start, rules, { read: cancelling, robots: undefined, clock: fakeClock() });
  await expect(crawl.step(all, { signal: stop.signal })).rejects.toThrow();
  const urls = (await crawl.step(all, { signal })).pages.map(({ document }) => document.url);
  expect(urls.toSorted()).toEqual(Object.keys(site).toSorted());
});

const request = { depth: 5, max_pages: 2, max_seconds: 60, url: start.href };

test('a crawl goes on with its cursor, answers the question, and is over when nothing is left', async () => {
  const { read } = reader(site);
  const crawls = createCrawls({ read, robots: undefined, clock: fakeClock(), maxBytes: 1_000_000 });
  const call = { signal, maxChars: 20_000 };
  const first = await crawls.run({ ...request, question: 'moon' }, call);
  expect(first.pages[0]?.passages?.[0]?.text).toContain('about the moon');
  const { depth, max_seconds } = request;
  const rest = await crawls.run({ depth, max_seconds, max_pages: 50, cursor: first.next_cursor }, call);
  expect(rest).toMatchObject({ stopped: 'done', waiting: 0 });
  expect(rest.next_cursor).toBeUndefined();
  expect(rest.pages[0]?.passages).toBeDefined();
  await expect(crawls.run({ ...request, url: undefined, cursor: first.next_cursor }, call)).rejects.toThrow(
    'forgotten',
  );
});

test('an answer keeps to its budget, and the pages that did not fit come with the next', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 80 }, (_, n) => [
      n === 0 ? start.href : `${start.href}p${n}`,
      n === 0 ? Array.from({ length: 79 }, (_, m) => `/p${m + 1}`) : [],
    ]),
  );
  const crawls = createCrawls({ read: reader(many).read, robots: undefined, clock: fakeClock(), maxBytes: 1_000_000 });
  const answer = await crawls.run({ ...request, max_pages: 100 }, { signal, maxChars: 5000 });
  expect(answer).toMatchObject({ truncated: true, stopped: 'done' });
  expect(JSON.stringify(answer.pages).length).toBeLessThan(6000);
  const urls = new Set(answer.pages.map(({ url }) => url));
  for (let cursor = answer.next_cursor; cursor !== undefined; ) {
    const more = await crawls.run({ ...request, url: undefined, max_pages: 100, cursor }, { signal, maxChars: 5000 });
    for (const { url } of more.pages) urls.add(url);
    cursor = more.next_cursor;
  }
  expect(urls.size).toBe(80);
});

test.each([
  [{ url: undefined }, 'url'],
  [{ url: 'nonsense' }, 'no address'],
  [{ url: 'ftp://site.test/' }, 'no address'],
])('%j is refused', async (wrong, words) => {
  const crawls = createCrawls({ read: reader({}).read, robots: undefined, clock: fakeClock(), maxBytes: 1 });
  await expect(crawls.run({ ...request, ...wrong }, { signal, maxChars: 5000 })).rejects.toThrow(words);
});

test('with a question the pages that answer it come first, wherever they were found', async () => {
  const links = Array.from({ length: 40 }, (_, n) => `/p${n}`);
  const { read } = reader({
    [start.href]: links,
    ...Object.fromEntries(links.map((path) => [start.origin + path, []])),
  });
  const special: ReadDocument = async (asked) => {
    const document = await read(asked);
    if (!asked.url.endsWith('/p37')) return document;
    return { ...document, blocks: [{ kind: 'paragraph', text: 'The zeppelin landed at noon.', headings: [] }] };
  };
  const crawls = createCrawls({ read: special, robots: undefined, clock: fakeClock(), maxBytes: 1_000_000 });
  const answer = await crawls.run(
    { ...request, max_pages: 50, question: 'When did the zeppelin land?' },
    { signal, maxChars: 2500 },
  );
  expect(answer.pages[0]).toMatchObject({
    url: `${start.origin}/p37`,
    passages: [{ text: 'The zeppelin landed at noon.' }],
  });
  expect(answer.pages.length + (answer.without_match ?? 0)).toBe(41);
  expect(answer.waiting).toBe(0);
});

test('where the site or a limit asks to wait, the crawl waits and goes on', async () => {
  const clock = fakeClock();
  const { read } = reader(site);
  let refused = 0;
  const busy: ReadDocument = async (asked) => {
    if (clock.now() < 20_000 && asked.url.endsWith('/b')) {
      refused += 1;
      throw new RateLimitError('Slowly.', { retryAfterSeconds: 20 });
    }
    return read(asked);
  };
  const crawl = createCrawl(start, rules, { read: busy, robots: undefined, clock });
  const stepping = crawl.step(all, { signal });
  await clock.advance(100_000);
  const step = await stepping;
  expect(step.pages).toHaveLength(5);
  expect(refused).toBe(1);
});

test('two pages are read at the same time, from the first page that has links', async () => {
  const { read } = reader(site);
  const both = Promise.withResolvers<void>();
  let running = 0;
  const together: ReadDocument = async (request) => {
    if (/\/[ab]$/.test(request.url)) {
      running += 1;
      if (running === 2) both.resolve();
      await both.promise;
    }
    return read(request);
  };
  const crawl = createCrawl(start, rules, { read: together, robots: undefined, clock: fakeClock() });
  expect((await crawl.step(all, { signal })).pages).toHaveLength(5);
});
