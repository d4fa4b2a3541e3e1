import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { actionShows, readActions, runStatuses } from '../read/actions/index.ts';
import type { GitHubDeps } from './deps.ts';
import { label, more, rowsText } from './rows-text.ts';
import { Attempt, Cursor, Limit, Login, MaxChars, Repo, Row, Rows } from './schemas.ts';

const Text = z.string().trim().min(1).max(250);

export const githubActions = defineTool({
  name: 'github_actions',
  title: 'Show workflow runs',
  description: 'Runs of GitHub Actions; one run with its jobs, failing steps and artifacts; or the workflows.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'actions'],
  input: z.strictObject({
    repo: Repo.optional(),
    show: z.enum(actionShows).optional(),
    run_id: z.int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    attempt: Attempt,
    filters: z
      .strictObject({
        workflow: Text.describe('name, file or id'),
        branch: Text,
        event: Text,
        status: z.enum(runStatuses),
        actor: Login,
        sha: Text,
        created: Text.describe('>=2025-01-01'),
      })
      .partial()
      .optional(),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string(),
    show: z.string(),
    run: Row.optional(),
    rows: Rows,
    artifacts: Rows.optional(),
    total: z.number().optional(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, filters, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readActions(github, { ...input, ...filters }, { signal, maxChars });
    annotate({ show: answer.show, rows: answer.rows.length });
    return answer;
  },

  text: ({ repo, show, run, rows, artifacts, notes, next_cursor }) =>
    [
      ...(run ? [rowsText([run], repo), 'Jobs:'] : []),
      rowsText(rows, `${repo} ${show}`),
      ...(artifacts ? ['Artifacts:', rowsText(artifacts, repo)] : []),
      ...notes.map((note) => label(note)),
      ...more('github_actions', next_cursor),
    ].join('\n'),
});
