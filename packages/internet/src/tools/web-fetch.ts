import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { modes } from '../read/document.ts';
import { fetchMany } from '../read/fetch-many.ts';
import { FetchResult } from '../read/result.ts';
import { renderResults } from '../read/text.ts';
import type { InternetDeps } from './deps.ts';
import { Cursor, MaxChars, Question, Untrusted, Url, untrusted } from './schemas.ts';

export const webFetch = defineTool({
  name: 'web_fetch',
  title: 'Fetch pages',
  description:
    'Read 1-10 addresses side by side: pages, PDF, feeds, JSON, text, as Markdown. With question only the passages that answer it come back, which is far shorter. An outline first helps with long documents.',
  effect: 'read',
  openWorld: true,
  toolsets: ['read'],
  input: z.strictObject({
    urls: z.array(Url).min(1).max(10).optional().describe('http or https'),
    question: Question.optional().describe('Answer with the passages about it'),
    find: z.string().trim().min(1).max(200).optional().describe('Answer with the places where this text is'),
    mode: z
      .enum(modes)
      .default('article')
      .describe('article: main text; full: with navigation; text: without Markdown; raw: source'),
    section: z.string().trim().min(1).max(300).optional().describe('Heading, its anchor or number in the outline'),
    pages: z.string().trim().min(1).max(100).optional().describe('Of a PDF: 1-3,7'),
    fresh: z.boolean().default(false).describe('Ask the site even if a copy is kept'),
    cursor: Cursor.optional().describe('From the answer before, instead of urls'),
    max_chars: MaxChars,
  }),
  output: Untrusted.extend({ results: z.array(FetchResult) }),

  async run({ max_chars: _, ...input }, { read }: InternetDeps, { maxChars, signal, log, annotate }) {
    const answer = await fetchMany(read, input, { maxChars, signal, log });
    annotate({ pages: answer.results.length, failed: answer.results.filter(({ error }) => error).length });
    return { ...untrusted, ...answer };
  },

  text: renderResults,
});
