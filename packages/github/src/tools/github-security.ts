import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { readSecurity, securityKinds } from '../read/security/index.ts';
import type { GitHubDeps } from './deps.ts';
import { more, rowsText } from './rows-text.ts';
import { Cursor, Limit, MaxChars, Repo, Rows } from './schemas.ts';

const Word = z.string().regex(/^[a-z_]{1,40}$/);

export const githubSecurity = defineTool({
  name: 'github_security',
  title: 'Read security alerts',
  description:
    'Alerts of code, secret and dependency scanning, or advisories of a repository. Leaked secrets themselves are not shown.',
  effect: 'read',
  openWorld: true,
  toolsets: ['security'],
  input: z.strictObject({
    repo: Repo.optional(),
    kind: z.enum(securityKinds).optional(),
    state: Word.optional().describe('open, fixed, dismissed, resolved, published…'),
    severity: Word.optional().describe('critical, high, medium, low'),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string(),
    kind: z.string(),
    rows: Rows,
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readSecurity(github, input, { signal, maxChars });
    annotate({ kind: answer.kind, rows: answer.rows.length });
    return answer;
  },

  text: ({ repo, kind, rows, notes, next_cursor }) =>
    [rowsText(rows, `${repo} ${kind}`), ...notes, ...more('github_security', next_cursor)].join('\n'),
});
