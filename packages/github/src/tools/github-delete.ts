import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
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
    repo: Repo.optional(),
    kind: z.enum(deletable).describe('comment: of an issue or pull request'),
    name: z
      .string()
      .min(1)
      .max(4096)
      .describe(
        'Branch, tag, label, tag of the release, title of the milestone, path, id of the comment, gist or item, owner/name, number of the discussion, title of the project; gist_id/comment_id, number/comment_id',
      ),
    project: z.string().trim().min(3).max(120).optional().describe('owner/number of the project or item'),
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
    note: z.string().optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const place = repo === undefined ? undefined : github.repo(repo);
    annotate({ repo, kind: asked.kind, name: asked.name, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => remove(port, { place, asked }, { ...mode, call: { signal } }));
  },

  text: writeText,
});
