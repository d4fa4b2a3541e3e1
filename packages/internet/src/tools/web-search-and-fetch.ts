import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { inLine } from '../read/in-line.ts';
import { SearchAndFetchAnswer, searchAndFetch } from '../read/search-and-fetch.ts';
import { searchParameters } from '../search/index.ts';
import type { InternetDeps } from './deps.ts';
import { MaxChars, Question, Untrusted, untrusted } from './schemas.ts';

const {
  query: _query,
  queries: _queries,
  providers: _providers,
  limit: _limit,
  cursor: _cursor,
  ...options
} = searchParameters;

export const webSearchAndFetch = defineTool({
  name: 'web_search_and_fetch',
  title: 'Search and read',
  description:
    'Search, read the best pages and get the passages that answer the question, with their sources: one call instead of web_search and several web_fetch.',
  effect: 'read',
  openWorld: true,
  toolsets: ['search'],
  input: z.strictObject({
    query: z.string().trim().min(1).max(400),
    question: Question.optional().describe('What the passages shall answer (default: query)'),
    pages: z.int().min(1).max(10).default(5).describe('Pages to read'),
    ...options,
    max_chars: MaxChars,
  }),
  output: Untrusted.extend(SearchAndFetchAnswer.shape),

  async run({ max_chars: _, question, pages, ...search }, deps: InternetDeps, { progress, annotate, ...call }) {
    const onPage = (read: number, url: string) => progress({ done: read, total: pages, message: url });
    const answer = await searchAndFetch(
      deps,
      { search: { ...search, limit: pages * 2 }, question: question ?? search.query, pages },
      { ...call, onPage },
    );
    annotate({ pages: answer.pages.length, failed: answer.pages.filter(({ not_read }) => not_read).length });
    return { ...untrusted, ...answer };
  },

  text: renderAnswer,
});

function renderAnswer({ pages, note }: SearchAndFetchAnswer): string {
  const mark = newMark();
  const read = pages.map(({ rank, url, title, published, passages, not_read }) => {
    if (not_read !== undefined) return `${rank}. ${inLine(url, 4_096)}\nNot read: ${inLine(not_read)}`;
    const label = published ? `${title} · ${published}` : title;
    const texts = passages.map(({ text, headings, page }) => {
      const place = [...(page === undefined ? [] : [`page ${page}`]), ...headings].join(' > ');
      return place ? `[${place}]\n${text}` : text;
    });
    return `${rank}. ${inLine(url, 4_096)}\n${fence([label, ...texts].join('\n\n'), { source: url }, mark)}`;
  });
  return [
    ...read,
    ...(note ? [inLine(note, 1_000)] : []),
    ...(pages.length === 0 && !note ? ['Nothing was found.'] : []),
  ].join('\n\n');
}
