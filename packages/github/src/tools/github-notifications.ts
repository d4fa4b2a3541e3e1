import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { readNotifications } from '../read/notifications/index.ts';
import type { GitHubDeps } from './deps.ts';
import { more, rowsText } from './rows-text.ts';
import { Cursor, Limit, MaxChars, Repo, Rows } from './schemas.ts';

export const githubNotifications = defineTool({
  name: 'github_notifications',
  title: 'Read notifications',
  description: 'What waits in your inbox, with the reason why. Reading marks nothing as read.',
  effect: 'read',
  openWorld: true,
  toolsets: ['notifications'],
  input: z.strictObject({
    repo: Repo.optional(),
    all: z.boolean().optional().describe('Read ones too'),
    participating: z.boolean().optional().describe('Only where you take part'),
    since: z.iso.datetime().optional(),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    rows: Rows,
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readNotifications(github, input, { signal, maxChars });
    annotate({ rows: answer.rows.length });
    return answer;
  },

  text: ({ rows, notes, next_cursor }) =>
    [rowsText(rows, 'your notifications'), ...notes, ...more('github_notifications', next_cursor)].join('\n'),
});
