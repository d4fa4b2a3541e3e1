import { defineTool, ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import { writeRelease } from '../write/releases/release.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, Planned, Repo, Title } from './schemas.ts';
import { Branch } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubReleaseWrite = defineTool({
  name: 'github_release_write',
  title: 'Create, change or publish a release',
  description: 'A release of a tag. draft: false publishes it. generate_notes lets GitHub write the notes.',
  effect: 'write',
  openWorld: true,
  toolsets: ['releases'],
  input: z.strictObject({
    repo: Repo,
    action: z.enum(['create', 'update']),
    tag: Branch,
    target: Branch.optional().describe('Where a new tag is made; default branch'),
    name: Title.optional(),
    body: Body.optional(),
    edits: Edits.optional(),
    generate_notes: z.boolean().optional(),
    previous_tag: Branch.optional().describe('Notes begin after it'),
    draft: z.boolean().optional(),
    prerelease: z.boolean().optional(),
    latest: z.boolean().optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    id: z.number().optional(),
    tag: z.string().optional(),
    url: z.string().optional(),
    draft: z.boolean().optional(),
    body: z.string().optional(),
    verified: z.boolean().optional(),
    not_applied: z.array(z.string()).optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    if (asked.body !== undefined && asked.edits) throw new ValidationError('Give body or edits, not both.');
    if (asked.action === 'create' && asked.edits) throw new ValidationError('edits: only for a release that exists.');
    const name = github.repo(repo);
    annotate({ repo, tag: asked.tag, dry_run });
    return runOrPlan(github, dry_run, (port, mode) =>
      writeRelease(port, { ...name, asked }, { ...mode, call: { signal } }),
    );
  },

  text: writeText,
});
