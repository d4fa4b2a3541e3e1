import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { deletable, remove } from '../write/delete/delete.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Planned, Repo } from './schemas.ts';
import { Branch, Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubDelete = defineTool({
  name: 'github_delete',
  title: 'Delete',
  description: 'Delete one thing, by its exact name. Most of it cannot be brought back.',
  effect: 'destroy',
  openWorld: true,
  toolsets: ['repos'],
  input: z.strictObject({
    repo: Repo,
    kind: z.enum(deletable).describe('comment: of an issue or pull request'),
    name: z
      .string()
      .min(1)
      .max(4096)
      .describe('Branch, label, tag of the release, path, id of the comment; of a repository owner/name'),
    expected_head: Sha.optional().describe('Of the branch'),
    branch: Branch.optional().describe('Of the file'),
    message: z.string().trim().min(1).max(65_536).optional().describe('Of the commit that deletes a file'),
    dry_run: DryRun,
  }),
  output: z.object({
    kind: z.string().optional(),
    name: z.string().optional(),
    was: z.string().optional(),
    commit: z.string().optional(),
    verified: z.boolean().optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const name = github.repo(repo);
    annotate({ repo, kind: asked.kind, name: asked.name, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => remove(port, { ...name, asked }, { ...mode, call: { signal } }));
  },

  text: writeText,
});
