import { defineTool, ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import { dryRun } from '../write/dry-run.ts';
import { createIssue, type IssueChange, updateIssue } from '../write/issue.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, IssueNumber, Login, Planned, Repo, Title, UpdatedAt } from './schemas.ts';
import { writeText } from './write-text.ts';

const Label = z.string().trim().min(1).max(100);
const Labels = z.array(Label).max(100);

export const githubIssueWrite = defineTool({
  name: 'github_issue_write',
  title: 'Create or change an issue',
  description:
    'Without number a new issue, with it a change: only what is given changes. Change a body by edits. What GitHub did not do is under not_applied.',
  effect: 'write',
  openWorld: true,
  toolsets: ['default', 'issues'],
  input: z.strictObject({
    repo: Repo,
    number: IssueNumber.optional(),
    title: Title.optional(),
    body: Body.optional().describe('Whole text'),
    edits: Edits.optional().describe('Of the body, each old_text exactly once'),
    labels: Labels.optional().describe('Instead of all there are'),
    add_labels: Labels.optional(),
    remove_labels: Labels.optional(),
    assignees: z.array(Login).max(10).optional(),
    milestone: z
      .union([z.string().trim().min(1).max(250), z.int().min(1)])
      .nullable()
      .optional()
      .describe('Title or number'),
    type: Label.nullable().optional(),
    state: z.enum(['open', 'closed']).optional(),
    state_reason: z.enum(['completed', 'not_planned', 'reopened']).optional(),
    duplicate_of: IssueNumber.optional().describe('Closes it as a duplicate of this one'),
    expected_updated_at: UpdatedAt.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    number: z.number().optional(),
    url: z.string().optional(),
    title: z.string().optional(),
    state: z.string().optional(),
    updated_at: z.string().optional(),
    created: z.boolean().optional(),
    verified: z.boolean().optional(),
    not_applied: z.array(z.string()).optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, number, dry_run, ...change }, { github }: GitHubDeps, { signal, annotate }) {
    check(number, change);
    const name = github.repo(repo);
    annotate({ repo, number, dry_run });
    const how = { change, call: { signal } };
    const work = (port: typeof github) =>
      number === undefined ? createIssue(port, name, how) : updateIssue(port, { ...name, number }, how);
    if (dry_run) {
      const { requests } = await dryRun(github, work);
      return { dry_run, requests: [...requests] };
    }
    return { ...(await work(github)), created: number === undefined };
  },

  text: writeText,
});

function check(number: number | undefined, change: IssueChange): void {
  if (change.body !== undefined && change.edits) throw new ValidationError('Give body or edits, not both.');
  if (change.labels && change.remove_labels)
    throw new ValidationError('labels is the whole list: leave out remove_labels.');
  if (change.duplicate_of !== undefined && change.state === 'open') {
    throw new ValidationError('A duplicate is closed: leave out state.');
  }
  const changes = Object.entries(change).filter(([key, value]) => value !== undefined && key !== 'expected_updated_at');
  if (number !== undefined && changes.length === 0) throw new ValidationError('Nothing to change was given.');
  const updating = ['edits', 'state', 'state_reason', 'duplicate_of', 'remove_labels', 'expected_updated_at'] as const;
  const wrong = updating.filter((key) => number === undefined && change[key] !== undefined);
  if (wrong.length > 0) {
    throw new ValidationError(`${wrong.join(', ')}: only for an issue that exists.`, { hint: 'Give its number.' });
  }
}
