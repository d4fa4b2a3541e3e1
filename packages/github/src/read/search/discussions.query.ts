import * as z from 'zod';
import { query } from '../../client/index.ts';
import { Listed, listed } from '../discussions/discussions.query.ts';
import { PageInfo } from '../listing/index.ts';

const Found = Listed.extend({ repository: z.object({ nameWithOwner: z.string() }) });

export const searchDiscussionsQuery = query({
  name: 'SearchDiscussions',
  text: `query SearchDiscussions($search: String!, $first: Int!, $after: String) {
  search(type: DISCUSSION, query: $search, first: $first, after: $after) {
    discussionCount
    pageInfo { hasNextPage endCursor }
    nodes {
      ... on Discussion {
        ${listed}
        repository { nameWithOwner isPrivate }
        comments(first: 1) { totalCount }
      }
    }
  }
}`,
  schema: z.object({
    search: z.object({
      discussionCount: z.number(),
      pageInfo: PageInfo,
      nodes: z.array(Found.nullable()),
    }),
  }),
  names: { searches: ['search'] },
});
