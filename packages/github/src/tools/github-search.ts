import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Filters, kinds, searchGitHub } from '../read/search/index.ts';
import type { GitHubDeps } from './deps.ts';
import { more, rowsText } from './rows-text.ts';
import { Cursor, Limit, MaxChars, Rows } from './schemas.ts';

export const githubSearch = defineTool({
  name: 'github_search',
  title: 'Search GitHub',
  description:
    'Search everywhere, or in one repository or account. Filters are quoted for you. Code comes with the lines that match (default branches only).',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'repos', 'issues', 'pulls', 'discussions'],
  input: z.strictObject({
    kind: z.enum(kinds).optional(),
    query: z.string().trim().max(1000).optional().describe('Words, "phrases"'),
    filters: Filters.optional(),
    sort: z.string().max(40).optional(),
    order: z.enum(['asc', 'desc']).optional(),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    kind: z.string(),
    search: z.string(),
    rows: Rows,
    total: z.number().optional(),
    incomplete: z.boolean().optional(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await searchGitHub(github, input, { signal, maxChars });
    annotate({ kind: answer.kind, rows: answer.rows.length });
    return answer;
  },

  text: ({ kind, search, rows, total, notes, next_cursor }) =>
    [
      `${total ?? rows.length} ${kind} for: ${search}`,
      rowsText(rows, `GitHub search of ${kind}`),
      ...notes,
      ...more('github_search', next_cursor),
    ].join('\n'),
});
