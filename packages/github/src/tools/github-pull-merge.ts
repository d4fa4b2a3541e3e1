import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { mergePull } from '../write/pulls/merge.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, IssueNumber, Planned, Repo, Row, Title } from './schemas.ts';
import { Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubPullMerge = defineTool({
  name: 'github_pull_merge',
  title: 'Merge a pull request',
  description:
    'Merge exactly the head that was reviewed. Refused while anything stands in the way; dry_run tells that and the checks.',
  effect: 'destroy',
  openWorld: true,
  toolsets: ['pulls'],
  input: z.strictObject({
    repo: Repo,
    number: IssueNumber,
    expected_head: Sha.describe('Head that was reviewed'),
    method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
    title: Title.optional(),
    message: Body.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    merged: z.boolean().optional(),
    commit: z.string().optional(),
    base: z.string().optional(),
    mergeable: z.string().optional(),
    why: z.array(z.string()).optional(),
    checks: Row.optional(),
    verified: z.boolean().optional(),
    note: z.string().optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, number, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const name = { ...github.repo(repo), number };
    annotate({ repo, number, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => mergePull(port, name, { ...mode, asked, call: { signal } }));
  },

  text: writeText,
});
