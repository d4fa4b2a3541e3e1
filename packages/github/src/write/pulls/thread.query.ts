import { z } from 'zod';
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
