import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { searchParameters } from '../search/index.ts';
import type { InternetDeps } from './deps.ts';
import { Untrusted, untrusted } from './schemas.ts';
import { renderSearch } from './search-text.ts';

const Asked = z.looseObject({
  provider: z.string(),
  outcome: z.string(),
});

export const webSearch = defineTool({
  name: 'web_search',
  title: 'Search the web',
  description:
    'Search the web, several queries at once if you like. Results are merged, without repetitions. Blocked, out of quota and nothing found are told apart.',
  effect: 'read',
  openWorld: true,
  toolsets: ['search'],
  input: z.strictObject(searchParameters),
  output: Untrusted.extend({
    results: z.array(
      z.object({
        rank: z.number(),
        title: z.string(),
        url: z.string(),
        site: z.string(),
        snippet: z.string(),
        date: z.string().optional(),
        providers: z.array(z.string()),
        queries: z.array(z.number()).optional(),
      }),
    ),
    asked: z.array(Asked),
    next_cursor: z.string().optional(),
    note: z.string().optional(),
    age_s: z.number().optional(),
  }),

  async run(input, { search }: InternetDeps, { signal, annotate }) {
    const { cursor, asked, ...answer } = await search.search(input, { signal });
    annotate({ results: answer.results.length, providers: asked.map(({ provider }) => provider).join(',') });
    return { ...untrusted, ...answer, asked: asked.map((one) => ({ ...one })), ...(cursor && { next_cursor: cursor }) };
  },

  text: renderSearch,
});
