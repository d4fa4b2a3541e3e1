import * as z from 'zod';
import { query } from '../../client/index.ts';

const Changed = z.object({ thread: z.object({ isResolved: z.boolean() }).nullish() }).nullish();
const names = { nodes: ['input.threadId'] };

/** REST knows no threads. */
export const resolveQuery = query({
  name: 'ResolveThread',
  text: `mutation ResolveThread($input: ResolveReviewThreadInput!) {
  changed: resolveReviewThread(input: $input) { thread { isResolved repository { nameWithOwner } } }
}`,
  schema: z.object({ changed: Changed }),
  names,
});

export const unresolveQuery = query({
  name: 'UnresolveThread',
  text: `mutation UnresolveThread($input: UnresolveReviewThreadInput!) {
  changed: unresolveReviewThread(input: $input) { thread { isResolved repository { nameWithOwner } } }
}`,
  schema: z.object({ changed: Changed }),
  names,
});

export const threadPullsQuery = query({
  name: 'ThreadPulls',
  text: `query ThreadPulls($ids: [ID!]!) {
  nodes(ids: $ids) { __typename ... on PullRequestReviewThread { id pullRequest { id } repository { nameWithOwner } } }
}`,
  schema: z.object({ nodes: z.array(z.object({ pullRequest: z.object({ id: z.string() }).optional() }).nullable()) }),
  names: { nodes: ['ids'] },
});
