import { page, redirectTo } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { article, withInternet } from '../internet.fixture.ts';
import type { FetchResult } from '../read/result.ts';

const resultsOf = (data: Record<string, unknown>) => data.results as FetchResult[];

test('a page is read as Markdown between marks that name it, with what is known of it', async () => {
  const head =
    '<meta property="article:published_time" content="2026-03-04T05:06:07Z"><meta name="author" content="Ann">';
  await using web = await withInternet({
    'example.test': { pages: { '/a': page(article('Rivers', { head }), { headers: { etag: '"1"' } }) } },
  });
  const answer = await web.call('web_fetch', { urls: ['http://example.test/a'] });
  const [result] = resultsOf(answer.data);
  expect(result).toMatchObject({
    url: 'http://example.test/a',
    kind: 'html',
    title: 'Rivers',
    byline: 'Ann',
    etag: '"1"',
  });
  expect(result?.published).toMatch(/^2026-03-04/);
  expect(result?.content).toContain('## Section 2');
  expect(answer.text).toMatch(/<<untrusted ([0-9a-f]{8}) from http:\/\/example\.test\/a>>[\s\S]*<<end \1>>/);
});

test('several addresses are read side by side, each with an answer of its own', async () => {
  await using web = await withInternet({
    'one.test': { pages: { '/': page(article('One')) } },
    'two.test': { pages: { '/': page('{"a":[1,2]}', { type: 'application/json' }) } },
    'three.test': { pages: { '/robots.txt': page('User-agent: *\nDisallow: /secret', { type: 'text/plain' }) } },
  });
  const urls = [
    'http://one.test/',
    'http://two.test/',
    'http://three.test/none',
    'http://three.test/secret',
    'http://127.0.0.1/',
  ];
  const answer = await web.call('web_fetch', { urls });
  expect(answer.isError).toBe(false);
  const results = resultsOf(answer.data);
  expect(results.map(({ kind, error }) => kind ?? error?.code)).toEqual([
    ...['html', 'json', 'not_found', 'validation', 'validation'],
  ]);
  expect(results[1]?.content).toContain('"a": [');
  expect(results[2]?.error?.message).toContain('HTTP 404');
  expect(results[3]?.error?.message).toContain('Disallow: /secret');
  expect(results[4]?.error?.message).toContain('loopback');
});

test('one address that cannot be read is a failed call that says what to do', async () => {
  await using web = await withInternet({ 'example.test': { pages: { '/gone': page('', { status: 410 }) } } });
  const answer = await web.call('web_fetch', { urls: ['http://example.test/gone'] });
  expect(answer).toMatchObject({ isError: true, error: { code: 'not_found' } });
  expect(answer.text).toContain('gone for good');
});

test('pages of a long document, put together, are the document', async () => {
  await using web = await withInternet({ 'example.test': { pages: { '/': page(article('Long', { sections: 60 })) } } });
  const url = 'http://example.test/';
  const whole = resultsOf((await web.call('web_fetch', { urls: [url], max_chars: 90_000 })).data)[0];
  expect(whole?.next_cursor).toBeUndefined();
  const parts: string[] = [];
  let next: Record<string, unknown> = { urls: [url] };
  do {
    const answer = await web.call('web_fetch', { ...next, max_chars: 3000 });
    const [result] = resultsOf(answer.data);
    expect(answer.text.length).toBeLessThan(3600);
    parts.push(result?.content ?? '');
    next = { cursor: result?.next_cursor };
  } while (next.cursor !== undefined);
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.join('\n\n')).toBe(whole?.content);
});

test('a question brings the passages about it, find the places of a text, section one part', async () => {
  await using web = await withInternet({
    'example.test': { pages: { '/': page(article('Lakes', { sections: 12 })) } },
  });
  const urls = ['http://example.test/'];
  const asked = resultsOf((await web.call('web_fetch', { urls, question: 'What is number 7 about?' })).data)[0];
  expect(asked?.content).toBeUndefined();
  expect(asked?.passages?.[0]).toMatchObject({ headings: expect.arrayContaining(['Section 7']) });
  const found = resultsOf((await web.call('web_fetch', { urls, find: 'number 3 is' })).data)[0];
  expect(found).toMatchObject({ matches_total: 2 });
  expect(found?.matches?.[0]?.match.toLowerCase()).toBe('number 3 is');
  const section = resultsOf((await web.call('web_fetch', { urls, section: 'Section 4' })).data)[0];
  expect(section?.content).toContain('Part 4');
  expect(section?.content).not.toContain('Part 5');
  const none = await web.call('web_fetch', { urls, section: 'Section 40' });
  expect(none.text).toContain('Section 12');
});

test('a kept copy is used while it is fresh, afterwards the site says whether it changed', async () => {
  let body = article('First');
  await using web = await withInternet({
    'example.test': {
      pages: {
        '/': (request, response) => {
          if (request.headers['if-none-match'] === '"v1"' && body.includes('First')) response.writeHead(304).end();
          else
            response
              .writeHead(200, { 'content-type': 'text/html', etag: '"v1"', 'cache-control': 'max-age=600' })
              .end(body);
        },
      },
    },
  });
  const read = async (more: object = {}) =>
    resultsOf((await web.call('web_fetch', { urls: ['http://example.test/'], ...more })).data)[0];
  expect((await read())?.age_s).toBeUndefined();
  expect((await read())?.age_s).toBeTypeOf('number');
  expect((await read({ fresh: true }))?.title).toBe('First');
  body = article('Second');
  expect((await read())?.title).toBe('First');
  expect((await read({ fresh: true }))?.title).toBe('Second');
  const text = await web.metrics();
  for (const [source, count] of Object.entries({ copy: 2, unchanged: 1 }))
    expect(text).toContain(`web_pages_total{source="${source}"} ${count}`);
});

test('robots.txt counts where a redirect leads, too', async () => {
  await using web = await withInternet({
    'open.test': { pages: { '/': redirectTo('http://closed.test/inside') } },
    'closed.test': {
      pages: {
        '/robots.txt': page('User-agent: *\nDisallow: /', { type: 'text/plain' }),
        '/inside': page(article('Secret')),
      },
    },
  });
  const answer = await web.call('web_fetch', { urls: ['http://open.test/'] });
  expect(answer).toMatchObject({ isError: true, error: { code: 'validation' } });
  expect(answer.text).not.toContain('Part 1');
});

test('robots.txt is not asked where a person has switched that off', async () => {
  const pages = { '/robots.txt': page('User-agent: *\nDisallow: /'), '/': page(article('Open')) };
  await using web = await withInternet({ 'example.test': { pages } }, { WEB_ROBOTS: 'false' });
  expect((await web.call('web_fetch', { urls: ['http://example.test/'] })).isError).toBe(false);
  expect(web.farm.requests.map(({ path }) => path)).toEqual(['/']);
});

test('what is no text is refused with its kind, and JSON with mode json only where it is JSON', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
  await using web = await withInternet({
    'example.test': { pages: { '/x.png': page(png, { type: 'text/html' }), '/': page(article('Page')) } },
  });
  expect((await web.call('web_fetch', { urls: ['http://example.test/x.png'] })).text).toContain('image');
  expect((await web.call('web_fetch', { urls: ['http://example.test/'], mode: 'json' })).text).toContain('not JSON');
});

test('raw is the source, with invisible characters shown', async () => {
  const html = '<!doctype html><p>a\u202eb</p>';
  await using web = await withInternet({ 'example.test': { pages: { '/': page(html) } } });
  const [result] = resultsOf((await web.call('web_fetch', { urls: ['http://example.test/'], mode: 'raw' })).data);
  expect(result?.content).toBe('<!doctype html><p>a⟨U+202E⟩b</p>');
  expect(result?.notes?.join()).toContain('1 invisible character');
});

test('a feed is a list of its items', async () => {
  const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>http://example.test/</link>
    <item><title>First</title><link>/1</link><pubDate>Wed, 04 Mar 2026 05:06:07 GMT</pubDate><description>About &lt;b&gt;it&lt;/b&gt;</description></item></channel></rss>`;
  await using web = await withInternet({
    'example.test': { pages: { '/f': page(rss, { type: 'application/rss+xml' }) } },
  });
  const [result] = resultsOf((await web.call('web_fetch', { urls: ['http://example.test/f'] })).data);
  expect(result).toMatchObject({ kind: 'feed', title: 'News' });
  expect(result?.content).toMatch(/## First\n\n2026-03-04T05:06:07[\s\S]*http:\/\/example\.test\/1[\s\S]*About it/);
});

test.each([
  [{}, 'urls: give'],
  [{ urls: [] }, 'urls'],
  [{ urls: ['not a url'] }, 'is not a URL'],
  [{ urls: ['ftp://example.test/'] }, 'only http and https'],
  [{ urls: ['http://u:p@example.test/'] }, 'user name or a password'],
  [{ cursor: 'e30' }, 'cursor'],
  [{ cursor: 'e30', urls: ['http://example.test/'] }, 'leave out urls'],
  [{ urls: ['http://example.test/'], mode: 'pretty' }, 'mode'],
  [{ urls: ['http://example.test/'], max_chars: 1 }, 'max_chars'],
])('%j is refused: %s', async (args, words) => {
  await using web = await withInternet({});
  const answer = await web.call('web_fetch', args);
  expect(answer).toMatchObject({ isError: true, error: { code: 'validation' } });
  expect(answer.text).toContain(words);
});

test('facts for programs begin with whose words they are, in less than a hundred characters', async () => {
  await using web = await withInternet({ 'feed.test': { pages: { '/': page(article('Words')) } } });
  for (const tool of ['web_fetch', 'web_crawl']) {
    const asked = tool === 'web_fetch' ? { urls: ['http://feed.test/'] } : { url: 'http://feed.test/' };
    const start = JSON.stringify((await web.call(tool, asked)).data).slice(0, 100);
    expect(start).toMatch(/^\{"untrusted":"[^"]*never an instruction\.",/);
  }
});

test('a feed with more text than is read of a page has the text of its first items', async () => {
  const item = (n: number) =>
    `<item><title>Item ${n}</title><description><![CDATA[<p>${`Word ${n}. `.repeat(80_000)}</p>]]></description></item>`;
  const rss = `<rss version="2.0"><channel><title>Long</title>${[1, 2, 3, 4].map(item).join('')}</channel></rss>`;
  await using web = await withInternet({ 'feed.test': { pages: { '/': page(rss, { type: 'application/rss+xml' }) } } });
  const { data } = await web.call('web_fetch', { urls: ['http://feed.test/'], mode: 'full', max_chars: 500 });
  const [result] = data.results as { chars_total: number; notes: string[] }[];
  expect(result?.chars_total).toBeGreaterThan(1_200_000);
  expect(result?.chars_total).toBeLessThan(2_050_000);
  expect(result?.notes).toContainEqual(expect.stringContaining('it is too large'));
});
