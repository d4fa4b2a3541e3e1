import { ValidationError } from '@mcp-servers/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toIsoDate } from './dates.ts';
import type { HtmlToBlocks } from './feed.ts';
import { readFeed } from './read-feed.ts';

const htmlToBlocks: HtmlToBlocks = (html, url) => [{ kind: 'paragraph', text: `${html.trim()} @${url}`, headings: [] }];
const read = (text: string | Uint8Array, limit?: number) =>
  readFeed(
    { body: typeof text === 'string' ? new TextEncoder().encode(text) : text, url: 'https://a.test/feeds/all.xml' },
    { htmlToBlocks, ...(limit !== undefined && { limit }) },
  );

describe('readFeed', () => {
  it('reads RSS 2.0 with its extensions', async () => {
    const feed = await read(`<?xml version="1.0"?>
      <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:atom="http://www.w3.org/2005/Atom" xmlns:m="http://search.yahoo.com/mrss/"><channel>
      <atom:link rel="self" href="https://a.test/feeds/all.xml"/>
      <title>News &amp; more</title><link>https://a.test/</link><description>All &lt;b&gt;of&lt;/b&gt; it</description>
      <language>en</language><lastBuildDate>Tue, 07 May 2024 08:00:00 +0200</lastBuildDate>
      <item><title><![CDATA[Cats <em>&amp;</em> dogs]]></title><link>/1</link><guid isPermaLink="false">x-1</guid>
        <dc:creator>Ann</dc:creator><author>bob@a.test (Bob)</author><pubDate>Mon, 6 May 2024 10:00:00 GMT</pubDate>
        <description>Short &lt;i&gt;text&lt;/i&gt;</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded>
        <category>pets</category><enclosure url="/1.mp3" type="audio/mpeg" length="1"/><m:content url="https://a.test/1.jpg"/></item>
      <item><guid>https://a.test/2</guid><description>Only a text</description></item>
      </channel></rss>`);
    expect(feed).toEqual({
      format: 'rss',
      title: 'News & more',
      description: 'All of it',
      home: 'https://a.test/',
      language: 'en',
      updated: '2024-05-07T06:00:00.000Z',
      cut: false,
      items: [
        {
          id: 'x-1',
          url: 'https://a.test/1',
          title: 'Cats & dogs',
          authors: ['Ann', 'Bob'],
          published: '2024-05-06T10:00:00.000Z',
          summary: 'Short text',
          content: [{ kind: 'paragraph', text: '<p>Long</p> @https://a.test/1', headings: [] }],
          categories: ['pets'],
          media: [{ url: 'https://a.test/1.mp3', type: 'audio/mpeg' }, { url: 'https://a.test/1.jpg' }],
        },
        {
          id: 'https://a.test/2',
          url: 'https://a.test/2',
          title: 'Only a text',
          authors: [],
          summary: 'Only a text',
          content: [],
          categories: [],
          media: [],
        },
      ],
    });
  });

  it('reads RSS 1.0, where items stand beside the channel', async () => {
    const feed =
      await read(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://a.test/"><title>Old</title><link>https://a.test/</link></channel>
      <item rdf:about="https://a.test/1"><title>One</title><link>https://a.test/1</link><d:date>2003-01-02T03:04+01:00</d:date></item></rdf:RDF>`);
    expect(feed).toMatchObject({
      title: 'Old',
      items: [{ id: 'https://a.test/1', title: 'One', published: '2003-01-02T02:04:00.000Z' }],
    });
  });

  it('reads RSS 0.91 with the document type it had', async () => {
    const feed =
      await read(`<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
      <rss version="0.91"><channel><title>Older</title><item><title>A &eacute; &nbsp;&bogus; B</title><link>https://a.test/1</link></item></channel></rss>`);
    expect(feed.items[0]?.title).toBe('A é &bogus; B');
  });

  it('reads Atom: kinds of text, relations of links, xml:base', async () => {
    const feed = await read(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://b.test/blog/">
      <title type="html">A &amp;lt; B</title><link rel="self" href="feed.xml"/><link href="."/><author><name>Cleo</name></author>
      <entry><id>urn:1</id><title>1 &lt; 2</title><link rel="enclosure" href="a.mp3"/><link rel="alternate" type="text/html" href="one"/>
        <published>2024-05-06T10:00:00Z</published><updated>2024-05-07T10:00:00.5+02:00</updated><category term="t" label="Tag"/>
        <content type="xhtml" xml:base="/deep/"><xh:div xmlns:xh="http://www.w3.org/1999/xhtml"><xh:p>x &amp; y</xh:p></xh:div></content></entry>
      <entry><id>urn:2</id><title>Two</title><author><name>Dora</name></author><content>First.

Second.</content></entry>
      <entry><id>urn:3</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Three <b>bold</b></div></title><content type="html">&lt;p&gt;h&lt;/p&gt;</content></entry></feed>`);
    expect(feed).toMatchObject({ format: 'atom', title: 'A < B', home: 'https://b.test/blog/', language: 'de' });
    expect(feed.items).toMatchObject([
      {
        url: 'https://b.test/blog/one',
        title: '1 < 2',
        authors: ['Cleo'],
        updated: '2024-05-07T08:00:00.500Z',
        categories: ['Tag'],
        media: [{ url: 'https://b.test/blog/a.mp3' }],
        content: [
          { text: '<div xmlns:xh="http://www.w3.org/1999/xhtml"><p>x &amp; y</p></div> @https://b.test/deep/' },
        ],
      },
      { authors: ['Dora'], content: [{ text: 'First.', headings: ['Two'] }, { text: 'Second.' }] },
      { title: 'Three bold', content: [{ text: '<p>h</p> @https://b.test/blog/' }] },
    ]);
  });

  it('reads JSON Feed, forgiving wrong types', async () => {
    const feed = await read(
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1',
        title: 'J',
        home_page_url: '/',
        author: { name: 'Eve' },
        items: [
          {
            id: 7,
            url: '/7',
            content_html: '<p>x</p>',
            date_published: '2024-05-06T10:00:00-02:00',
            tags: ['a', 1],
            attachments: [{ url: '/a.mp3', mime_type: 'audio/mpeg' }, 3],
          },
          { id: 'b', title: 5, content_text: 'plain', authors: [{ name: 'Fay' }] },
          null,
        ],
      }),
    );
    expect(feed).toMatchObject({ format: 'json', title: 'J', home: 'https://a.test/' });
    expect(feed.items).toMatchObject([
      {
        id: '7',
        url: 'https://a.test/7',
        authors: ['Eve'],
        published: '2024-05-06T12:00:00.000Z',
        categories: ['a'],
        media: [{ type: 'audio/mpeg' }],
      },
      { id: 'b', title: 'plain', authors: ['Fay'], content: [{ text: 'plain' }] },
    ]);
  });

  it('gives no more items than asked for', async () => {
    const items = Array.from({ length: 5 }, (_, at) => `<item><title>${at}</title></item>`).join('');
    expect(await read(`<rss><channel>${items}</channel></rss>`, 2)).toMatchObject({ items: [{}, {}], cut: true });
  });

  it('decodes by declaration and mark, and forgives what feeds get wrong', async () => {
    const latin = Buffer.from(
      '<?xml version="1.0" encoding="ISO-8859-1"?><rss><channel><title>Caf\xe9</title></channel></rss>',
      'latin1',
    );
    expect((await read(latin)).title).toBe('Café');
    expect((await read(Buffer.from('\ufeff<rss><channel><title>Ü</title></channel></rss>', 'utf16le'))).title).toBe(
      'Ü',
    );
    expect((await read('\n <rss><channel><title>AT&T & co <link>x</channel></rss>')).title).toContain('AT&T & co');
    expect((await read('<rss><channel><item><title>Cut of')).items).toMatchObject([{ title: 'Cut of' }]);
  });

  it('gives out no address but http and https', async () => {
    const feed = await read(
      '<rss><channel><link>javascript:alert(1)</link><item><link>file:///etc/passwd</link><title>x</title><enclosure url="data:,x"/></item></channel></rss>',
    );
    expect(feed.home).toBeUndefined();
    expect(feed.items[0]).toMatchObject({ media: [] });
    expect(feed.items[0]).not.toHaveProperty('url');
  });

  it('refuses declared entities, bombs of elements, pages and damaged JSON', async () => {
    await expect(
      read('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>'),
    ).rejects.toThrow(/entities/);
    await expect(read(`<rss>${'<a/>'.repeat(300_001)}</rss>`)).rejects.toThrow(/elements/);
    await expect(read(`<rss>${'<a>'.repeat(1_000)}`)).rejects.toThrow(/nests/);
    await expect(read('<html/>')).rejects.toThrow(/no feed/);
    await expect(read('{"items":')).rejects.toThrow(/damaged/);
    await expect(read('{"a":1}')).rejects.toThrow(ValidationError);
    await expect(read('')).rejects.toThrow(ValidationError);
  });

  it('takes text made to be slow in its stride', async () => {
    const feed = await read(`<rss><channel><title><![CDATA[${'<script>'.repeat(500_000)}]]></title></channel></rss>`);
    expect(feed.items).toEqual([]);
  });

  it('answers or refuses, and never fails otherwise, whatever the text', async () => {
    const piece = fc.constantFrom(
      '<rss>',
      '<channel>',
      '<item>',
      '</item>',
      '<title>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '&#0;',
      '&amp',
      '"',
      '<a b="',
      '>',
      'x',
      '<feed>',
      '<entry>',
      '<link href="',
      '</',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const result = await read(pieces.join('')).catch((error: unknown) => error);
        expect(result instanceof Error ? result : new ValidationError('')).toBeInstanceOf(ValidationError);
      }),
    );
  });
});

describe('toIsoDate', () => {
  it.each([
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    ['2024-05-06 10:00:00', '2024-05-06T10:00:00.000Z'],
    ['2024-05-06T10:00:00+0200', '2024-05-06T08:00:00.000Z'],
    ['Mon, 06 May 2024 10:00:00 EST', '2024-05-06T15:00:00.000Z'],
    ['Mon, 06 May 2024 10:00:00 CEST', '2024-05-06T08:00:00.000Z'],
    ['6 May 24 10:00 GMT', '2024-05-06T10:00:00.000Z'],
    ['Mo, 06 Mai 2024 10:00:00 +0200', '2024-05-06T08:00:00.000Z'],
    ['06 août 2024 10:00:00', '2024-08-06T10:00:00.000Z'],
    ['May 6, 2024', '2024-05-06T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(toIsoDate(text)).toBe(expected);
  });

  it.each(['', 'yesterday', '2024-13-45', undefined, '9'.repeat(1_000)])('%j is no date', (text) => {
    expect(toIsoDate(text)).toBeUndefined();
  });
});
