import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { writeRelease } from '../write/releases/release.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, Repo, Title, UpdatedAt } from './schemas.ts';
import { refuseBoth } from './write-arguments.ts';
import { Branch, Outcome } from './write-schemas.ts';
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
    expected_updated_at: UpdatedAt.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    id: z.number().optional(),
    tag: z.string().optional(),
    url: z.string().optional(),
    draft: z.boolean().optional(),
    updated_at: z.string().optional(),
    body: z.string().optional(),
    ...Outcome,
  }),

  async run({ repo, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    refuseBoth(asked);
    const forOld = asked.action === 'create' ? (['edits', 'expected_updated_at'] as const) : [];
    const wrong = forOld.filter((name) => asked[name] !== undefined);
    if (wrong.length > 0) throw new ValidationError(`${wrong.join(', ')}: only for a release that exists.`);
    if (asked.previous_tag !== undefined && !asked.generate_notes) {
      throw new ValidationError('previous_tag: where notes begin, so give generate_notes with it.');
    }
    const name = github.repo(repo);
    annotate({ repo, tag: asked.tag, dry_run });
    return runOrPlan(github, dry_run, (port, mode) =>
      writeRelease(port, { ...name, asked }, { ...mode, call: { signal } }),
    );
  },

  text: writeText,
});
