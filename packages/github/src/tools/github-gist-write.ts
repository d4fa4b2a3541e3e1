import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall } from '../client/index.ts';
import { addGistComment, createGist, editGistComment, forkGist, starGist, updateGist } from '../write/gists/index.ts';
import { type Mode, runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { Body, DryRun, Edits, UpdatedAt } from './schemas.ts';
import { argument, refuseUnused } from './write-arguments.ts';
import { CommentNumber, GistId, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const FileName = z.string().min(1).max(255);
const actions = ['create', 'update', 'comment', 'edit_comment', 'star', 'unstar', 'fork'] as const;
type Action = (typeof actions)[number];

const input = z.strictObject({
  action: z.enum(actions),
  gist_id: GistId.optional(),
  description: z.string().max(10_000).optional(),
  public: z.boolean().optional().describe('For everybody to find, for ever; else secret'),
  files: z
    .array(
      z.strictObject({
        name: FileName,
        text: z.string().max(5_242_880).optional().describe('Whole text'),
        edits: Edits.optional(),
        delete: z.boolean().optional(),
        move_from: FileName.optional(),
      }),
    )
    .min(1)
    .max(100)
    .optional(),
  comment_id: CommentNumber.transform(String).optional(),
  body: Body.min(1).optional().describe('Of a comment, as are edits'),
  edits: Edits.optional(),
  expected_updated_at: UpdatedAt.optional(),
  dry_run: DryRun,
});
type Asked = Omit<z.infer<typeof input>, 'action' | 'dry_run'>;

export const githubGistWrite = defineTool({
  name: 'github_gist_write',
  title: 'Write a gist',
  description:
    'Create a gist, change its description and text files (those not named stay), comment, star or fork. A secret gist is open to all who have its address.',
  effect: 'write',
  openWorld: true,
  toolsets: ['gists'],
  input,
  output: z.object({
    gist_id: z.string().optional(),
    url: z.string().optional(),
    public: z.boolean().optional(),
    version: z.string().optional(),
    updated_at: z.string().optional(),
    files: z
      .array(
        z.object({
          name: z.string(),
          status: z.string(),
          from: z.string().optional(),
          verified: z.boolean().optional(),
          note: z.string().optional(),
        }),
      )
      .optional(),
    starred: z.boolean().optional(),
    comment_id: z.string().optional(),
    ...Outcome,
  }),

  async run({ action, dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    refuseUnused(action, asked, takes[action]);
    annotate({ gist_id: asked.gist_id, action, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => act(port, { ...asked, action }, { ...mode, call: { signal } }));
  },

  text: writeText,
});

async function act(github: GitHub, { action, ...asked }: Asked & { action: Action }, how: Mode & { call: GitHubCall }) {
  const { files, public: isPublic = false, body } = asked;
  if (action === 'create') {
    return createGist(github, { ...asked, files: argument(files, 'files'), public: isPublic }, how);
  }
  const at = { ...asked, gist_id: argument(asked.gist_id, 'gist_id') };
  switch (action) {
    case 'update':
      return updateGist(github, at, how);
    case 'comment':
      return addGistComment(github, { ...at, body: argument(body, 'body') }, how);
    case 'edit_comment':
      return editGistComment(
        github,
        { ...at, comment_id: argument(at.comment_id, 'comment_id'), expected: at.expected_updated_at },
        how,
      );
    case 'fork':
      return forkGist(github, at, how);
    default:
      return starGist(github, { ...at, starred: action === 'star' }, how);
  }
}

const takes: Readonly<Record<Action, readonly (keyof Asked)[]>> = {
  create: ['description', 'public', 'files'],
  update: ['gist_id', 'description', 'files', 'expected_updated_at'],
  comment: ['gist_id', 'body'],
  edit_comment: ['gist_id', 'comment_id', 'body', 'edits', 'expected_updated_at'],
  ...{ star: ['gist_id'], unstar: ['gist_id'], fork: ['gist_id'] },
};
