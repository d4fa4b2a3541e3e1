import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { createIssue, type IssueChange, updateIssue } from '../write/issues/issue.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, IssueNumber, Login, Repo, Title, UpdatedAt } from './schemas.ts';
import { checkChange, refuseBoth } from './write-arguments.ts';
import { Labels, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const Type = z.string().trim().min(1).max(100);

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
    type: Type.nullable().optional(),
    state: z.enum(['open', 'closed']).optional(),
    state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).optional(),
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
    ...Outcome,
  }),

  async run({ repo, number, dry_run, ...change }, { github }: GitHubDeps, { signal, annotate }) {
    const meant = toChange(number, change);
    const name = github.repo(repo);
    annotate({ repo, number, dry_run });
    return runOrPlan(github, dry_run, async (port, mode) => {
      const how = { ...mode, change: meant, call: { signal } };
      const written =
        number === undefined ? await createIssue(port, name, how) : await updateIssue(port, { ...name, number }, how);
      return { ...written, ...(!dry_run && { created: number === undefined }) };
    });
  },

  text: writeText,
});

const forOld = ['edits', 'state', 'state_reason', 'duplicate_of', 'remove_labels', 'expected_updated_at'] as const;

type Asked = Omit<IssueChange, 'state_reason'> & { readonly state_reason?: IssueChange['state_reason'] | 'duplicate' };

/** What is asked for, without what contradicts itself: a duplicate is closed as such, whether or not that is said again. */
function toChange(number: number | undefined, { state_reason, ...change }: Asked): IssueChange {
  refuseBoth({ ...change });
  checkChange({ ...change, state_reason }, { what: 'an issue', number, forOld });
  const { labels, remove_labels, duplicate_of, state } = change;
  if (labels && remove_labels) throw new ValidationError('labels is the whole list: leave out remove_labels.');
  if (duplicate_of === undefined) {
    if (state_reason === 'duplicate') {
      throw new ValidationError('state_reason: which issue is it a duplicate of?', { hint: 'Give duplicate_of.' });
    }
    return { ...change, state_reason };
  }
  if (duplicate_of === number) throw new ValidationError('duplicate_of: an issue is no duplicate of itself.');
  if (state === 'open' || (state_reason !== undefined && state_reason !== 'duplicate')) {
    throw new ValidationError('A duplicate is closed as such: leave out state and state_reason.');
  }
  return { ...change, state: undefined };
}
