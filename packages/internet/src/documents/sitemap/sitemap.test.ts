import { gzipSync } from 'node:zlib';
import { NotFoundError, ValidationError } from '@mcp-servers/core';
import { describe, expect, it } from 'vitest';
import type { FetchPage } from '../../fetch/fetched.ts';
import { matchesGlob } from './filter.ts';
import { parseSitemap } from './parse.ts';
import { readSitemaps, type SitemapOptions } from './read-sitemaps.ts';

const signal = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);
const urlset = (...urls: string[]) =>
  `<?xml version="1.0"?><urlset>${urls.map((url) => `<url>${url}</url>`).join('')}</urlset>`;
const index = (...urls: string[]) =>
  `<sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('')}</sitemapindex>`;
const parse = (text: string | Uint8Array) =>
  parseSitemap(typeof text === 'string' ? bytes(text) : text, 'https://a.test/sitemap.xml');

describe('parseSitemap', () => {
  it('reads addresses with their dates, frequencies and priorities', async () => {
    const text = urlset(
      '<loc> https://a.test/1?a=1&amp;b=2 </loc><lastmod>2024-05-01</lastmod><changefreq>Weekly</changefreq><priority>0.8</priority>',
      '<loc><![CDATA[https://a.test/2?a=1&b=2]]></loc><lastmod>yesterday</lastmod><priority>7</priority>',
      '<image:image><image:loc>https://a.test/p.png</image:loc></image:image><loc>/3</loc>',
      '<loc>mailto:x@y</loc>',
      '<loc></loc>',
    );
    expect((await parse(text)).entries).toEqual([
      { url: 'https://a.test/1?a=1&b=2', lastModified: '2024-05-01', changeFrequency: 'weekly', priority: 0.8 },
      { url: 'https://a.test/2?a=1&b=2' },
      { url: 'https://a.test/3' },
    ]);
  });

  it('reads prefixed names, packed files, text files and feeds', async () => {
    const urls = async (body: string | Uint8Array) => (await parse(body)).entries.map(({ url }) => url);
    expect(await urls('<s:urlset xmlns:s="x"><s:url><s:loc>https://a.test/1</s:loc></s:url></s:urlset>')).toEqual([
      'https://a.test/1',
    ]);
    expect(await urls(gzipSync(urlset('<loc>https://a.test/1</loc>')))).toEqual(['https://a.test/1']);
    expect(await urls('\ufeffhttps://a.test/1\r\nnot an address\nhttps://a.test/2\n')).toEqual([
      'https://a.test/1',
      'https://a.test/2',
    ]);
    expect(
      await urls(
        '<rss><channel><link>https://a.test</link><item><link>https://a.test/1</link><pubDate>Mon, 06 May 2024 10:00:00 GMT</pubDate></item></channel></rss>',
      ),
    ).toEqual(['https://a.test/1']);
    expect(await urls('<feed><entry><link rel="self" href="/s"/><link href="/1"/></entry></feed>')).toEqual([
      'https://a.test/1',
    ]);
    expect(await urls(Buffer.from(`\ufeff${urlset('<loc>https://a.test/1</loc>')}`, 'utf16le'))).toEqual([
      'https://a.test/1',
    ]);
  });

  it('stops at 50,000 addresses and says so', async () => {
    const file = await parse(urlset(...Array.from({ length: 50_100 }, (_, at) => `<loc>https://a.test/${at}</loc>`)));
    expect([file.entries.length, file.cut]).toEqual([50_000, true]);
  });

  it('refuses entities of its own, and never expands any', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${urlset('<loc>https://a.test/&b;</loc>')}`;
    await expect(parse(bomb)).rejects.toThrow(/entities/);
    const outside = `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${urlset('<loc>&a;</loc>')}`;
    await expect(parse(outside)).rejects.toThrow(ValidationError);
    const undeclared = await parse(urlset('<loc>https://a.test/&passwd;</loc>'));
    expect(undeclared.entries[0]?.url).toBe('https://a.test/&passwd;');
  });

  it('refuses pages, nonsense, damaged gzip and endless nesting', async () => {
    await expect(parse('<html><body>not found</body></html>')).rejects.toThrow(/first element is <html>/);
    await expect(parse('hello')).rejects.toThrow(ValidationError);
    await expect(parse(gzipSync(urlset()).subarray(0, 30))).rejects.toThrow(/gzip/);
    await expect(parse(`<urlset>${'<a>'.repeat(100_000)}`)).rejects.toThrow(/nests/);
  });

  it('unpacks no more than the cap of a gzip bomb', async () => {
    const bomb = gzipSync(
      Buffer.concat([
        bytes(urlset('<loc>https://a.test/1</loc>').replace('</urlset>', '')),
        Buffer.alloc(80 * 1024 * 1024, 32),
      ]),
    );
    expect(await parse(bomb)).toMatchObject({ entries: [{ url: 'https://a.test/1' }], cut: true });
  });

  it('takes tags that never end and quotes that never close in its stride', async () => {
    expect((await parse(`<urlset>${'<url '.repeat(50_000)}`)).entries).toEqual([]);
    expect((await parse(`<urlset a="${'<url>'.repeat(50_000)}`)).entries).toEqual([]);
    expect((await parse(`<urlset ${'x'.repeat(1_000_000)} = ${'y'.repeat(1_000_000)}>`)).entries).toEqual([]);
    expect((await parse(`<urlset><!--${'-'.repeat(100_000)}`)).entries).toEqual([]);
  });
});

function site(files: Record<string, string | Uint8Array>, named: string[] = []) {
  const asked: string[] = [];
  const fetch: FetchPage = async ({ url }) => {
    asked.push(url);
    const file = files[url];
    const body = typeof file === 'string' ? bytes(file) : (file ?? new Uint8Array());
    return {
      requested: url,
      url,
      redirects: [],
      status: file === undefined ? 404 : 200,
      headers: new Headers(),
      body,
      fetchedAt: new Date(0),
    };
  };
  const read = (options: Partial<SitemapOptions> = {}) =>
    readSitemaps({ url: 'https://a.test/page', fetch, robots: { sitemaps: async () => named }, signal, ...options });
  return { asked, read };
}

describe('readSitemaps', () => {
  it('takes the sitemaps that robots.txt names', async () => {
    const { read, asked } = site({ 'https://a.test/own.xml': urlset('<loc>https://a.test/1</loc>') }, [
      'https://a.test/own.xml',
    ]);
    expect((await read()).entries).toEqual([{ url: 'https://a.test/1' }]);
    expect(asked).toEqual(['https://a.test/own.xml']);
  });

  it('guesses where robots.txt names none, and says when there is nothing', async () => {
    const { read } = site({ 'https://a.test/sitemap_index.xml': urlset('<loc>https://a.test/1</loc>') });
    expect(await read()).toMatchObject({ entries: [{ url: 'https://a.test/1' }], problems: [] });
    await expect(site({}).read()).rejects.toThrow(NotFoundError);
  });

  it('follows indexes, each file once, and goes on when one fails', async () => {
    const { read, asked } = site({
      'https://a.test/sitemap.xml': index(
        'https://a.test/a.xml',
        'https://a.test/gone.xml',
        'https://a.test/sitemap.xml',
        'https://a.test/b.xml.gz',
      ),
      'https://a.test/a.xml': urlset('<loc>https://a.test/1</loc>', '<loc>https://a.test/2</loc>'),
      'https://a.test/b.xml.gz': gzipSync(urlset('<loc>https://a.test/2</loc>', '<loc>https://a.test/3</loc>')),
    });
    const found = await read();
    expect(found.entries.map(({ url }) => url.at(-1))).toEqual(['1', '2', '3']);
    expect(found.problems).toEqual(['https://a.test/gone.xml answered with HTTP 404.']);
    expect(asked).toHaveLength(4);
  });

  it('flags other hosts and does not follow them unless asked', async () => {
    const files = {
      'https://a.test/sitemap.xml': index('https://b.test/b.xml', 'https://www.a.test/w.xml'),
      'https://b.test/b.xml': urlset('<loc>https://b.test/1</loc>'),
      'https://www.a.test/w.xml': urlset('<loc>https://a.test/2</loc>', '<loc>https://c.test/3</loc>'),
    };
    const kept = site(files);
    expect((await kept.read()).entries).toEqual([
      { url: 'https://a.test/2' },
      { url: 'https://c.test/3', otherHost: true },
    ]);
    expect(kept.asked).not.toContain('https://b.test/b.xml');
    expect((await site(files).read({ otherHosts: true })).entries).toContainEqual({
      url: 'https://b.test/1',
      otherHost: true,
    });
  });

  it('ends at its caps on files, levels and entries', async () => {
    const endless: Record<string, string> = {};
    for (let at = 0; at < 100; at += 1) endless[`https://a.test/${at}.xml`] = index(`https://a.test/${at + 1}.xml`);
    const deep = await site(endless).read({ url: 'https://a.test/0.xml' });
    expect([deep.files.length, deep.problems[0]]).toEqual([
      4,
      'https://a.test/4.xml lies deeper than 3 levels and was not read.',
    ]);
    const wide = { 'https://a.test/sitemap.xml': index(...Object.keys(endless)), ...endless };
    expect((await site(wide).read({ maxFiles: 5 })).files).toHaveLength(5);
    const many = site({
      'https://a.test/sitemap.xml': urlset(...[1, 2, 3].map((at) => `<loc>https://a.test/${at}</loc>`)),
    });
    expect(await many.read({ limit: 2 })).toMatchObject({ matched: 3, entries: [{}, {}] });
  });

  it('filters by path, pattern and date', async () => {
    const { read } = site({
      'https://a.test/sitemap.xml': urlset(
        '<loc>https://a.test/docs/Install.html</loc><lastmod>2024-05</lastmod>',
        '<loc>https://a.test/docs/old</loc><lastmod>2020-01-01T00:00:00Z</lastmod>',
        '<loc>https://a.test/blog/install</loc>',
      ),
    });
    const paths = async (filter: SitemapOptions['filter']) =>
      (await read(filter ? { filter } : {})).entries.map(({ url }) => url.slice('https://a.test'.length));
    expect(await paths({ prefix: '/docs/' })).toEqual(['/docs/Install.html', '/docs/old']);
    expect(await paths({ pattern: 'install' })).toEqual(['/docs/Install.html', '/blog/install']);
    expect(await paths({ pattern: '/docs/*.html' })).toEqual(['/docs/Install.html']);
    expect(await paths({ since: new Date('2024-05-20') })).toEqual(['/docs/Install.html']);
  });

  it('matches globs made to be slow', () => {
    expect(matchesGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(2_000))).toBe(false);
  });
});
