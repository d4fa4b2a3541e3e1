import { ValidationError } from '@mcp-servers/core';
import type { GitHub } from '../../client/index.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { discussionCommentText } from '../discussion-comment.ts';
import { isGone } from '../is-gone.ts';
import type { TextPlace } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { deleteCommentQuery, deleteDiscussionQuery } from './delete.query.ts';
import { commentHomeQuery } from './marks.query.ts';
import { readStored } from './stored.ts';

export interface Gone {
  /** The title of the discussion, or the text of the comment. */
  readonly was: string;
  readonly verified?: boolean;
}

/** Deletes a discussion with its comments. Throws NotFoundError. */
export async function removeDiscussion(github: GitHub, name: IssueName, { call, planning }: How): Promise<Gone> {
  const { id, title: was } = await readStored(github, name, call);
  await github.graphql(deleteDiscussionQuery, { input: { id } }, { ...call, planned: { deleteDiscussion: null } });
  if (planning) return { was };
  return { was, verified: await isGone(readStored(github, name, call)) };
}

/** Deletes a comment of a discussion, or a reply. Throws NotFoundError, ValidationError for a comment of another discussion. */
export async function removeDiscussionComment(
  github: GitHub,
  { comment_id: id, ...name }: IssueName & { comment_id: string },
  { call, planning }: How,
): Promise<Gone> {
  const discussion = await readStored(github, name, call);
  const { node } = await github.graphql(commentHomeQuery, { id }, call);
  if (node?.discussion?.id !== discussion.id) {
    throw new ValidationError(`That is no comment of the discussion ${issueLabel(name)}.`, {
      hint: 'github_discussions with number shows the ids of its comments.',
    });
  }
  const text = discussionCommentText(github, id, call);
  const { text: was } = await text.read();
  const how = { ...call, planned: { deleteDiscussionComment: null } };
  await github.graphql(deleteCommentQuery, { input: { id } }, how);
  if (planning) return { was };
  return { was, verified: await isTaken(text) };
}

/** One that has replies stays as an empty place. */
async function isTaken(text: TextPlace): Promise<boolean> {
  let left = '';
  const reading = async () => {
    left = (await text.read()).text;
  };
  return (await isGone(reading())) || left === '';
}
