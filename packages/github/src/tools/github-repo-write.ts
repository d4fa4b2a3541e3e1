import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { createRepository, forkRepository, star, unstar } from '../write/repositories/repository.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Login, Planned, Repo } from './schemas.ts';
import { writeText } from './write-text.ts';

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
    private: z.boolean().default(true),
    auto_init: z.boolean().default(false).describe('With a README'),
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
    verified: z.boolean().optional(),
    note: z.string().optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, action, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const name = github.repo(repo);
    annotate({ repo, action, dry_run });
    return runOrPlan(github, dry_run, (port, mode) =>
      actions[action](port, { ...name, asked }, { ...mode, call: { signal } }),
    );
  },

  text: writeText,
});
