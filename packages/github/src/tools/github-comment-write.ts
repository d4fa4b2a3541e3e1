import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { addComment, editComment, react, reactions } from '../write/comment.ts';
import { runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, IssueNumber, Repo, UpdatedAt } from './schemas.ts';
import { argument, refuseBoth, refuseUnused } from './write-arguments.ts';
import { Branch, CommentId, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

export const githubCommentWrite = defineTool({
  name: 'github_comment_write',
  title: 'Comment, edit a comment, react',
  description:
    'Add a comment (body), change one (comment_id with edits or body), or react. Works on issues, pull requests, commits and discussions; on review comments it edits and reacts.',
  effect: 'write',
  openWorld: true,
  toolsets: ['default', 'issues', 'pulls', 'discussions'],
  input: z.strictObject({
    repo: Repo,
    action: z.enum(['add', 'edit', 'react']),
    on: z.enum(['issue', 'commit', 'review', 'discussion']).default('issue').describe('issue is for pull requests too'),
    number: IssueNumber.optional().describe('Issue, pull request or discussion'),
    sha: Branch.optional().describe('Commit: sha, branch or tag'),
    comment_id: CommentId.optional().describe('To edit, react or (discussion) reply to'),
    body: Body.min(1).optional(),
    edits: Edits.optional(),
    expected_updated_at: UpdatedAt.optional(),
    reaction: z.enum(reactions).optional(),
    dry_run: DryRun,
  }),
  output: z.object({
    comment_id: z.string().optional(),
    url: z.string().optional(),
    updated_at: z.string().optional(),
    ...Outcome,
  }),

  async run({ repo, action, on, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    const { number, sha, comment_id, body, edits, expected_updated_at: expected, reaction } = asked;
    refuseUnused(action, asked, takes[action]);
    refuseBoth(asked);
    const place = { ...github.repo(repo), on, number, sha, comment_id };
    const call = { signal };
    annotate({ repo, number, action, dry_run });
    return runOrPlan(github, dry_run, (port) => {
      if (action === 'react') return react(port, place, { reaction: argument(reaction, 'reaction'), call });
      if (action === 'add') return addComment(port, place, { body: argument(body, 'body'), call });
      if (edits === undefined) argument(body, 'body or edits');
      return editComment(port, place, { body, edits, expected, call });
    });
  },

  text: writeText,
});

const place = ['number', 'sha', 'comment_id'] as const;
const takes = {
  add: [...place, 'body'],
  edit: [...place, 'body', 'edits', 'expected_updated_at'],
  react: [...place, 'reaction'],
} as const;
