import { CancelledError, ValidationError } from '@mcp-servers/core';
import type { ThreadOptions } from '@mcp-servers/core/threads';
import { describe, expect, it } from 'vitest';
import { createPageReader } from '../page/index.ts';
import { column, makePdf } from './pdf/make-pdf.fixture.ts';
import type { PdfOptions } from './read-pdf.ts';

const signal = new AbortController().signal;
async function readPdf(body: Uint8Array, options: PdfOptions, threads: Partial<ThreadOptions> = {}) {
  await using reader = createPageReader(threads);
  return await reader.readPdf(body, options);
}
const texts = (blocks: readonly { text: string }[]) => blocks.map(({ text }) => text);

describe('readPdf', () => {
  it('joins lines to paragraphs, mends hyphenation and finds headings by size', async () => {
    const page = [
      { text: 'Annual report', x: 60, y: 790, size: 22 },
      { text: 'Results', x: 60, y: 750, size: 15 },
      ...column(
        ['The harvest of this year was better than ex-', 'pected, although the spring had been very wet', 'and cold.'],
        { top: 720 },
      ),
      ...column(['A second paragraph follows after a gap and it', 'has two lines.'], { top: 650 }),
    ];
    const pdf = await readPdf(makePdf([page], { title: 'Bericht für 2024' }), { signal });
    expect(pdf).toMatchObject({
      total: 1,
      pages: [1],
      cut: false,
      title: 'Bericht für 2024',
      created: '2024-01-31T11:00:00.000Z',
    });
    expect(pdf.blocks).toEqual([
      { kind: 'heading', text: '# Annual report', level: 1, headings: [], page: 1 },
      { kind: 'heading', text: '## Results', level: 2, headings: ['Annual report'], page: 1 },
      {
        kind: 'paragraph',
        text: 'The harvest of this year was better than expected, although the spring had been very wet and cold.',
        headings: ['Annual report', 'Results'],
        page: 1,
      },
      {
        kind: 'paragraph',
        text: 'A second paragraph follows after a gap and it has two lines.',
        headings: ['Annual report', 'Results'],
        page: 1,
      },
    ]);
  });

  it('reads one column after the other even when the file holds them line by line', async () => {
    const left = Array.from({ length: 8 }, (_, at) => `left column line number ${at} goes`);
    const right = Array.from({ length: 8 }, (_, at) => `right column line number ${at} goes`);
    const page = left.flatMap((text, at) => [
      { text, x: 50, y: 700 - at * 14 },
      { text: right[at] ?? '', x: 320, y: 700 - at * 14 },
    ]);
    const { blocks } = await readPdf(
      makePdf([
        [
          { text: 'A title across both columns of the page, set wide and without a break in it', x: 50, y: 740 },
          ...page,
        ],
      ]),
      { signal },
    );
    const whole = texts(blocks).join(' ');
    expect(whole.indexOf('left column line number 7')).toBeLessThan(whole.indexOf('right column line number 0'));
    expect(whole.indexOf('A title')).toBe(0);
  });

  it('makes a table of aligned cells', async () => {
    const rows = [
      ['Port', 'Use'],
      ['7411', 'clients'],
      ['7419', 'metrics'],
    ];
    const page = rows.flatMap(([a = '', b = ''], at) => [
      { text: a, x: 60, y: 700 - at * 14 },
      { text: b, x: 250, y: 700 - at * 14 },
    ]);
    const { blocks } = await readPdf(makePdf([page]), { signal });
    expect(blocks).toMatchObject([
      { kind: 'table', text: '| Port | Use |\n| --- | --- |\n| 7411 | clients |\n| 7419 | metrics |' },
    ]);
  });

  it('reads other scripts', async () => {
    const lines = [
      '图书馆由总馆和十二个分馆组成',
      'Привет, мир: это проверка',
      'Größe und Maß',
      'ありがとうございます',
    ];
    const { blocks } = await readPdf(makePdf([lines.map((text, at) => ({ text, x: 60, y: 700 - at * 60 }))]), {
      signal,
    });
    expect(texts(blocks)).toEqual(lines);
  });

  it('reads text that is turned, on turned pages too', async () => {
    const lines = ['This page is set in landscape and the text runs', 'upwards along the long side of the sheet.'];
    const turned = lines.map((text, at) => ({ text, x: 100 + at * 14, y: 60, angle: 90 }));
    const { blocks } = await readPdf(makePdf([turned], { rotate: 90 }), { signal });
    expect(texts(blocks)).toEqual([lines.join(' ')]);
  });

  it('drops running titles and page numbers but no text', async () => {
    const pages = Array.from({ length: 6 }, (_, at) => [
      { text: 'Company handbook', x: 60, y: 810 },
      ...column([`Chapter text of page ${'abcdef'[at]} is unlike the others.`], { top: 700 }),
      { text: `Page ${at + 1} of 6`, x: 280, y: 30 },
    ]);
    const { blocks } = await readPdf(makePdf(pages), { signal });
    expect(texts(blocks)).toEqual(
      [...'abcdef'].map((letter) => `Chapter text of page ${letter} is unlike the others.`),
    );
    expect(blocks.map(({ page }) => page)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('reads the pages asked for of a long document', async () => {
    const pages = Array.from({ length: 500 }, (_, at) => column([`This is the text of page ${at + 1}.`]));
    const body = makePdf(pages);
    const some = await readPdf(body, { signal, pages: '1-2, 7,499-' });
    expect(some).toMatchObject({ total: 500, pages: [1, 2, 7, 499, 500], cut: false });
    expect(await readPdf(body, { signal, maxPages: 3 })).toMatchObject({ pages: [1, 2, 3], cut: true });
  });

  it.each(['0', '3-1', 'a', '1,,2', '-', '9'])('refuses the pages %j', async (pages) => {
    await expect(readPdf(makePdf([column(['text'])]), { signal, pages })).rejects.toThrow(ValidationError);
  });

  it('says that a document is protected, scanned or damaged', async () => {
    const locked = makePdf([column(['secret'])], { password: 'hunter2' });
    await expect(readPdf(locked, { signal })).rejects.toThrow(/protected by a password/);
    await expect(readPdf(makePdf([[], []]), { signal })).rejects.toThrow(/2 pages and no text.*scanned/);
    await expect(readPdf(new TextEncoder().encode('%PDF-1.4 nothing'), { signal })).rejects.toThrow(/damaged/);
  });

  it('reads a document that is encrypted without a password', async () => {
    const { blocks } = await readPdf(makePdf([column(['open to all'])], { password: '' }), { signal });
    expect(texts(blocks)).toEqual(['open to all']);
  });

  it('ends the thread at the cap on time or memory, and when the caller leaves', async () => {
    const body = makePdf(Array.from({ length: 50 }, () => column(['text of a page'])));
    await expect(readPdf(body, { signal, timeoutMs: 1 })).rejects.toThrow(/fewer pages|takes more than/);
    const many = Array.from({ length: 200 }, (_, page) =>
      column(Array.from({ length: 400 }, (_, at) => `line ${at} of ${page} with words`)),
    );
    await expect(readPdf(makePdf(many), { signal }, { memoryMiB: 12 })).rejects.toThrow(/memory/);
    const leaving = new AbortController();
    const reading = readPdf(body, { signal: leaving.signal });
    leaving.abort();
    await expect(reading).rejects.toThrow(CancelledError);
  });
});
