import { describe, expect, it } from 'vitest';
import { toIsoDate } from './dates.ts';
import { pageOf } from './page.fixture.ts';

const metadataOf = async (head: string, body = '') =>
  (await pageOf(`<html><head>${head}</head><body>${body}</body></html>`)).metadata;

describe('what a page says of itself', () => {
  it('comes from meta elements before anything else', async () => {
    const metadata = await metadataOf(
      `<title>X | Site</title><meta property="og:title" content="X"><meta property="og:site_name" content="Site"><meta name="description" content=" a  b ">
       <meta property="og:image" content="/i.png"><link rel="canonical" href="/c?x=1"><meta name="author" content="Ada"><meta property="og:locale" content="de_AT">
       <meta property="article:published_time" content="2024-05-06T07:08:09Z"><script type="application/ld+json">{"@type":"Article","headline":"Y","datePublished":"1999-01-01"}</script>`,
    );
    expect(metadata).toEqual({
      title: 'X',
      byline: 'Ada',
      siteName: 'Site',
      description: 'a b',
      language: 'de-AT',
      published: '2024-05-06T07:08:09Z',
      canonicalUrl: 'https://example.org/c?x=1',
      image: 'https://example.org/i.png',
      types: ['Article'],
    });
  });

  it('comes from JSON-LD, also inside a graph, and survives broken JSON-LD', async () => {
    const metadata = await metadataOf(
      `<script type="application/ld+json">{broken</script><script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"@type":["NewsArticle"],"headline":"H",
      "author":[{"name":"A"},{"name":"B"}],"dateModified":"2024-02-03","image":{"url":"i.jpg"},"publisher":{"name":"P"}}]}</script>`,
    );
    expect(metadata).toMatchObject({
      title: 'H',
      byline: 'A, B',
      siteName: 'P',
      modified: '2024-02-03',
      image: 'https://example.org/dir/i.jpg',
    });
    expect(metadata.types).toContain('NewsArticle');
  });

  it('comes from the text: heading, author and time', async () => {
    const metadata = await metadataOf(
      '<title>Head - Site</title>',
      '<header><h1>Head</h1><a rel=author>By Ada Byron</a><time datetime="2020-01-02">2 Jan</time></header>',
    );
    expect(metadata).toMatchObject({ title: 'Head', byline: 'Ada Byron', published: '2020-01-02' });
  });

  it('leaves out addresses that cannot be followed', async () => {
    expect(
      await metadataOf('<link rel=canonical href="javascript:x"><meta property="og:image" content="data:x">'),
    ).toEqual({ types: [] });
  });
});

describe('a date', () => {
  it.each([
    ['2024-01-02', '2024-01-02'],
    ['2024/1/2', '2024-01-02'],
    ['20240102', '2024-01-02'],
    ['2024-01-02T03:04:05+0100', '2024-01-02T03:04:05+01:00'],
    ['2024-01-02 03:04', '2024-01-02T03:04:00'],
    ['2024-01-02T03:04:05.123456Z', '2024-01-02T03:04:05.123Z'],
    ['January 2, 2024', '2024-01-02'],
    ['2nd Jan. 2024', '2024-01-02'],
    ['Tue, 02 Jan 2024 03:04:05 GMT', '2024-01-02T03:04:05Z'],
    ['2024-13-02', undefined],
    ['02/03/2024', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('written as %j is %j', (text, iso) => {
    expect(toIsoDate(text)).toBe(iso);
  });
});
