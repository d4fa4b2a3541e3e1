import { gzipSync } from 'node:zlib';
import { page, runToEnd, type SiteAnswer, speakers, textOf } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { column, makePdf } from '../src/documents/pdf/make-pdf.fixture.ts';
import { article } from '../src/internet.fixture.ts';
import { tools } from '../src/tools/index.ts';
import { withLoopbackSites } from './loopback-sites.fixture.ts';
import { main, spawnWeb } from './spawn.fixture.ts';

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>/</link>
  <item><title>First</title><link>/1</link><description>About it</description></item></channel></rss>`;
const table = `<!doctype html><title>Table</title><body><main><h1>Rivers</h1><p>Some rivers, with their lengths in kilometres, as a table.</p>
  <table><tr><th>Name</th><th>Length</th></tr><tr><td>Nile</td><td>6650</td></tr><tr><td>Rhine</td><td>1233</td></tr></table></main>`;
const xml = (body: string) => `<?xml version="1.0"?>${body}`;

const pages = {
  '/': page(article('Start', { links: ['/rivers', '/lakes'] })),
  '/rivers': page(article('Rivers', { links: ['/lakes', '/deep'] })),
  '/lakes': page(article('Lakes')),
  '/deep': page(article('Deep')),
  '/paper.pdf': page(Buffer.from(makePdf([column(['The moon is made of rock.']), column(['Second page of it.'])])), {
    type: 'application/pdf',
  }),
  '/feed': page(rss, { type: 'application/rss+xml' }),
  '/data.json': page('{"name":"Nile","length":[6650]}', { type: 'application/json' }),
  '/table': page(table),
  '/robots.txt': page('User-agent: *\nDisallow: /private\nSitemap: /map.xml.gz', { type: 'text/plain' }),
  '/private': page(article('Private')),
  '/map.xml.gz': page(
    gzipSync(
      xml('<urlset><url><loc>/rivers</loc></url><url><loc>/lakes</loc><lastmod>2026-02-03</lastmod></url></urlset>'),
    ),
    { type: 'application/gzip' },
  ),
};

for (const as of speakers) {
  test(`every tool answers a client that speaks ${as}`, async () => {
    let found: string[] = [];
    const search: SiteAnswer = (request, response) => {
      const results = found.map((url) => ({ url, title: `About ${url}`, content: 'What it says.', engine: 'test' }));
      return page(JSON.stringify({ query: '', results, unresponsive_engines: [] }), { type: 'application/json' })(
        request,
        response,
      );
    };
    await using web = await withLoopbackSites(pages, { '/search': search });
    const [host = '', searx = ''] = web.sites.map(({ url }) => url);
    found = ['/rivers', '/gone', '/lakes'].map((path) => host + path);
    const env = { ...web.env, SEARXNG_URL: searx };
    await using server = await spawnWeb(env, { as });

    const listed = await server.tools();
    expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    for (const { annotations } of listed) expect(annotations).toMatchObject({ readOnlyHint: true });

    const urls = ['/rivers', '/paper.pdf', '/feed', '/data.json', '/table', '/gone', '/private'].map((p) => host + p);
    const fetched = await server.call('web_fetch', { urls });
    const { results } = fetched.structuredContent as { results: { kind?: string; content?: string; error?: object }[] };
    expect(results.map(({ kind }) => kind)).toEqual(['html', 'pdf', 'feed', 'json', 'html', undefined, undefined]);
    const words = ['Section 2', 'made of rock', 'About it', '"length"', '| Nile'];
    for (const [n, word] of words.entries()) expect(results[n]?.content).toContain(word);
    expect(results[5]?.error).toMatchObject({ code: 'not_found' });
    expect(results[6]?.error).toMatchObject({ code: 'validation' });
    expect(textOf(fetched)).toContain('<<untrusted ');

    const asked = await server.ask('web_fetch', { urls: [`${host}/rivers`], question: 'What is number 2 about?' });
    expect(asked.results[0].passages[0].text).toContain('Number 2');
    const onlyTables = await server.ask('web_fetch', { urls: [`${host}/table`], mode: 'tables' });
    expect(onlyTables.results[0].content).toContain('| Rhine | 1233 |');

    const map = await server.ask('web_sitemap', { url: host });
    expect(map).toMatchObject({ total: 2, robots: { allowed: true } });
    expect(map.entries).toContainEqual({ url: `${host}/lakes`, last_modified: '2026-02-03' });

    const first = await server.ask('web_crawl', { url: `${host}/`, max_pages: 2 });
    expect(first).toMatchObject({ stopped: 'max_pages', next_cursor: expect.any(String) });
    const rest = await server.ask('web_crawl', { cursor: first.next_cursor });
    expect(rest.stopped).toBe('done');
    const crawled = [...first.pages, ...rest.pages].map(({ url }: { url: string }) => url.slice(host.length));
    expect(crawled.toSorted()).toEqual(['/', '/deep', '/lakes', '/rivers']);

    const searched = await server.ask('web_search', { query: 'rivers' });
    expect(searched.results.map(({ url }: { url: string }) => url)).toEqual(found);
    const answer = await server.ask('web_search_and_fetch', { query: 'what is number 3 about', pages: 2 });
    expect(answer.pages.map(({ not_read }: { not_read?: string }) => not_read === undefined)).toEqual([
      true,
      false,
      true,
    ]);
    expect(JSON.stringify(answer.pages)).toContain('Number 3');

    const status = await server.ask('web_status');
    expect(status).toMatchObject({
      policy: { robots_txt: 'honoured' },
      pages: { copies: { entries: expect.any(Number) } },
    });
    const unknown = await server.call('web_nothing').then(textOf, String);
    expect(unknown).toMatch(/web_nothing/);
    expect(server.stderr()).not.toMatch(/uncaught|unhandled|internal/i);
  });
}

const runWith = (options: readonly string[], env?: Record<string, string>) => runToEnd(main(), options, env);

test('asked for its version or help it answers and ends', async () => {
  expect(await runWith(['--version'])).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const { status, out } = await runWith(['--help']);
  expect(status).toBe(0);
  for (const name of ['WEB_ALLOW_PRIVATE', 'SEARXNG_URL', 'WEB_TIMEOUT_S']) expect(out).toContain(name);
  expect(await runWith(['--port'])).toMatchObject({ status: 2, out: '', err: expect.stringContaining("'--port'") });
});

test.each([
  [{ WEB_TIMEOUT_S: 'soon' }, 'WEB_TIMEOUT_S'],
  [{ WEB_MAX_BYTES: '1' }, 'WEB_MAX_BYTES'],
  [{ WEB_PORTS: '80,99999' }, 'WEB_PORTS'],
  [{ WEB_ALLOW_PRIVATE: 'intranet' }, 'WEB_ALLOW_PRIVATE'],
  [{ WEB_DENY_DOMAINS: 'http://example.com/' }, 'WEB_DENY_DOMAINS'],
  [{ WEB_USER_AGENT: 'bot\u00e9' }, 'WEB_USER_AGENT'],
  [{ WEB_TOOLSETS: 'serach' }, 'serach'],
  [{ SEARXNG_URL: 'searx.lan' }, 'SEARXNG_URL'],
] as [Record<string, string>, string][])('%j stops the start with a sentence that names it', async (env, word) => {
  const { status, out, err } = await runWith([], env);
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(err).toContain(word);
  expect(err).not.toMatch(/^\s+at /m);
});
