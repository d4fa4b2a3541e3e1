import { defineTool, ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub } from '../client/index.ts';
import { addComment, editComment, react, reactions } from '../write/comment.ts';
import { dryRun } from '../write/dry-run.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, IssueNumber, Planned, Repo, UpdatedAt } from './schemas.ts';
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
    sha: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/i)
      .optional()
      .describe('Commit'),
    comment_id: z.string().min(1).max(100).optional().describe('To edit, react or (discussion) reply to'),
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
    verified: z.boolean().optional(),
    note: z.string().optional(),
    dry_run: z.boolean().optional(),
    requests: Planned.optional(),
  }),

  async run(input, { github }: GitHubDeps, { signal, annotate }) {
    const { repo, action, on, number, sha, comment_id, body, edits, reaction, dry_run } = input;
    const place = { ...github.repo(repo), on, number, sha, comment_id };
    const call = { signal };
    annotate({ repo, number, action, dry_run });
    const work = (port: GitHub) => {
      if (action === 'react') return react(port, place, { reaction: given(reaction, 'reaction'), call });
      if (action === 'add') return addComment(port, place, { body: given(body, 'body'), call });
      if (body !== undefined && edits) throw new ValidationError('Give body or edits, not both.');
      return editComment(port, place, { body, edits, expected: input.expected_updated_at, call });
    };
    if (!dry_run) return work(github);
    const { requests } = await dryRun(github, async (port) => work(port));
    return { dry_run, requests: [...requests] };
  },

  text: writeText,
});

function given<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new ValidationError(`${name} must be given for this action.`);
}
