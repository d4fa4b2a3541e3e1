import { defineTool } from '@mcp-servers/core';
import { fence } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { inLine } from '../read/in-line.ts';
import type { SiteAnswer } from '../site/read-site.ts';
import type { InternetDeps } from './deps.ts';
import { Cursor, MaxChars, Untrusted, Url, untrusted } from './schemas.ts';

export const webSitemap = defineTool({
  name: 'web_sitemap',
  title: 'List the pages of a site',
  description: 'The addresses in the sitemaps of a site, and what its robots.txt says. To follow links use web_crawl.',
  effect: 'read',
  openWorld: true,
  toolsets: ['site'],
  input: z.strictObject({
    url: Url.optional().describe('A page of the site, or a sitemap'),
    path: z.string().trim().min(1).max(200).optional().describe('Begins with /docs/, or matches *guide*'),
    since: z.iso.date().optional().describe('Changed on or after, YYYY-MM-DD'),
    other_hosts: z.boolean().default(false).describe('Also sitemaps on other hosts'),
    limit: z.int().min(1).max(1000).default(100),
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: Untrusted.extend({
    entries: z.array(
      z.object({ url: z.string(), last_modified: z.string().optional(), other_host: z.boolean().optional() }),
    ),
    total: z.number(),
    files: z.array(z.object({ url: z.string(), entries: z.number(), sitemaps: z.number() })),
    robots: z.object({ allowed: z.boolean(), why: z.string(), crawl_delay_s: z.number().optional() }),
    problems: z.array(z.string()).optional(),
    next_cursor: z.string().optional(),
  }),

  async run({ max_chars: _, ...input }, { site }: InternetDeps, { signal, maxChars, annotate }) {
    const answer = await site(input, { signal, maxChars });
    annotate({ entries: answer.entries.length, total: answer.total });
    return { ...untrusted, ...answer };
  },

  text: renderSite,
});

function renderSite({
  entries,
  total,
  files,
  robots,
  problems = [],
  next_cursor,
}: SiteAnswer & typeof untrusted): string {
  const lines = entries.map(({ url, last_modified }) => (last_modified ? `${url} (${last_modified})` : url));
  const source = files[0]?.url ?? 'the site';
  return [
    ...(lines.length > 0 ? [fence(lines.map((line) => inLine(line, 4_096)).join('\n'), { source })] : []),
    `${entries.length} of ${total} addresses, from ${files.length} sitemap files.`,
    `robots.txt: ${inLine(robots.why)}${robots.crawl_delay_s ? ` It asks for ${robots.crawl_delay_s} s between requests.` : ''}`,
    ...problems.map((problem) => `Note: ${inLine(problem)}`),
    ...(next_cursor ? [`More: call web_sitemap with cursor "${next_cursor}"`] : []),
  ].join('\n');
}
