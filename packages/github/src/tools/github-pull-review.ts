import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { events, writeReview } from '../write/pulls/review.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, IssueNumber, Planned, Repo } from './schemas.ts';
import { Failed, Sha } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const Line = z.int().min(1).max(10_000_000);
const Side = z.enum(['LEFT', 'RIGHT']);
const ThreadIds = z.array(z.string().min(1).max(200)).min(1).max(50);

const Comment = z.strictObject({
  path: z.string().min(1).max(4096),
  line: Line,
  side: Side.default('RIGHT').describe('LEFT: before the change'),
  start_line: Line.optional().describe('First of several lines'),
  start_side: Side.optional(),
  body: Body.min(1),
});

export const githubPullReview = defineTool({
  name: 'github_pull_review',
  title: 'Review a pull request',
  description:
    'A whole review in one call: event, body and comments on lines of the diff. Also answers comments and resolves threads (ids from github_pull).',
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
      .array(z.strictObject({ comment_id: z.int().min(1), body: Body.min(1) }))
      .min(1)
      .max(50)
      .optional(),
    resolve: ThreadIds.optional(),
    unresolve: ThreadIds.optional(),
    expected_head: Sha.optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    review_id: z.number().optional(),
    url: z.string().optional(),
    state: z.string().optional(),
    comments: z.number().optional(),
    done: z.array(z.string()).optional(),
    failed: Failed,
    verified: z.boolean().optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run({ repo, number, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const name = { ...github.repo(repo), number };
    annotate({ repo, number, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => writeReview(port, name, { ...mode, asked, call: { signal } }));
  },

  text: writeText,
});
