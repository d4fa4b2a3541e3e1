import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { mergePull } from '../write/pulls/merge.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, IssueNumber, Repo, Row, Title } from './schemas.ts';
import { Outcome, Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubPullMerge = defineTool({
  name: 'github_pull_merge',
  title: 'Merge a pull request',
  description:
    'Merge exactly the head that was reviewed, where no conflict, draft or rule of the branch forbids it. dry_run tells what speaks against it: reviews, checks, also those not required.',
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
    notes: z.array(z.string()).optional(),
    ...Outcome,
  }),

  async run({ repo, number, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    if (asked.method === 'rebase' && (asked.title ?? asked.message) !== undefined) {
      throw new ValidationError('title, message: a rebase keeps the messages of the commits.');
    }
    const name = { ...github.repo(repo), number };
    annotate({ repo, number, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => mergePull(port, name, { ...mode, asked, call: { signal } }));
  },

  text: writeText,
});
