import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { createBranch, renameBranch, updateBranch } from '../write/branches/branch.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Repo } from './schemas.ts';
import { refuseUnused } from './write-arguments.ts';
import { Branch, Outcome, Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const takes = {
  create: ['branch', 'to'],
  update: ['branch', 'to', 'expected_head'],
  rename: ['branch', 'new_name', 'expected_head'],
} as const;
const actions = { create: createBranch, update: updateBranch, rename: renameBranch };

export const githubBranchWrite = defineTool({
  name: 'github_branch_write',
  title: 'Create, move or rename a branch',
  description: 'Create a branch, move it forward (never back), or rename it. To delete: github_delete.',
  effect: 'write',
  openWorld: true,
  toolsets: ['repos'],
  input: z.strictObject({
    repo: Repo,
    action: z.enum(['create', 'update', 'rename']),
    branch: Branch,
    to: Branch.optional().describe('Branch, tag or sha it starts at or moves to; default branch for create'),
    new_name: Branch.optional(),
    expected_head: Sha.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    branch: z.string().optional(),
    head: z.string().optional(),
    before: z.string().optional(),
    ...Outcome,
  }),

  async run({ repo, action, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    refuseUnused(action, asked, takes[action]);
    const name = github.repo(repo);
    annotate({ repo, action, branch: asked.branch, dry_run });
    return runOrPlan(github, dry_run, (port, mode) =>
      actions[action](port, { ...name, asked }, { ...mode, call: { signal } }),
    );
  },

  text: writeText,
});
