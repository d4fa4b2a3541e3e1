import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { createRepository, forkRepository, star, unstar } from '../write/repositories/repository.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Login, Repo } from './schemas.ts';
import { refuseUnused } from './write-arguments.ts';
import { Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const takes = {
  create: ['description', 'private', 'auto_init'],
  fork: ['organization', 'fork_name', 'default_branch_only'],
  ...{ star: [], unstar: [] },
} as const;
const actions = { create: createRepository, fork: forkRepository, star, unstar };

export const githubRepoWrite = defineTool({
  name: 'github_repo_write',
  title: 'Create, fork or star a repository',
  description: 'Create a repository (private unless told otherwise), fork one, star it or take the star away.',
  effect: 'write',
  openWorld: true,
  toolsets: ['repos'],
  input: z.strictObject({
    repo: Repo,
    action: z.enum(['create', 'fork', 'star', 'unstar']),
    description: z.string().max(350).optional(),
    private: z.boolean().optional().describe('Default true'),
    auto_init: z.boolean().optional().describe('With a README'),
    organization: Login.optional().describe('Where a fork goes'),
    fork_name: z.string().trim().min(1).max(100).optional(),
    default_branch_only: z.boolean().optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    repo: z.string().optional(),
    url: z.string().optional(),
    default_branch: z.string().optional(),
    private: z.boolean().optional(),
    starred: z.boolean().optional(),
    ...Outcome,
  }),

  async run({ repo, action, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    refuseUnused(action, asked, takes[action]);
    const name = github.repo(repo);
    annotate({ repo, action, dry_run });
    return runOrPlan(github, dry_run, (port, mode) =>
      actions[action](port, { ...name, asked }, { ...mode, call: { signal } }),
    );
  },

  text: writeText,
});
