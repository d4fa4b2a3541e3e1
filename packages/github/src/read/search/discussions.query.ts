import { z } from 'zod';
import { query } from '../../client/index.ts';

const Discussion = z.object({
  number: z.number(),
  title: z.string(),
  closed: z.boolean(),
  isAnswered: z.boolean().nullish(),
  upvoteCount: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  repository: z.object({ nameWithOwner: z.string(), isPrivate: z.boolean() }),
  author: z.object({ login: z.string() }).nullish(),
  category: z.object({ name: z.string() }),
  comments: z.object({ totalCount: z.number() }),
});
export type FoundDiscussion = z.infer<typeof Discussion>;

export const searchDiscussionsQuery = query({
  name: 'SearchDiscussions',
  text: `query SearchDiscussions($search: String!, $first: Int!, $after: String) {
  search(type: DISCUSSION, query: $search, first: $first, after: $after) {
    discussionCount
    pageInfo { hasNextPage endCursor }
    nodes {
      ... on Discussion {
        number title closed isAnswered upvoteCount createdAt updatedAt
        repository { nameWithOwner isPrivate }
        author { login }
        category { name }
        comments(first: 1) { totalCount }
      }
    }
  }
}`,
  schema: z.object({
    search: z.object({
      discussionCount: z.number(),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
      nodes: z.array(Discussion.nullable()),
    }),
  }),
  names: { searches: ['search'] },
});
