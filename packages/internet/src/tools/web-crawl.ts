import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import type { CrawlAnswer } from '../crawl/index.ts';
import { renderCrawl } from './crawl-text.ts';
import type { InternetDeps } from './deps.ts';
import { Cursor, MaxChars, Question, Untrusted, Url, untrusted } from './schemas.ts';

const Globs = z.array(z.string().trim().min(1).max(200)).max(20);

export const webCrawl = defineTool({
  name: 'web_crawl',
  title: 'Crawl a site',
  description:
    'Follow the links of one site, breadth first, honouring robots.txt. With question the passages of all pages that answer it come back, else the beginning of each page. Ends at a limit and goes on with the cursor.',
  effect: 'read',
  openWorld: true,
  toolsets: ['site'],
  input: z.strictObject({
    url: Url.optional().describe('Where to begin'),
    question: Question.optional(),
    depth: z.int().min(0).max(10).default(2).describe('Links away from url'),
    include: Globs.optional().describe('Only these paths; * is anything'),
    exclude: Globs.optional().describe('Not these paths'),
    max_pages: z.int().min(1).max(100).default(20),
    max_seconds: z.int().min(1).max(120).default(30),
    cursor: Cursor.optional().describe('Go on, instead of url'),
    max_chars: MaxChars,
  }),
  output: Untrusted.extend({
    pages: z.array(
      z.object({
        url: z.string(),
        title: z.string().optional(),
        depth: z.number(),
        chars: z.number(),
        published: z.string().optional(),
        text: z.string().optional(),
        passages: z.array(z.object({ text: z.string(), headings: z.array(z.string()) })).optional(),
      }),
    ),
    failed: z.array(z.object({ url: z.string(), code: z.string(), message: z.string() })).optional(),
    failed_total: z.number().optional(),
    without_match: z.number().optional(),
    skipped: z.record(z.string(), z.number()).optional(),
    stopped: z.enum(['done', 'max_pages', 'max_seconds', 'max_bytes']),
    waiting: z.number(),
    next_cursor: z.string().optional(),
    truncated: z.boolean().optional(),
  }),

  async run({ max_chars: _, ...input }, { crawls }: InternetDeps, { signal, maxChars, progress, annotate }) {
    const onPage = (read: number, url: string) => progress({ done: read, total: input.max_pages, message: url });
    const answer = await crawls.run(input, { signal, maxChars, onPage });
    annotate({ pages: answer.pages.length, failed: answer.failed?.length ?? 0, stopped: answer.stopped });
    return { ...untrusted, ...answer };
  },

  text: (answer: CrawlAnswer & typeof untrusted) => renderCrawl(answer),
});
