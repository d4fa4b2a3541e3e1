import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { toText } from './block.ts';
import { pageOf } from './page.fixture.ts';

const golden = (name: string) =>
  readFile(new URL(`../../golden/${name}.html`, import.meta.url), 'utf8').then((html) => pageOf(html));

describe('a page', () => {
  it('that is an article says so, and tells where its links stand', async () => {
    const page = await golden('news');
    expect(page.extracted).toBe('article');
    expect(page.why).not.toBe('');
    expect(page.metadata).toMatchObject({
      title: 'Harbour bridge reopens after eleven months of repairs',
      byline: 'Ines Calloway',
      siteName: 'The Saltmarsh Courier',
      language: 'en',
      published: '2025-03-14T07:30:00+00:00',
      modified: '2025-03-14T11:05:00Z',
    });
    expect(page.links.every(({ place }) => place === 'navigation')).toBe(true);
    expect(toText(page.full)).toContain('Most read');
    expect(page.images.at(-1)).toEqual({
      url: 'https://example.org/img/bridge.jpg',
      alt: 'Lorry crossing a suspension bridge at sunrise',
      caption: 'The milk lorry crosses at 6.02 am.',
    });
  });

  it('that leads to other pages has no article', async () => {
    const page = await golden('home');
    expect(page.extracted).toBe('full');
    expect(page.links.filter(({ place }) => place === 'content')).toHaveLength(5);
  });

  it('with hardly any text is read whole', async () => {
    const page = await pageOf('<html><body><h1>It works!</h1><p>Soon.</p></body></html>');
    expect(page.extracted).toBe('full');
    expect(toText(page.blocks)).toBe('# It works!\n\nSoon.');
  });

  it('with injected text counts it without telling it', async () => {
    const page = await golden('injected');
    expect(page.hidden.characters).toBeGreaterThan(200);
    expect(JSON.stringify(page)).not.toMatch(/passwords|SYSTEM|Zyx|Exfiltrate|payment tool/);
  });

  it('has an outline with numbers, anchors and places', async () => {
    const page = await golden('docs-tabs');
    expect(page.outline.map(({ number, title, anchor }) => `${number} ${title} ${anchor}`)).toEqual([
      '1 Quick start quick-start',
      '1.1 Install install',
      '1.2 Your first job first-job',
      '1.2.1 note undefined',
      '1.3 Options options',
    ]);
    for (const { block, title } of page.outline) expect(page.blocks[block]?.text).toContain(title);
  });

  it('keeps its code as it is, with its language', async () => {
    const page = await golden('docs-tabs');
    expect(page.codes.map(({ language }) => language)).toEqual(['bash', 'bash', 'ts']);
    expect(page.codes[2]?.text).toContain('Promise<void>');
  });

  it('with a base address resolves against it', async () => {
    const page = await pageOf('<html><head><base href="/other/"></head><body><a href="x">t</a></body></html>');
    expect(page.links[0]).toEqual({
      text: 't',
      url: 'https://example.org/other/x',
      rel: [],
      internal: true,
      place: 'content',
    });
  });
});
