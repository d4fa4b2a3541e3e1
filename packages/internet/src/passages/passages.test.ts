import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block } from '../page/block.ts';
import { findPassages, findPassagesAcross } from './find-passages.ts';
import { findText } from './find-text.ts';
import { labelledPages, labelledQuestions, parseMarkdown } from './labelled.fixture.ts';
import { toTerms } from './terms.ts';

const options = { limit: 3, maxChars: 3_000 };
const first = async (text: string, question: string) => (await findPassages(parseMarkdown(text), question, options))[0];

describe('the labelled set', () => {
  it('has an answer of each question in one block alone', () => {
    const pages = labelledPages();
    const wrong = labelledQuestions().filter(
      ({ page, answer }) => pages.get(page)?.filter(({ text }) => text.includes(answer)).length !== 1,
    );
    expect(wrong).toEqual([]);
    expect(pages.size).toBeGreaterThanOrEqual(12);
    expect(labelledQuestions().length).toBeGreaterThanOrEqual(100);
  });

  it('finds at least 85 of 100 answers among three passages', async () => {
    const pages = labelledPages();
    let found = 0;
    const questions = labelledQuestions();
    for (const { page, question, answer } of questions) {
      const passages = await findPassages(pages.get(page) ?? [], question, options);
      if (passages.some(({ text }) => text.includes(answer))) found += 1;
    }
    expect(found / questions.length).toBeGreaterThanOrEqual(0.85);
  });
});

describe('findPassages', () => {
  const filler = Array.from(
    { length: 10 },
    (_, at) => `## Part ${at}\n\nNothing of interest stands in this part of the text.`,
  ).join('\n\n');

  it('gives the blocks, the headings above and the page', async () => {
    const blocks: Block[] = [
      { kind: 'heading', text: '# Manual', level: 1, headings: [], page: 1 },
      { kind: 'paragraph', text: 'Intro.', headings: ['Manual'], page: 1 },
      { kind: 'heading', text: '## Ports', level: 2, headings: ['Manual'], page: 4 },
      { kind: 'paragraph', text: 'The broker listens on 7411.', headings: ['Manual', 'Ports'], page: 4 },
    ];
    const [passage] = await findPassages(blocks, 'Which port does the broker listen on?', options);
    expect(passage).toEqual({
      text: 'The broker listens on 7411.',
      headings: ['Manual', 'Ports'],
      score: expect.any(Number),
      from: 2,
      to: 4,
      page: 4,
    });
  });

  it.each([
    ['forms of a word', 'Installing it takes a minute.', 'How long does the installation take?'],
    ['other words for it', 'Removing your account is final.', 'Can I delete my profile?'],
    ['camelCase by its words', 'Set `maxRetryCount` to 5.', 'max retry count'],
    ['words by camelCase', 'The retry count at most is 5.', 'retryCount'],
    ['snake_case', 'See max_lane_bytes for that.', 'max_lane_bytes'],
    ['a flag', 'With --dry-run nothing is sent.', 'what does --dry-run do'],
    ['a version', 'Since v2.3.1 it is faster.', 'what changed in 2.3.1'],
    ['a number with separators', 'It cost 1,250,000 dollars.', '1250000'],
    ['a misspelt word', 'The temperature sensor is broken.', 'temprature'],
    ['accents left out', 'Le café ferme à midi.', 'cafe'],
    ['German compounds', 'Die Kündigungsfrist beträgt drei Monate. Das ist für alle so und nicht anders.', 'Kündigung'],
    ['Chinese', '读者证遗失后请立刻挂失。', '证件遗失怎么办？'],
    ['Japanese', '図書館は月曜日に閉まります。', '図書館の休みはいつですか'],
    ['Korean', '도서관은 월요일에 문을 닫습니다.', '도서관 휴일'],
    ['Thai', 'ห้องสมุดปิดวันจันทร์', 'ห้องสมุดปิดวันไหน'],
    ['Russian', 'Библиотека закрыта в понедельник.', 'библиотека'],
    ['only function words', 'To be or not to be.', 'To be or not to be?'],
  ])('finds %s', async (_, answer, question) => {
    expect((await first(`${filler}\n\n## Other\n\n${answer}`, question))?.text).toBe(answer);
  });

  it('prefers words that stand together', async () => {
    const text = `${filler}\n\n## A\n\nThe cache is small and, whatever else may be said of its many other and lesser qualities, warm.\n\n## B\n\nA warm cache answers at once and goes on to do so for as long as anybody can say or would like to.`;
    expect((await first(text, 'warm cache'))?.headings).toEqual(['B']);
  });

  it('keeps a table and a list whole, with what leads to them', async () => {
    const list = 'You need:\n\n- a hammer\n- nails of steel\n- a steady hand';
    expect((await first(`${filler}\n\n## Tools\n\n${list}`, 'nails'))?.text).toBe(list);
    const table = '| port | use |\n| --- | --- |\n| 7411 | clients |';
    expect((await first(`${filler}\n\n## Ports\n\n${table}`, '7411'))?.text).toBe(table);
  });

  it('makes one passage of neighbours, and drops what is repeated', async () => {
    const long = Array.from(
      { length: 4 },
      (_, at) => `Paragraph ${at} about turbines. ${'It goes on with other words. '.repeat(15)}`,
    ).join('\n\n');
    const merged = await findPassages(parseMarkdown(`${filler}\n\n## Turbines\n\n${long}`), 'turbines', options);
    expect(merged).toHaveLength(1);
    const notice = 'Cookies help us to show turbines.';
    const repeated = Array.from({ length: 5 }, (_, at) => `## S${at}\n\n${notice}`).join('\n\n');
    expect(await findPassages(parseMarkdown(repeated), 'turbines', options)).toHaveLength(1);
  });

  it('ranks several documents together', async () => {
    const documents = [filler, `${filler}\n\n## X\n\nTurbines turn.`].map(parseMarkdown);
    expect(await findPassagesAcross(documents, 'turbines', options)).toMatchObject([
      { document: 1, text: 'Turbines turn.' },
    ]);
  });

  it('finds nothing where nothing is', async () => {
    expect(await findPassages([], 'x', options)).toEqual([]);
    expect(await findPassages(parseMarkdown(filler), 'zebra', options)).toEqual([]);
    expect(await findPassages(parseMarkdown(filler), '  ?! ', options)).toEqual([]);
  });

  it('stays within its budget, by whole blocks, whatever the page', async () => {
    const blocks = labelledPages().get('science') ?? [];
    const words = fc.constantFrom('tide', 'moon', 'why', 'sun', 'harbour', 'the', '12', 'Fundy', '海');
    await fc.assert(
      fc.asyncProperty(
        fc.array(words, { maxLength: 8 }),
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 1, max: 5 }),
        async (asked, maxChars, limit) => {
          const passages = await findPassages(blocks, asked.join(' '), { limit, maxChars });
          expect(passages.length).toBeLessThanOrEqual(limit);
          expect(passages.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(maxChars);
          for (const { text, from, to } of passages) {
            expect(
              blocks
                .slice(from, to)
                .map((block) => block.text)
                .join('\n\n'),
            ).toContain(text);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('copes with text made to be slow', async () => {
    const hostile = [
      'a'.repeat(100_000),
      'a.'.repeat(50_000),
      '-'.repeat(100_000),
      '[]('.repeat(30_000),
      '中'.repeat(50_000),
      `${'x '.repeat(50_000)}`,
    ];
    const blocks: Block[] = hostile.map((text) => ({ kind: 'paragraph', text, headings: [] }));
    expect(await findPassages(blocks, hostile.join(' '), { limit: 3, maxChars: 200_000 })).toBeInstanceOf(Array);
  });
});

describe('toTerms', () => {
  it('gives identifiers whole and in parts, and no function words', () => {
    expect(toTerms('The parseHTMLPage of foo.bar_baz, v2.3', 'en')).toEqual([
      'parsehtmlpage',
      'pars',
      'html',
      'pag',
      'foo.bar_baz',
      'foo',
      'bar',
      'baz',
      'v2.3',
      'v2',
      '3',
    ]);
  });
});

describe('findText', () => {
  const blocks = parseMarkdown('# T\n\nOne **bold** word and\none Bold word.\n\n## U\n\nBOLD word (again) 你好世界');

  it('counts all matches and shows the first with their surroundings', () => {
    expect(findText(blocks, 'bold  word', { context: 4, limit: 2 })).toEqual({
      total: 3,
      matches: [
        { before: '… **', match: 'bold** word', after: ' and…', headings: ['T'], block: 1 },
        { before: '…one ', match: 'Bold word', after: '.', headings: ['T'], block: 1 },
      ],
    });
  });

  it('takes the needle literally, with case if asked', () => {
    expect(findText(blocks, '(again)', { context: 0 }).total).toBe(1);
    expect(findText(blocks, '.*', { context: 0 }).total).toBe(0);
    expect(findText(blocks, 'BOLD word', { context: 0, caseSensitive: true }).total).toBe(1);
    expect(findText(blocks, '世界', { context: 5 }).total).toBe(1);
    expect(findText(blocks, '  ', { context: 5 })).toEqual({ total: 0, matches: [] });
  });

  it('finds any text in itself', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        fc.pre(text.trim() !== '');
        const { total } = findText([{ kind: 'paragraph', text: `a ${text} b`, headings: [] }], text, { context: 3 });
        expect(total).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
