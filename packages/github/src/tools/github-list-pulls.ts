import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { listPulls } from '../read/lists/index.ts';
import type { GitHubDeps } from './deps.ts';
import { ListOutput, listText } from './list-text.ts';
import { Cursor, Fields, Limit, Login, MaxChars, Repo } from './schemas.ts';

const Text = z.string().trim().min(1).max(250);

export const githubListPulls = defineTool({
  name: 'github_list_pulls',
  title: 'List pull requests',
  description: 'Pull requests of a repository. To find words, or reviews you owe, use github_search.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'pulls'],
  input: z.strictObject({
    repo: Repo.optional(),
    state: z.enum(['open', 'closed', 'merged', 'all']).optional().describe('Default open'),
    filters: z
      .strictObject({
        head: Text.describe('branch or owner:branch'),
        base: Text,
        author: Login,
        labels: z.array(Text).max(20),
        reviewer: Login.describe('asked to review'),
        draft: z.boolean(),
      })
      .partial()
      .optional(),
    sort: z.enum(['created', 'updated', 'popularity', 'long-running']).optional(),
    direction: z.enum(['asc', 'desc']).optional(),
    fields: Fields.optional().describe('Only these; body too'),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: ListOutput,

  async run({ max_chars: _, filters, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await listPulls(github, { ...input, ...filters }, { signal, maxChars });
    annotate({ repo: answer.repo, rows: answer.rows.length });
    return answer;
  },

  text: listText('github_list_pulls'),
});
