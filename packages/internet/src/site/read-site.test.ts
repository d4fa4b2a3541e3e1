import { page } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { withInternet } from '../internet.fixture.ts';

const map = (...urls: string[]) =>
  page(`<?xml version="1.0"?><urlset>${urls.map((url) => `<url>${url}</url>`).join('')}</urlset>`, {
    type: 'application/xml',
  });
const text = (body: string) => page(body, { type: 'text/plain' });
const locs = (path: string, count: number) => Array.from({ length: count }, (_, n) => `<loc>${path}${n}</loc>`);

const sites = {
  'site.test': {
    pages: {
      '/robots.txt': text('User-agent: *\nDisallow: /hidden\nCrawl-delay: 3\nSitemap: /index.xml'),
      '/index.xml': page(
        '<sitemapindex><sitemap><loc>/docs.xml</loc></sitemap><sitemap><loc>/blog.xml</loc></sitemap><sitemap><loc>http://cdn.test/more.xml</loc></sitemap></sitemapindex>',
        { type: 'application/xml' },
      ),
      '/docs.xml': map(...locs('/docs/', 30)),
      '/blog.xml': map(
        '<loc>/blog/old</loc><lastmod>2020-01-01</lastmod>',
        '<loc>/blog/new</loc><lastmod>2026-03-01</lastmod>',
      ),
    },
  },
  'cdn.test': { pages: { '/more.xml': map('<loc>http://site.test/more</loc>', '<loc>http://cdn.test/own</loc>') } },
  'bare.test': { pages: { '/': page('<p>Nothing here.</p>') } },
};
type Entry = { url: string; other_host?: boolean };

test('all pages of an answer, put together, are the sitemaps, each address once', async () => {
  await using web = await withInternet(sites);
  const seen: string[] = [];
  let args: Record<string, unknown> = { url: 'http://site.test/', limit: 7 };
  for (;;) {
    const { data } = await web.call('web_sitemap', args);
    expect(data.total).toBe(32);
    seen.push(...(data.entries as Entry[]).map(({ url }) => url));
    if (data.next_cursor === undefined) break;
    args = { cursor: data.next_cursor, limit: 7 };
  }
  expect(seen).toHaveLength(32);
  expect(new Set(seen).size).toBe(32);
  // The files are read once, and pages of an answer use what was kept.
  expect(web.farm.requests.filter(({ path }) => path === '/docs.xml')).toHaveLength(1);
});

test('the path and the date choose, and the cursor goes on choosing', async () => {
  await using web = await withInternet(sites);
  const ask = async (more: object) => (await web.call('web_sitemap', { url: 'http://site.test/', ...more })).data;
  expect((await ask({ path: '/docs/1' })).total).toBe(11);
  expect((await ask({ path: '*new*' })).entries).toEqual([
    { url: 'http://site.test/blog/new', last_modified: '2026-03-01' },
  ]);
  expect((await ask({ since: '2025-01-01', path: '/blog' })).total).toBe(1);
  const first = await ask({ path: '/docs/1', limit: 6 });
  const { data } = await web.call('web_sitemap', { cursor: first.next_cursor });
  expect((data.entries as Entry[]).every(({ url }) => url.includes('/docs/1'))).toBe(true);
  expect(data.entries).toHaveLength(5);
});

test('other hosts are named and not read, unless asked for', async () => {
  await using web = await withInternet(sites);
  const own = (await web.call('web_sitemap', { url: 'http://site.test/' })).data;
  expect(own.problems).toEqual([expect.stringContaining('cdn.test/more.xml is on another host')]);
  expect(web.farm.lookups('cdn.test')).toBe(0);
  const all = (await web.call('web_sitemap', { url: 'http://site.test/', other_hosts: true })).data;
  expect(all.total).toBe(34);
  expect((all.entries as Entry[]).filter(({ other_host }) => other_host)).toEqual([
    { url: 'http://cdn.test/own', other_host: true },
  ]);
});

test('what robots.txt says of the address is part of the answer', async () => {
  await using web = await withInternet(sites);
  const robots = async (url: string) => (await web.call('web_sitemap', { url })).data.robots;
  expect(await robots('http://site.test/hidden/page')).toMatchObject({ allowed: false, crawl_delay_s: 3 });
  expect(await robots('http://site.test/docs.xml')).toMatchObject({ allowed: true });
});

test('an answer keeps to its budget, and a site without a sitemap is a failed call that names the next one', async () => {
  await using web = await withInternet(sites);
  const small = await web.call('web_sitemap', { url: 'http://site.test/', max_chars: 500 });
  expect(small.text.length).toBeLessThan(1_100);
  expect(small.data.next_cursor).toBeTypeOf('string');
  const none = await web.call('web_sitemap', { url: 'http://bare.test/' });
  expect(none).toMatchObject({ isError: true, error: { code: 'not_found' } });
  expect(none.text).toContain('Crawl the site');
  for (const args of [{}, { url: 'site.test' }, { url: 'http://site.test/', since: 'May' }, { cursor: 'e30' }])
    expect(await web.call('web_sitemap', args)).toMatchObject({ isError: true, error: { code: 'validation' } });
});

test('a limit kept here, or a site that is down, is told as what it is and not as a site without a sitemap', async () => {
  const down = page('Down.', { status: 503 });
  await using web = await withInternet(
    {
      'busy.test': { pages: { '/': page('<p>Nothing here.</p>') } },
      'down.test': { pages: { '/sitemap.xml': down, '/sitemap_index.xml': down } },
      'closed.test': { pages: { '/sitemap.xml': page('No.', { status: 403 }) } },
    },
    { WEB_HOST_CALLS_PER_MINUTE: '5' },
  );
  const codeOf = async (host: string) => (await web.call('web_sitemap', { url: `http://${host}/` })).error?.code;
  // robots.txt and two guesses, then two more requests.
  expect(await codeOf('busy.test')).toBe('not_found');
  for (const path of ['a.xml', 'b.xml']) await web.call('web_sitemap', { url: `http://busy.test/${path}` });
  const refused = await web.call('web_sitemap', { url: 'http://busy.test/' });
  expect(refused).toMatchObject({ isError: true, error: { code: 'rate_limit', retryable: true } });
  expect(await codeOf('down.test')).toBe('unavailable');
  expect(await codeOf('closed.test')).toBe('auth');
});
