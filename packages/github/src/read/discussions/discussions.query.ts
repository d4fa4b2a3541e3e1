import * as z from 'zod';
import { query } from '../../client/index.ts';
import { PageInfo } from '../listing/index.ts';

/** The fields of `Listed`. */
export const listed = `number title closed isAnswered upvoteCount createdAt updatedAt
        author { login }
        category { name }`;

const Author = z.object({ login: z.string() }).nullish();

/** What a list, a search and the page of a discussion ask of it. */
export const Listed = z.object({
  number: z.number(),
  title: z.string(),
  closed: z.boolean(),
  isAnswered: z.boolean().nullish(),
  upvoteCount: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  author: Author,
  category: z.object({ name: z.string() }),
  comments: z.object({ totalCount: z.number() }),
});
export type ListedDiscussion = z.infer<typeof Listed>;

const names = { repositories: [['owner', 'name']] as const };

export const discussionsQuery = query({
  name: 'Discussions',
  text: `query Discussions(
  $owner: String!, $name: String!, $first: Int!, $after: String,
  $category: ID, $answered: Boolean, $states: [DiscussionState!]
) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    isPrivate
    hasDiscussionsEnabled
    discussions(
      first: $first, after: $after, categoryId: $category, answered: $answered, states: $states,
      orderBy: { field: UPDATED_AT, direction: DESC }
    ) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        ${listed}
        comments(first: 1) { totalCount }
      }
    }
  }
}`,
  schema: z.object({
    repository: z.object({
      nameWithOwner: z.string(),
      hasDiscussionsEnabled: z.boolean(),
      discussions: z.object({
        totalCount: z.number(),
        pageInfo: PageInfo,
        nodes: z.array(Listed.nullable()).nullish(),
      }),
    }),
  }),
  names,
});

const Category = z.object({ id: z.string(), name: z.string(), slug: z.string(), isAnswerable: z.boolean() });
export type DiscussionCategory = z.infer<typeof Category>;

export const categoriesQuery = query({
  name: 'DiscussionCategories',
  text: `query DiscussionCategories($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    isPrivate
    hasDiscussionsEnabled
    id
    discussionCategories(first: 100) { nodes { id name slug isAnswerable } }
  }
}`,
  schema: z.object({
    repository: z.object({
      id: z.string(),
      hasDiscussionsEnabled: z.boolean(),
      discussionCategories: z.object({ nodes: z.array(Category.nullable()).nullish() }),
    }),
  }),
  names,
});

const Reply = z.object({ id: z.string(), author: Author, body: z.string(), createdAt: z.string() });
const Comment = Reply.extend({
  isAnswer: z.boolean(),
  upvoteCount: z.number(),
  replies: z.object({ totalCount: z.number(), nodes: z.array(Reply.nullable()).nullish() }),
});
export type DiscussionCommentNode = z.infer<typeof Comment>;

export const discussionQuery = query({
  name: 'Discussion',
  text: `query Discussion($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    isPrivate
    hasDiscussionsEnabled
    discussion(number: $number) {
      id body url stateReason locked
      ${listed}
      labels(first: 20) { nodes { name } }
      comments(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id body createdAt isAnswer upvoteCount
          author { login }
          replies(first: 50) { totalCount nodes { id body createdAt author { login } } }
        }
      }
    }
  }
}`,
  schema: z.object({
    repository: z.object({
      nameWithOwner: z.string(),
      hasDiscussionsEnabled: z.boolean(),
      discussion: Listed.omit({ comments: true })
        .extend({
          id: z.string(),
          body: z.string(),
          url: z.string(),
          locked: z.boolean(),
          stateReason: z.string().nullish(),
          labels: z.object({ nodes: z.array(z.object({ name: z.string() }).nullable()).nullish() }).nullish(),
          comments: z.object({
            totalCount: z.number(),
            pageInfo: PageInfo,
            nodes: z.array(Comment.nullable()).nullish(),
          }),
        })
        .nullable(),
    }),
  }),
  names,
});
