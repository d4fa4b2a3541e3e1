import * as z from 'zod';
import { query } from '../../client/index.ts';

const Payload = z.object({}).nullish();

export const deleteDiscussionQuery = query({
  name: 'DeleteDiscussion',
  text: `mutation DeleteDiscussion($input: DeleteDiscussionInput!) {
  deleteDiscussion(input: $input) { discussion { number repository { nameWithOwner } } }
}`,
  schema: z.object({ deleteDiscussion: Payload }),
  names: { nodes: ['input.id'] },
});

export const deleteCommentQuery = query({
  name: 'DeleteDiscussionComment',
  text: `mutation DeleteDiscussionComment($input: DeleteDiscussionCommentInput!) {
  deleteDiscussionComment(input: $input) { comment { id discussion { repository { nameWithOwner } } } }
}`,
  schema: z.object({ deleteDiscussionComment: Payload }),
  names: { nodes: ['input.id'] },
});
