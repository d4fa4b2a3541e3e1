import { createLog, NetworkError } from '@mcp-servers/core';
import { page } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { withInternet } from '../internet.fixture.ts';
import type { ReadDocument, WebDocument } from './document.ts';
import { fetchMany } from './fetch-many.ts';
import { renderResults } from './text.ts';

const log = createLog({ name: 'test', level: 'silent' });
const { signal } = new AbortController();
/** Marks, address and facts of one address. */
const overhead = 600;

/** Reads documents of so many characters, in paragraphs. */
function reader(lengths: Readonly<Record<string, number>>): { read: ReadDocument; asked: string[] } {
  const asked: string[] = [];
  const read: ReadDocument = async ({ url, mode }) => {
    asked.push(url);
    const chars = lengths[url];
    if (chars === undefined) throw new NetworkError(`${url} could not be fetched.`);
    const blocks = Array.from({ length: Math.ceil(chars / 100) }, (_, n) => ({
      ...{ kind: 'paragraph' as const, headings: [`Part ${n}`] },
      text: `${`Paragraph ${n} of the moon. `.padEnd(98, 'x')}`,
    }));
    const document: WebDocument = {
      ...{ requested: url, url, kind: 'html', mode, facts: { title: url }, blocks, notes: [], links: [], bytes: chars },
    };
    return document;
  };
  return { read, asked };
}

const urls = Array.from({ length: 10 }, (_, n) => `https://site${n}.test/`);
const ask = (read: ReadDocument, input: object, maxChars = 20_000) =>
  fetchMany(read, { mode: 'article', ...input }, { maxChars, signal, log });

test.each([[{}], [{ question: 'What of the moon?' }], [{ find: 'moon' }]])(
  'ten long documents share the budget, in the text and in the data: %j',
  async (input) => {
    const { read } = reader(Object.fromEntries(urls.map((url) => [url, 200_000])));
    for (const maxChars of [20_000, 90_000]) {
      const answer = await ask(read, { urls, ...input }, maxChars);
      expect(answer.results).toHaveLength(10);
      expect(renderResults(answer).length).toBeLessThan(maxChars + 10 * overhead);
      expect(JSON.stringify(answer).length).toBeLessThan(maxChars + 10 * overhead);
    }
  },
);

test('short documents come whole, and what they leave goes to the long ones', async () => {
  const { read } = reader(Object.fromEntries(urls.map((url, n) => [url, n < 8 ? 300 : 50_000])));
  const { results } = await ask(read, { urls });
  expect(results.map(({ truncated }) => truncated === true)).toEqual([...Array(8).fill(false), true, true]);
  for (const { content = '' } of results.slice(8)) expect(content.length).toBeGreaterThan(5_000);
});

test('an address given twice is read once, and failures stand at their places', async () => {
  const { read, asked } = reader({ 'https://a.test/': 100, 'https://b.test/': 100 });
  const list = ['https://a.test/', 'https://none.test/', 'https://a.test/', 'https://b.test/'];
  const { results } = await ask(read, { urls: list });
  expect(results.map(({ url, error }) => [url, error?.code])).toEqual([
    ['https://a.test/', undefined],
    ['https://none.test/', 'network'],
    ['https://b.test/', undefined],
  ]);
  expect(asked).toHaveLength(3);
});

test('a document that changed between two pages of it says so', async () => {
  const lengths: Record<string, number> = { 'https://a.test/': 5_000 };
  const { read } = reader(lengths);
  const first = (await ask(read, { urls: ['https://a.test/'] }, 1_500)).results[0];
  const cursor = first?.next_cursor;
  expect((await ask(read, { cursor }, 1_500)).results[0]?.notes).toBeUndefined();
  lengths['https://a.test/'] = 9_000;
  const changed = (await ask(read, { cursor }, 1_500)).results[0];
  expect(changed?.notes).toEqual(['The document has changed since the page before.']);
  lengths['https://a.test/'] = 100;
  expect((await ask(read, { cursor }, 1_500)).results[0]).toMatchObject({ content: '' });
});

test('a cursor that was made up leads nowhere else than its address', async () => {
  await using web = await withInternet({ 'example.test': { pages: { '/': page('<p>Text.</p>') } } });
  const forge = (...place: unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');
  for (const [cursor, words] of [
    [forge('http://127.0.0.1/', 'article', null, null, 0, 0), 'refused'],
    [forge('file:///etc/passwd', 'raw', null, null, 0, 0), 'only http and https'],
    [forge('http://example.test/', 'article', null, null, -1, 0), 'not one that was given out'],
    [forge('http://example.test/', 'pretty', null, null, 0, 0), 'not one that was given out'],
    [forge({ __proto__: null }), 'not one that was given out'],
    ['\u{1f680}', 'not one that was given out'],
  ] as const) {
    const answer = await web.call('web_fetch', { cursor });
    expect(answer.isError, cursor).toBe(true);
    expect(answer.text).toContain(words);
  }
  const far = await web.call('web_fetch', { cursor: forge('http://example.test/', 'article', null, null, 1e6, 0) });
  expect(far).toMatchObject({ isError: false, data: { results: [{ content: '' }] } });
});
