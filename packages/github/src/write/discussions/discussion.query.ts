import * as z from 'zod';
import { query } from '../../client/index.ts';

const Named = z.object({ id: z.string(), name: z.string() });
export type DiscussionLabel = z.infer<typeof Named>;

const Stored = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  closed: z.boolean(),
  stateReason: z.string().nullish(),
  locked: z.boolean(),
  updatedAt: z.string(),
  viewerHasUpvoted: z.boolean(),
  category: Named.extend({ slug: z.string(), isAnswerable: z.boolean() }),
  answer: z.object({ id: z.string() }).nullish(),
  labels: z.object({ nodes: z.array(Named.nullable()).nullish() }).nullish(),
});
/** All of a discussion that can be written, as it is. */
export type StoredDiscussion = z.infer<typeof Stored>;

const names = { repositories: [['owner', 'repo']] as const };

export const storedDiscussionQuery = query({
  name: 'StoredDiscussion',
  text: `query StoredDiscussion($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    nameWithOwner
    isPrivate
    discussion(number: $number) {
      id number title body url closed stateReason locked updatedAt viewerHasUpvoted
      category { id name slug isAnswerable }
      answer { id }
      labels(first: 100) { nodes { id name } }
    }
  }
}`,
  schema: z.object({ repository: z.object({ nameWithOwner: z.string(), discussion: Stored.nullable() }) }),
  names,
});

export const repositoryLabelsQuery = query({
  name: 'RepositoryLabels',
  text: `query RepositoryLabels($owner: String!, $repo: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    nameWithOwner
    isPrivate
    labels(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id name } }
  }
}`,
  schema: z.object({
    repository: z.object({
      labels: z
        .object({
          pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
          nodes: z.array(Named.nullable()).nullish(),
        })
        .nullish(),
    }),
  }),
  names,
});

const Written = z.object({ id: z.string(), number: z.number() });
const written = 'discussion { id number repository { nameWithOwner } }';
const nodes = ['input.discussionId'];

export const createDiscussionQuery = query({
  name: 'CreateDiscussion',
  text: `mutation CreateDiscussion($input: CreateDiscussionInput!) { createDiscussion(input: $input) { ${written} } }`,
  schema: z.object({ createDiscussion: z.object({ discussion: Written }) }),
  names: { nodes: ['input.repositoryId', 'input.categoryId'] },
});

export const updateDiscussionQuery = query({
  name: 'UpdateDiscussion',
  text: `mutation UpdateDiscussion($input: UpdateDiscussionInput!) { updateDiscussion(input: $input) { ${written} } }`,
  schema: z.object({ updateDiscussion: z.object({ discussion: Written }) }),
  names: { nodes: ['input.discussionId', 'input.categoryId'] },
});

export const closeDiscussionQuery = query({
  name: 'CloseDiscussion',
  text: `mutation CloseDiscussion($input: CloseDiscussionInput!) { closeDiscussion(input: $input) { ${written} } }`,
  schema: z.object({ closeDiscussion: z.object({ discussion: Written }) }),
  names: { nodes },
});

export const reopenDiscussionQuery = query({
  name: 'ReopenDiscussion',
  text: `mutation ReopenDiscussion($input: ReopenDiscussionInput!) { reopenDiscussion(input: $input) { ${written} } }`,
  schema: z.object({ reopenDiscussion: z.object({ discussion: Written }) }),
  names: { nodes },
});
