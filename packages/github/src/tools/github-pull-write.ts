import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { createPull, updatePull } from '../write/pulls/pull.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, IssueNumber, Login, Repo, Title, UpdatedAt } from './schemas.ts';
import { checkChange, refuseBoth } from './write-arguments.ts';
import { Branch, Labels, Outcome, Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const Logins = z.array(Login).min(1).max(15);

export const githubPullWrite = defineTool({
  name: 'github_pull_write',
  title: 'Create or change a pull request',
  description:
    'Without number a new pull request (title, head, base), with it a change: only what is given changes. Change a body by edits. To merge: github_pull_merge; to review: github_pull_review.',
  effect: 'write',
  openWorld: true,
  toolsets: ['default', 'pulls'],
  input: z.strictObject({
    repo: Repo,
    number: IssueNumber.optional(),
    title: Title.optional(),
    head: Branch.optional().describe('Branch, or owner:branch of a fork'),
    head_repo: z.string().trim().min(1).max(100).optional(),
    base: Branch.optional(),
    body: Body.optional(),
    edits: Edits.optional(),
    draft: z.boolean().optional(),
    state: z.enum(['open', 'closed']).optional(),
    update_branch: z.boolean().optional().describe('Merge base into head'),
    reviewers: Logins.optional(),
    team_reviewers: Logins.optional(),
    remove_reviewers: Logins.optional(),
    remove_team_reviewers: Logins.optional(),
    add_labels: Labels.optional(),
    remove_labels: Labels.optional(),
    assignees: z.array(Login).max(10).optional(),
    expected_head: Sha.optional(),
    expected_updated_at: UpdatedAt.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    number: z.number().optional(),
    url: z.string().optional(),
    state: z.string().optional(),
    draft: z.boolean().optional(),
    head: z.string().optional(),
    updated_at: z.string().optional(),
    ...Outcome,
  }),

  async run({ repo, number, dry_run, ...change }, { github }: GitHubDeps, { signal, annotate }) {
    refuseBoth(change);
    checkChange(change, { what: 'a pull request', number, forNew, forOld });
    const name = github.repo(repo);
    annotate({ repo, number, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => {
      const how = { ...mode, change, call: { signal } };
      return number === undefined ? createPull(port, name, how) : updatePull(port, { ...name, number }, how);
    });
  },

  text: writeText,
});

const forNew = ['head', 'head_repo'] as const;
const forOld = [
  'edits',
  'state',
  'update_branch',
  'remove_reviewers',
  'remove_team_reviewers',
  'remove_labels',
  'expected_head',
  'expected_updated_at',
] as const;
