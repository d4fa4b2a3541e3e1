import { CancelledError, NetworkError, RateLimitError } from '@mcp-servers/core';
import { describe, expect, it } from 'vitest';
import type { FetchPage } from '../fetch/fetched.ts';
import { createRobots } from './robots.ts';

const signal = new AbortController().signal;
const hour = 3_600_000;

interface Site {
  status?: number;
  body?: string | Uint8Array;
  headers?: Record<string, string>;
  fails?: Error;
}

function setUp(site: Site = {}, options: { maxOrigins?: number } = {}) {
  let now = 0;
  const asked: string[] = [];
  const fetch: FetchPage = async ({ url }) => {
    asked.push(url);
    if (site.fails) throw site.fails;
    const body = typeof site.body === 'string' ? new TextEncoder().encode(site.body) : (site.body ?? new Uint8Array());
    const headers = new Headers(site.headers);
    return { requested: url, url, redirects: [], status: site.status ?? 200, headers, body, fetchedAt: new Date(0) };
  };
  const robots = createRobots({
    fetch,
    userAgent: 'FooBot/2.1 (+https://foo.test)',
    clock: { now: () => now },
    ...options,
  });
  const allowed = async (path: string) => (await robots.check(`https://a.test${path}`, signal)).allowed;
  return { site, asked, robots, allowed, pass: (ms: number) => (now += ms) };
}

describe('the rules of RFC 9309', () => {
  it.each([
    ['nothing forbids', '', '/x', true],
    ['a forbidden beginning', 'User-agent: *\nDisallow: /private', '/private/a', false],
    ['an empty Disallow', 'User-agent: *\nDisallow:', '/x', true],
    ['the longest rule wins', 'User-agent: *\nDisallow: /a\nAllow: /a/b', '/a/b/c', true],
    ['its order does not count', 'User-agent: *\nAllow: /a/b\nDisallow: /a/b/c', '/a/b/c', false],
    ['Allow wins between equals', 'User-agent: *\nDisallow: /page\nAllow: /page', '/page', true],
    ['paths differ by case', 'User-agent: *\nDisallow: /A', '/a', true],
    ['a star', 'User-agent: *\nDisallow: /*/secret', '/x/y/secret/z', false],
    ['a star at the start', 'User-agent: *\nDisallow: *.gif', '/a/b.gif?x=1', false],
    ['an end', 'User-agent: *\nDisallow: /*.php$', '/index.php', false],
    ['not at the end', 'User-agent: *\nDisallow: /*.php$', '/index.php?a=1', true],
    ['a dollar inside is a character', 'User-agent: *\nDisallow: /a$b', '/a$bc', false],
    ['a coded star is a character', 'User-agent: *\nDisallow: /a%2Ab', '/axb', true],
    ['a coded star meets itself', 'User-agent: *\nDisallow: /a%2Ab', '/a*b', false],
    ['a coded letter', 'User-agent: *\nDisallow: /foo/bar/%62%61%7A', '/foo/bar/baz', false],
    ['codes in either case', 'User-agent: *\nDisallow: /%e3%83%84', '/ツ', false],
    ['characters outside ASCII', 'User-agent: *\nDisallow: /ツ', '/%E3%83%84', false],
    ['a coded slash is not a slash', 'User-agent: *\nDisallow: /a/b', '/a%2Fb', true],
    ['the query counts', 'User-agent: *\nDisallow: /search?q=', '/search?q=1', false],
    ['the agent in any case', 'User-Agent: FOOBOT\nDisallow: /', '/', false],
    ['a version in the file', 'User-agent: foobot/9\nDisallow: /', '/', false],
    ['a longer name is another agent', 'User-agent: foobotnews\nDisallow: /', '/', true],
    ['a shorter name is another agent', 'User-agent: foo\nDisallow: /', '/', true],
    ['its own group hides the one of all', 'User-agent: *\nDisallow: /\nUser-agent: foobot\nAllow: /', '/x', true],
    ['several agents share a group', 'User-agent: other\nUser-agent: foobot\nDisallow: /', '/', false],
    [
      'groups of one agent are one',
      'User-agent: foobot\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: foobot\nDisallow: /c',
      '/c',
      false,
    ],
    ['groups of all are one', 'User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /c', '/a', false],
    [
      'a Sitemap does not part agents',
      'User-agent: foobot\nSitemap: https://a.test/s.xml\nUser-agent: x\nDisallow: /',
      '/',
      false,
    ],
    ['unknown lines are skipped', 'User-agent: foobot\nNoindex: /\nhello\nDisallow: /p', '/p', false],
    ['empty lines do not end a group', 'User-agent: foobot\n\n\nDisallow: /p', '/p', false],
    ['rules before any agent are nobody\u2019s', 'Disallow: /\nUser-agent: foobot\nAllow: /', '/', true],
    ['a byte order mark', '\ufeffUser-agent: *\nDisallow: /', '/', false],
    ['other ends of lines', 'User-agent: *\rDisallow: /a\r\nDisallow: /b', '/b', false],
    ['comments', 'User-agent: * # all\nDisallow: /a # not /b', '/a', false],
    ['spaces', '  user-agent :  * \n  DISALLOW\t:   /a  ', '/a', false],
    ['a page instead of a file', '<html><body>Not found</body></html>', '/', true],
    [
      'names like those of objects',
      'User-agent: constructor\nDisallow: /\nUser-agent: __proto__\nDisallow: /',
      '/',
      true,
    ],
  ])('%s', async (...[, body, path, expected]) => {
    expect(await setUp({ body }).allowed(path)).toBe(expected);
  });

  it('always allows robots.txt itself, without asking', async () => {
    const { allowed, asked } = setUp({ body: 'User-agent: *\nDisallow: /' });
    expect(await allowed('/robots.txt')).toBe(true);
    expect(asked).toEqual([]);
  });

  it('names the rule, the reason and the delay', async () => {
    const { robots } = setUp({ body: 'User-agent: *\nCrawl-delay: 2.5\nDisallow: /p*' });
    expect(await robots.check('https://a.test/private', signal)).toEqual({
      allowed: false,
      rule: 'Disallow: /p*',
      why: 'robots.txt forbids it to every agent: "Disallow: /p*".',
      crawlDelay: 2.5,
    });
  });

  it.each(['-1', 'soon', ''])('ignores the delay %j', async (delay) => {
    const verdict = await setUp({ body: `User-agent: *\nCrawl-delay: ${delay}` }).robots.check(
      'https://a.test/',
      signal,
    );
    expect(verdict).not.toHaveProperty('crawlDelay');
  });

  it('resolves sitemaps and drops what is none', async () => {
    const body =
      'Sitemap: https://cdn.test/s.xml\nsitemap: /own.xml\nSitemap:\nSitemap: javascript:1\nSitemap: /own.xml';
    expect(await setUp({ body }).robots.sitemaps('https://a.test', signal)).toEqual([
      'https://cdn.test/s.xml',
      'https://a.test/own.xml',
    ]);
  });

  it('reads 512 KiB, and no half line at the cut', async () => {
    const rule = 'User-agent: *\nDisallow: /early\n';
    const filler = `#${'x'.repeat(512 * 1024 - rule.length - 12)}\nDisallow: /late-and-cut\nDisallow: /never`;
    const { allowed } = setUp({ body: rule + filler });
    expect([await allowed('/early'), await allowed('/la'), await allowed('/never')]).toEqual([false, true, true]);
  });

  it('reads lines made to be slow', async () => {
    const blank = ' '.repeat(200_000);
    const body = `User-agent${blank}x\nUser-agent: *\nDisallow: /a${blank}b\nDisallow: /c`;
    expect(await setUp({ body }).allowed('/c')).toBe(false);
  });

  it('decides quickly about patterns made to be slow', async () => {
    const body = `User-agent: *\n${`Disallow: /${'*a'.repeat(900)}b$\n`.repeat(200)}`;
    expect(await setUp({ body }).allowed(`/${'a'.repeat(1_900)}`)).toBe(true);
  });
});

describe('what the answer of the site means', () => {
  it.each([400, 401, 403, 404, 410, 451])('HTTP %i allows everything', async (status) => {
    expect(await setUp({ status, body: 'User-agent: *\nDisallow: /' }).allowed('/')).toBe(true);
  });

  it.each([500, 503, 429])('HTTP %i forbids everything, and is asked again after five minutes', async (status) => {
    const { robots, site, allowed, asked, pass } = setUp({ status });
    const { allowed: first, why } = await robots.check('https://a.test/', signal);
    expect(first).toBe(false);
    expect(why).toContain(`HTTP ${status}`);
    site.status = 404;
    expect(await allowed('/')).toBe(false);
    pass(5 * 60_000);
    expect(await allowed('/')).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('a site that cannot be reached forbids everything', async () => {
    const verdict = await setUp({ fails: new NetworkError('Connecting took more than 10 s.') }).robots.check(
      'https://a.test/',
      signal,
    );
    expect(verdict).toMatchObject({ allowed: false, why: expect.stringContaining('Connecting took more than 10 s.') });
  });

  it('what was known before an outage holds through it', async () => {
    const { site, allowed, pass } = setUp({ body: 'User-agent: *\nDisallow: /a' });
    await allowed('/');
    site.status = 503;
    for (let retry = 0; retry < 3; retry += 1) {
      pass(25 * hour);
      expect([await allowed('/a'), await allowed('/b')]).toEqual([false, true]);
    }
  });
});

describe('the cache', () => {
  it('asks once a day', async () => {
    const { allowed, asked, pass } = setUp();
    await allowed('/1');
    pass(24 * hour - 1);
    await allowed('/2');
    expect(asked).toEqual(['https://a.test/robots.txt']);
    pass(1);
    await allowed('/3');
    expect(asked).toHaveLength(2);
  });

  it('asks earlier when the site says so, never later', async () => {
    const short = setUp({ headers: { 'cache-control': 'public, max-age=3600' } });
    await short.allowed('/');
    short.pass(hour);
    await short.allowed('/');
    expect(short.asked).toHaveLength(2);
    const long = setUp({ headers: { 'cache-control': 'max-age=99999999' } });
    await long.allowed('/');
    long.pass(24 * hour);
    await long.allowed('/');
    expect(long.asked).toHaveLength(2);
  });

  it('keeps the origins used last', async () => {
    const { robots, asked } = setUp({}, { maxOrigins: 2 });
    for (const host of ['a', 'b', 'a', 'c', 'a', 'b']) await robots.check(`https://${host}.test/`, signal);
    expect(asked.map((url) => url.charAt(8))).toEqual(['a', 'b', 'c', 'b']);
  });

  it('lets all who ask at the same time share one fetch, and tells origins apart', async () => {
    const { robots, asked } = setUp();
    const urls = ['https://a.test/1', 'https://a.test/2', 'https://a.test:444/', 'http://a.test/'];
    await Promise.all(urls.map((url) => robots.check(url, signal)));
    expect(asked).toHaveLength(3);
  });

  it('a caller who leaves does not stop the others, the last one does', async () => {
    let stopped = false;
    const answer = Promise.withResolvers<void>();
    const fetch: FetchPage = async ({ url, signal: own }) => {
      own.addEventListener('abort', () => {
        stopped = true;
        answer.reject(new CancelledError());
      });
      await answer.promise;
      return {
        requested: url,
        url,
        redirects: [],
        status: 404,
        headers: new Headers(),
        body: new Uint8Array(),
        fetchedAt: new Date(0),
      };
    };
    const robots = createRobots({ fetch, userAgent: 'x', clock: { now: () => 0 } });
    const [first, second] = [new AbortController(), new AbortController()];
    const one = robots.check('https://a.test/', first.signal);
    const two = robots.check('https://a.test/', second.signal);
    first.abort();
    await expect(one).rejects.toThrow(CancelledError);
    expect(stopped).toBe(false);
    second.abort();
    await expect(two).rejects.toThrow(CancelledError);
    expect(stopped).toBe(true);
  });

  it('does not take the limit kept here for an outage of the site', async () => {
    const { site, robots, allowed } = setUp({ fails: new RateLimitError('Over the limit.') });
    await expect(robots.check('https://a.test/x', signal)).rejects.toThrow(RateLimitError);
    delete site.fails;
    expect(await allowed('/x')).toBe(true);
  });
});
