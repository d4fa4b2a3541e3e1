import * as z from 'zod';
import { query } from '../../client/index.ts';

const Changed = z.object({ pullRequest: z.object({ isDraft: z.boolean() }).nullish() }).nullish();
const names = { nodes: ['input.pullRequestId'] };

/** REST can do neither. */
export const readyQuery = query({
  name: 'MarkReady',
  text: `mutation MarkReady($input: MarkPullRequestReadyForReviewInput!) {
  markPullRequestReadyForReview(input: $input) { pullRequest { isDraft repository { nameWithOwner } } }
}`,
  schema: z.object({ markPullRequestReadyForReview: Changed }),
  names,
});

export const draftQuery = query({
  name: 'ConvertToDraft',
  text: `mutation ConvertToDraft($input: ConvertPullRequestToDraftInput!) {
  convertPullRequestToDraft(input: $input) { pullRequest { isDraft repository { nameWithOwner } } }
}`,
  schema: z.object({ convertPullRequestToDraft: Changed }),
  names,
});
