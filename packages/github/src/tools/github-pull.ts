import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { partNames, readPull } from '../read/pulls/index.ts';
import type { GitHubDeps } from './deps.ts';
import { pullText } from './pull-text.ts';
import { Cursor, IssueNumber, MaxChars, Repo, Row, Rows } from './schemas.ts';

export const PullOutput = z.object({
  repo: z.string(),
  number: z.number(),
  pull: Row.optional(),
  body: z.string().optional(),
  checks: Row.optional(),
  threads_open: Rows.optional(),
  lists: z.record(
    z.string(),
    z.object({
      items: Rows,
      total: z.number(),
      next_cursor: z.string().optional(),
      truncated: z.boolean().optional(),
    }),
  ),
  notes: z.array(z.string()),
});

export const githubPull = defineTool({
  name: 'github_pull',
  title: 'Show a pull request',
  description:
    'All that decides about a pull request: state, whether it can be merged and why not, failing checks with their job_id, reviews, open threads, files, linked issues.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'pulls'],
  input: z.strictObject({
    repo: Repo.optional(),
    number: IssueNumber.optional(),
    include: z.array(z.enum(partNames)).max(partNames.length).default([]),
    cursor: Cursor.optional().describe('Next page of one list'),
    max_chars: MaxChars,
  }),
  output: PullOutput,

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readPull(github, input, { signal, maxChars });
    annotate({ repo: answer.repo, number: answer.number });
    return answer;
  },

  text: pullText,
});
