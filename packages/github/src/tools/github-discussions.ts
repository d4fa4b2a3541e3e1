import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { readDiscussions } from '../read/discussions/index.ts';
import type { GitHubDeps } from './deps.ts';
import { more, pairs, writtenText } from './rows-text.ts';
import { Cursor, IssueNumber, Limit, MaxChars, Repo, Row, Rows } from './schemas.ts';

export const githubDiscussions = defineTool({
  name: 'github_discussions',
  title: 'Read discussions',
  description: 'Discussions of a repository; with number one of them, its comments and replies.',
  effect: 'read',
  openWorld: true,
  toolsets: ['discussions'],
  input: z.strictObject({
    repo: Repo.optional(),
    number: IssueNumber.optional(),
    category: z.string().trim().min(1).max(250).optional(),
    answered: z.boolean().optional(),
    state: z.enum(['open', 'closed']).optional(),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string(),
    discussion: Row.optional(),
    body: z.string().optional(),
    rows: Rows,
    total: z.number(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readDiscussions(github, input, { signal, maxChars });
    annotate({ repo: answer.repo, rows: answer.rows.length });
    return answer;
  },

  text({ repo, discussion, body, rows, total, notes, next_cursor }) {
    const mark = newMark();
    const author = typeof discussion?.author === 'string' ? discussion.author : undefined;
    return [
      ...(discussion
        ? [fence([pairs(discussion), ...(body ? [body] : [])].join('\n\n'), { source: repo, author }, mark)]
        : []),
      `${rows.length} of ${total} ${discussion ? 'comments' : 'entries'}:`,
      ...writtenText(rows, repo, mark),
      ...notes,
      ...more('github_discussions', next_cursor),
    ].join('\n');
  },
});
