import { NotFoundError } from '@mcp-servers/core';
import * as z from 'zod';
import { type GitHub, type GitHubCall, query } from '../client/index.ts';
import type { IssueName } from '../read/issue.ts';
import type { CommentWritten, Reaction } from './comment.ts';
import { readBack, type TextPlace } from './patch-body.ts';

export const discussionIdQuery = query({
  name: 'DiscussionId',
  text: `query DiscussionId($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { nameWithOwner isPrivate discussion(number: $number) { id } }
}`,
  schema: z.object({ repository: z.object({ discussion: z.object({ id: z.string() }).nullable() }) }),
  names: { repositories: [['owner', 'repo']] },
});

const Comment = z.object({ id: z.string(), url: z.string(), body: z.string(), updatedAt: z.string() });
const comment = 'id url body updatedAt discussion { repository { nameWithOwner } }';

export const addDiscussionCommentQuery = query({
  name: 'AddDiscussionComment',
  text: `mutation AddDiscussionComment($input: AddDiscussionCommentInput!) {
  addDiscussionComment(input: $input) { comment { ${comment} } }
}`,
  schema: z.object({ addDiscussionComment: z.object({ comment: Comment }) }),
  names: { nodes: ['input.discussionId', 'input.replyToId'] },
});

export const discussionCommentQuery = query({
  name: 'DiscussionComment',
  text: `query DiscussionComment($id: ID!) {
  node(id: $id) { __typename ... on DiscussionComment { ${comment} } }
}`,
  schema: z.object({ node: Comment.partial().nullable() }),
  names: { nodes: ['id'] },
});

export const updateDiscussionCommentQuery = query({
  name: 'UpdateDiscussionComment',
  text: `mutation UpdateDiscussionComment($input: UpdateDiscussionCommentInput!) {
  updateDiscussionComment(input: $input) { comment { ${comment} } }
}`,
  schema: z.object({ updateDiscussionComment: z.object({ comment: Comment }) }),
  names: { nodes: ['input.commentId'] },
});

export const addReactionQuery = query({
  name: 'AddReaction',
  text: 'mutation AddReaction($input: AddReactionInput!) { addReaction(input: $input) { reaction { content } } }',
  schema: z.object({ addReaction: z.object({ reaction: z.object({ content: z.string() }) }) }),
  names: { nodes: ['input.subjectId'] },
});

/** Its node id. Throws NotFoundError. */
async function discussionNode(github: GitHub, { owner, repo, number }: IssueName, call: GitHubCall): Promise<string> {
  const { repository } = await github.graphql(discussionIdQuery, { owner, repo, number }, call);
  if (repository.discussion) return repository.discussion.id;
  throw new NotFoundError(`There is no discussion ${number} in ${owner}/${repo}.`, {
    hint: 'github_discussions lists them.',
  });
}

export async function addDiscussionComment(
  github: GitHub,
  { owner, repo, number, comment_id }: IssueName & { comment_id?: string | undefined },
  { body, call }: { body: string; call: GitHubCall },
): Promise<CommentWritten> {
  const discussionId = await discussionNode(github, { owner, repo, number }, call);
  const input = { discussionId, body, ...(comment_id && { replyToId: comment_id }) };
  const { addDiscussionComment: added } = await github.graphql(addDiscussionCommentQuery, { input }, call);
  const { id, url } = added.comment;
  const { version, ...stored } = await readBack(discussionCommentText(github, id, call), body);
  return { comment_id: id, url, updated_at: version, ...stored };
}

/** The text of a comment on a discussion, by its node id. */
export function discussionCommentText(github: GitHub, id: string, call: GitHubCall): TextPlace {
  return {
    name: `discussion comment ${id}`,
    async read() {
      const { node } = await github.graphql(discussionCommentQuery, { id }, call);
      if (node?.body === undefined || node.updatedAt === undefined) {
        throw new NotFoundError(`There is no comment ${id} on a discussion.`, { hint: 'Check comment_id.' });
      }
      return { text: node.body, version: node.updatedAt };
    },
    async write(body) {
      const input = { commentId: id, body };
      const { updateDiscussionComment } = await github.graphql(updateDiscussionCommentQuery, { input }, call);
      return { text: updateDiscussionComment.comment.body, version: updateDiscussionComment.comment.updatedAt };
    },
  };
}

const contents: Readonly<Record<Reaction, string>> = {
  ...{ '+1': 'THUMBS_UP', '-1': 'THUMBS_DOWN', laugh: 'LAUGH', confused: 'CONFUSED' },
  ...{ heart: 'HEART', hooray: 'HOORAY', rocket: 'ROCKET', eyes: 'EYES' },
};

/** Doing it twice changes nothing more. */
export async function reactToDiscussion(
  github: GitHub,
  name: IssueName,
  how: { content: Reaction; call: GitHubCall },
): Promise<CommentWritten> {
  return { verified: await reactToNode(github, await discussionNode(github, name, how.call), how) };
}

/** To a comment on a discussion, by its node id. */
export async function reactToDiscussionComment(
  github: GitHub,
  id: string,
  how: { content: Reaction; call: GitHubCall },
): Promise<CommentWritten> {
  return { comment_id: id, verified: await reactToNode(github, id, how) };
}

async function reactToNode(
  github: GitHub,
  id: string,
  { content, call }: { content: Reaction; call: GitHubCall },
): Promise<boolean> {
  const input = { subjectId: id, content: contents[content] };
  const { addReaction } = await github.graphql(addReactionQuery, { input }, { ...call, idempotent: true });
  return addReaction.reaction.content === input.content;
}
