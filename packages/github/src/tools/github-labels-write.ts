import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { eachItem } from '../write/items.ts';
import { writeLabel, writeMilestone } from '../write/labels/labels.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Repo } from './schemas.ts';
import { Items, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const Name = z.string().trim().min(1).max(250);
const Label = z.strictObject({
  name: Name,
  new_name: Name.optional(),
  color: z
    .string()
    .regex(/^#?[0-9a-f]{6}$/i)
    .optional(),
  description: z.string().max(100).optional(),
});
const Milestone = z.strictObject({
  title: Name,
  new_title: Name.optional(),
  description: z.string().max(10_000).optional(),
  due_on: z.iso.date().optional(),
  state: z.enum(['open', 'closed']).optional(),
});

export const githubLabelsWrite = defineTool({
  name: 'github_labels_write',
  title: 'Create or change labels and milestones',
  description: 'Those that are missing are created, the others changed where they differ. Answers item by item.',
  effect: 'write',
  idempotent: true,
  openWorld: true,
  toolsets: ['issues'],
  input: z.strictObject({
    repo: Repo,
    labels: z.array(Label).max(50).default([]),
    milestones: z.array(Milestone).max(20).default([]),
    dry_run: DryRun,
  }),
  output: z.object({ items: Items.optional(), ...Outcome }),

  async run({ repo, labels, milestones, dry_run }, { github }: GitHubDeps, { signal, annotate }) {
    const name = github.repo(repo);
    const asked = [...labels.map((label) => ({ label })), ...milestones.map((milestone) => ({ milestone }))];
    if (asked.length === 0) throw new ValidationError('Give labels or milestones.');
    annotate({ repo, items: asked.length, dry_run });
    return runOrPlan(github, dry_run, async (port, mode) => {
      const how = { ...mode, call: { signal } };
      const items = await eachItem(asked, {
        ...mode,
        github: port,
        name: (one) => ('label' in one ? one.label.name : one.milestone.title),
        work: (one, each) =>
          'label' in one ? writeLabel(each, { ...name, ...one }, how) : writeMilestone(each, { ...name, ...one }, how),
      });
      return { items };
    });
  },

  text: writeText,
});
