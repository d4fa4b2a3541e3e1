import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { events, writeReview } from '../write/pulls/review.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, IssueNumber, Repo } from './schemas.ts';
import { CommentNumber, Outcome, Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const Line = z.int().min(1).max(10_000_000);
const Side = z.enum(['LEFT', 'RIGHT']);
const ThreadIds = z.array(z.string().min(1).max(200)).min(1).max(50);

const Comment = z.strictObject({
  path: z.string().min(1).max(4096),
  line: Line.optional().describe('Without it: on the whole file'),
  side: Side.default('RIGHT').describe('LEFT: before the change'),
  start_line: Line.optional().describe('First of several lines'),
  start_side: Side.optional(),
  body: Body.min(1),
});

export const githubPullReview = defineTool({
  name: 'github_pull_review',
  title: 'Review a pull request',
  description:
    'A whole review in one call: event, body and comments on lines of the diff or on files. Also answers comments, resolves threads, dismisses reviews (ids from github_pull).',
  effect: 'write',
  openWorld: true,
  toolsets: ['default', 'pulls'],
  input: z.strictObject({
    repo: Repo,
    number: IssueNumber,
    event: z.enum(events).optional().describe('comment, unless given'),
    body: Body.optional(),
    comments: z.array(Comment).min(1).max(100).optional(),
    replies: z
      .array(z.strictObject({ comment_id: CommentNumber, body: Body.min(1) }))
      .min(1)
      .max(50)
      .optional(),
    resolve: ThreadIds.optional(),
    unresolve: ThreadIds.optional(),
    dismiss: z.strictObject({ review_id: z.int().min(1), message: Body.min(1) }).optional(),
    send_pending: z.int().min(1).optional().describe('Your pending review, sent with this'),
    discard_pending: z.int().min(1).optional(),
    expected_head: Sha.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    review_id: z.number().optional(),
    url: z.string().optional(),
    state: z.string().optional(),
    comments: z.number().optional(),
    done: z.array(z.string()).optional(),
    ...Outcome,
  }),

  async run({ repo, number, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const name = { ...github.repo(repo), number };
    annotate({ repo, number, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => writeReview(port, name, { ...mode, asked, call: { signal } }));
  },

  text: writeText,
});
