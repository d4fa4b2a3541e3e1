import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { listIssues } from '../read/lists/index.ts';
import type { GitHubDeps } from './deps.ts';
import { ListOutput, listText } from './list-text.ts';
import { Cursor, Fields, Limit, Login, MaxChars, Repo } from './schemas.ts';

const Text = z.string().trim().min(1).max(250);

export const githubListIssues = defineTool({
  name: 'github_list_issues',
  title: 'List issues',
  description: 'Issues of a repository, without pull requests. To find words use github_search.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'issues'],
  input: z.strictObject({
    repo: Repo.optional(),
    state: z.enum(['open', 'closed', 'all']).optional().describe('Default open'),
    filters: z
      .strictObject({
        labels: z.array(Text).max(20),
        assignee: Login,
        author: Login,
        mentions: Login,
        milestone: Text.describe('title, none or *'),
        type: Text,
        since: z.iso.datetime().describe('updated after'),
      })
      .partial()
      .optional(),
    sort: z.enum(['created', 'updated', 'comments']).optional(),
    direction: z.enum(['asc', 'desc']).optional(),
    fields: Fields.optional().describe('Only these; body too'),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: ListOutput,

  async run({ max_chars: _, filters, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await listIssues(github, { ...input, ...filters }, { signal, maxChars });
    annotate({ repo: answer.repo, rows: answer.rows.length });
    return answer;
  },

  text: listText('github_list_issues'),
});
