import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { readSecurity, securityKinds } from '../read/security/index.ts';
import type { GitHubDeps } from './deps.ts';
import { more, pairs, rowsText } from './rows-text.ts';
import { Cursor, IssueNumber, Limit, MaxChars, Repo, Row, Rows } from './schemas.ts';

const Word = z.string().regex(/^[a-z_]{1,40}$/);

export const githubSecurity = defineTool({
  name: 'github_security',
  title: 'Read security alerts',
  description:
    "Alerts of code, secret and dependency scanning, or advisories of a repository; or one, with where it was found. Leaked secrets themselves are not shown. ghsa_id without repo asks GitHub's database.",
  effect: 'read',
  openWorld: true,
  toolsets: ['security'],
  input: z.strictObject({
    repo: Repo.optional(),
    kind: z.enum(securityKinds).optional(),
    number: IssueNumber.optional().describe('One alert'),
    ghsa_id: z
      .string()
      .regex(/^GHSA(-[a-z\d]{4}){3}$/i, 'must be like GHSA-xxxx-xxxx-xxxx')
      .optional()
      .describe('One advisory'),
    state: Word.optional().describe('open, fixed, dismissed, resolved, published…'),
    severity: Word.optional().describe('critical, high, medium, low'),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string().optional(),
    kind: z.string(),
    about: Row.optional(),
    body: z.string().optional(),
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

  text({ repo = 'GitHub', kind, about, body, rows, notes, next_cursor }) {
    const source = `${repo} ${kind}`;
    const words = [...(about ? [pairs(about)] : []), ...(body ? [body] : [])];
    return [
      ...(words.length > 0 ? [fence(words.join('\n\n'), { source }, newMark())] : []),
      ...(about && rows.length === 0 ? [] : [rowsText(rows, source)]),
      ...notes,
      ...more('github_security', next_cursor),
    ].join('\n');
  },
});
