import { CancelledError, createLog, NotFoundError, UnavailableError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import type { Search, SearchResult } from '../search/index.ts';
import type { ReadDocument, WebDocument } from './document.ts';
import { searchAndFetch } from './search-and-fetch.ts';

const log = createLog({ name: 'test', level: 'silent' });
const address = (n: number) => `https://site${n}.test/`;

function searching(count: number, note?: string): Search {
  const results = Array.from({ length: count }, (_, n): SearchResult => {
    return { rank: n + 1, title: `Result ${n}`, url: address(n), site: `site${n}.test`, snippet: '', providers: ['x'] };
  });
  const search: Pick<Search, 'search'> = { search: async () => ({ results, asked: [], ...(note && { note }) }) };
  return search as Search;
}

/** Reads every address but these. */
function reader(broken: readonly number[] = []): { read: ReadDocument; asked: string[] } {
  const asked: string[] = [];
  const read: ReadDocument = async ({ url, mode, signal }) => {
    signal.throwIfAborted();
    asked.push(url);
    if (broken.some((n) => address(n) === url)) throw new NotFoundError(`${url} answered with HTTP 404.`);
    const blocks = [{ kind: 'paragraph' as const, text: `The moon, as ${url} tells it.`, headings: ['Moon'] }];
    const document: WebDocument = {
      ...{
        requested: url,
        url,
        kind: 'html',
        mode,
        facts: { title: `Page ${url}` },
        blocks,
        notes: [],
        links: [],
        bytes: 9,
      },
    };
    return document;
  };
  return { read, asked };
}

function run(search: Search, read: ReadDocument, { pages = 3, signal = new AbortController().signal } = {}) {
  const seen: number[] = [];
  const input = { search: { query: 'moon' }, question: 'What of the moon?', pages };
  const call = { signal, maxChars: 20_000, log, onPage: (count: number) => seen.push(count) };
  return searchAndFetch({ search, read }, input, call).then((answer) => ({ answer, seen }));
}

test('the best pages are read and answer the question', async () => {
  const { read, asked } = reader();
  const { answer, seen } = await run(searching(6), read);
  expect(asked).toEqual([0, 1, 2].map(address));
  expect(answer.pages.map(({ rank, title, passages }) => [rank, title, passages.length])).toEqual(
    [0, 1, 2].map((n) => [n + 1, `Page ${address(n)}`, 1]),
  );
  expect(seen).toEqual([3]);
});

test('pages that cannot be read are replaced by the next, and named', async () => {
  const { read, asked } = reader([0, 2, 3]);
  const { answer } = await run(searching(6), read);
  expect(asked).toHaveLength(6);
  expect(answer.pages.map(({ not_read }) => not_read !== undefined)).toEqual([true, false, true, true, false, false]);
  expect(answer.pages[0]?.not_read).toContain('404');
});

test('no more than twice the wanted pages are tried', async () => {
  const { read, asked } = reader(Array.from({ length: 20 }, (_, n) => n));
  const { answer } = await run(searching(20), read);
  expect(asked).toHaveLength(6);
  expect(answer.pages.every(({ passages }) => passages.length === 0)).toBe(true);
});

test('nothing found is an answer with its note, and a failed search is an error', async () => {
  const { answer } = await run(searching(0, 'Nothing was found for "moon".'), reader().read);
  expect(answer).toMatchObject({ pages: [], note: 'Nothing was found for "moon".' });
  const down: Pick<Search, 'search'> = {
    search: () => Promise.reject(new UnavailableError('All providers are down.')),
  };
  await expect(run(down as Search, reader().read)).rejects.toThrow('All providers are down.');
});

test('a call that is cancelled while pages are read ends as cancelled', async () => {
  const stop = new AbortController();
  const read: ReadDocument = async () => {
    stop.abort();
    throw new CancelledError();
  };
  await expect(run(searching(6), read, { signal: stop.signal })).rejects.toThrow(CancelledError);
});
