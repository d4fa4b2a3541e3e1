import * as z from 'zod';
import { query } from '../../client/index.ts';

/** REST takes no comment on a whole file in a review, and adds none to a review that is pending. */
export const addThreadQuery = query({
  name: 'AddReviewThread',
  text: `mutation AddReviewThread($input: AddPullRequestReviewThreadInput!) {
  added: addPullRequestReviewThread(input: $input) { thread { id repository { nameWithOwner } } }
}`,
  schema: z.object({ added: z.object({ thread: z.object({ id: z.string() }).nullish() }).nullish() }),
  names: { nodes: ['input.pullRequestId', 'input.pullRequestReviewId'] },
});
