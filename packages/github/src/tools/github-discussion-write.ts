import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { closeReasons, type DiscussionChange } from '../write/discussions/change.ts';
import { createDiscussion, updateDiscussion } from '../write/discussions/discussion.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, IssueNumber, Repo, Title, UpdatedAt } from './schemas.ts';
import { checkChange, refuseBoth } from './write-arguments.ts';
import { Labels, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubDiscussionWrite = defineTool({
  name: 'github_discussion_write',
  title: 'Create or change a discussion',
  description:
    'Without number a new discussion (title, body, category), with it a change: only what is given changes. Change a body by edits. Comments: github_comment_write.',
  effect: 'write',
  openWorld: true,
  toolsets: ['discussions'],
  input: z.strictObject({
    repo: Repo,
    number: IssueNumber.optional(),
    title: Title.optional(),
    category: z.string().trim().min(1).max(250).optional().describe('Name or slug'),
    body: Body.optional(),
    edits: Edits.optional(),
    state: z.enum(['open', 'closed']).optional(),
    state_reason: z.enum(closeReasons).optional(),
    locked: z.boolean().optional(),
    answer: z.string().min(1).max(100).nullable().optional().describe('Id of the comment that answers; null: none'),
    labels: Labels.optional().describe('All of them'),
    add_labels: Labels.optional(),
    remove_labels: Labels.optional(),
    upvote: z.boolean().optional(),
    expected_updated_at: UpdatedAt.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    number: z.number().optional(),
    url: z.string().optional(),
    state: z.string().optional(),
    updated_at: z.string().optional(),
    ...Outcome,
  }),

  async run({ repo, number, dry_run, ...change }, { github }: GitHubDeps, { signal, annotate }) {
    check(number, change);
    const name = github.repo(repo);
    annotate({ repo, number, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => {
      const how = { ...mode, change, call: { signal } };
      return number === undefined
        ? createDiscussion(port, name, how)
        : updateDiscussion(port, { ...name, number }, how);
    });
  },

  text: writeText,
});

const forOld = ['edits', 'state', 'state_reason', 'answer', 'remove_labels', 'expected_updated_at'] as const;

function check(number: number | undefined, change: DiscussionChange): void {
  refuseBoth({ ...change });
  checkChange({ ...change }, { what: 'a discussion', number, forOld });
  if (change.state_reason !== undefined && change.state !== 'closed') {
    throw new ValidationError('state_reason says why it is closed: give state "closed" with it.');
  }
}
