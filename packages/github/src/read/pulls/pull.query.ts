import * as z from 'zod';
import { query } from '../../client/index.ts';

const Login = z.object({ login: z.string() }).nullish();
const listOf = <T extends z.ZodType>(node: T) =>
  z.object({ totalCount: z.number(), nodes: z.array(node.nullable()).nullish() });
const pageOf = <T extends z.ZodType>(node: T) =>
  z.object({
    totalCount: z.number(),
    pageInfo: z.object({ hasNextPage: z.boolean() }),
    edges: z.array(z.object({ cursor: z.string(), node: node.nullable() }).nullable()).nullish(),
  });

const CheckRun = z.object({
  __typename: z.literal('CheckRun'),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  databaseId: z.number().nullish(),
  detailsUrl: z.string().nullish(),
  isRequired: z.boolean(),
  checkSuite: z
    .object({
      workflowRun: z.object({ databaseId: z.number().nullish(), workflow: z.object({ name: z.string() }) }).nullish(),
    })
    .nullish(),
});
const StatusContext = z.object({
  __typename: z.literal('StatusContext'),
  context: z.string(),
  state: z.string(),
  targetUrl: z.string().nullish(),
  isRequired: z.boolean(),
});
const Context = z.discriminatedUnion('__typename', [CheckRun, StatusContext]);
export type CheckContext = z.infer<typeof Context>;

/** Of REST, as text because it may be larger than GraphQL's whole numbers. */
const DatabaseId = z.union([z.string(), z.number()]).nullish();
const Written = z.object({ author: Login, body: z.string(), createdAt: z.string() });
const Comment = Written.extend({ fullDatabaseId: DatabaseId });
const Thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  isOutdated: z.boolean(),
  path: z.string(),
  line: z.number().nullish(),
  startLine: z.number().nullish(),
  originalLine: z.number().nullish(),
  originalStartLine: z.number().nullish(),
  first: z.object({ nodes: z.array(z.object({ fullDatabaseId: DatabaseId }).nullable()).nullish() }),
  last: z.object({ totalCount: z.number(), nodes: z.array(Written.nullable()).nullish() }),
});
export type ThreadNode = z.infer<typeof Thread>;

/** By a reviewer. */
const Said = z.object({ author: Login, state: z.string() });

const Base = z.object({
  number: z.number(),
  title: z.string(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  locked: z.boolean(),
  body: z.string(),
  author: Login,
  createdAt: z.string(),
  updatedAt: z.string(),
  closedAt: z.string().nullish(),
  mergedAt: z.string().nullish(),
  mergedBy: Login,
  baseRefName: z.string(),
  headRefName: z.string(),
  headRefOid: z.string(),
  isCrossRepository: z.boolean(),
  headRepository: z.object({ nameWithOwner: z.string() }).nullish(),
  additions: z.number(),
  deletions: z.number(),
  changedFiles: z.number(),
  mergeable: z.string(),
  mergeStateStatus: z.string(),
  reviewDecision: z.string().nullish(),
  autoMergeRequest: z.object({ mergeMethod: z.string(), enabledBy: Login }).nullish(),
  mergeQueueEntry: z.object({ position: z.number(), state: z.string() }).nullish(),
  milestone: z.object({ title: z.string() }).nullish(),
  labels: listOf(z.object({ name: z.string() })).nullish(),
  assignees: listOf(z.object({ login: z.string() })),
  reviewRequests: listOf(
    z.object({ requestedReviewer: z.object({ __typename: z.string(), login: z.string().optional() }).nullish() }),
  ).nullish(),
  latestReviews: listOf(Said).nullish(),
  opinions: listOf(Said).nullish(),
  closingIssuesReferences: listOf(
    z.object({
      number: z.number(),
      title: z.string(),
      state: z.string(),
      repository: z.object({ nameWithOwner: z.string() }),
    }),
  ).nullish(),
  commentCount: z.object({ totalCount: z.number() }),
  head: z.object({
    totalCount: z.number(),
    nodes: z
      .array(
        z
          .object({
            commit: z.object({
              statusCheckRollup: z.object({ state: z.string(), contexts: listOf(Context) }).nullish(),
            }),
          })
          .nullable(),
      )
      .nullish(),
  }),
  threadOverview: listOf(Thread),
});
export type PullNode = z.infer<typeof Base>;

const Parts = z.object({
  comments: pageOf(Comment.extend({ url: z.string(), isMinimized: z.boolean() })).optional(),
  reviews: pageOf(
    Written.omit({ createdAt: true }).extend({
      fullDatabaseId: DatabaseId,
      state: z.string(),
      submittedAt: z.string().nullish(),
    }),
  )
    .nullish()
    .optional(),
  reviewThreads: pageOf(Thread.omit({ last: true }).extend({ comments: listOf(Comment) })).optional(),
  commits: pageOf(
    z.object({
      commit: z.object({
        oid: z.string(),
        messageHeadline: z.string(),
        authoredDate: z.string(),
        author: z.object({ name: z.string().nullish(), user: Login }).nullish(),
      }),
    }),
  ).optional(),
  checked: z
    .object({
      nodes: z
        .array(
          z
            .object({
              commit: z.object({ statusCheckRollup: z.object({ contexts: pageOf(Context) }).nullish() }),
            })
            .nullable(),
        )
        .nullish(),
    })
    .optional(),
  files: pageOf(z.object({ path: z.string(), additions: z.number(), deletions: z.number(), changeType: z.string() }))
    .nullish()
    .optional(),
});
export type PullParts = z.infer<typeof Parts>;

const check = `__typename
                    ... on CheckRun {
                      name status conclusion databaseId detailsUrl
                      isRequired(pullRequestNumber: $number)
                      checkSuite { workflowRun { databaseId workflow { name } } }
                    }
                    ... on StatusContext { context state targetUrl isRequired(pullRequestNumber: $number) }`;
const place = 'id isResolved isOutdated path line startLine originalLine originalStartLine';

/**
 * A pull request in one question: what it is, and the lists that are wanted, each from a place of its own. Nothing of a team: GitHub refuses
 * a query with any field of one to a classic token without read:org, whoever the reviewers are.
 */
export const pullQuery = query({
  name: 'PullRequest',
  text: `query PullRequest(
  $owner: String!, $name: String!, $number: Int!, $base: Boolean!,
  $comments: Boolean!, $commentsAfter: String, $reviews: Boolean!, $reviewsAfter: String,
  $threads: Boolean!, $threadsAfter: String, $commits: Boolean!, $commitsAfter: String,
  $files: Boolean!, $filesAfter: String, $checks: Boolean!, $checksAfter: String
) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    isPrivate
    pullRequest(number: $number) {
      ... @include(if: $base) {
        number title url state isDraft locked body createdAt updatedAt closedAt mergedAt
        author { login }
        mergedBy { login }
        baseRefName headRefName headRefOid isCrossRepository
        headRepository { nameWithOwner }
        additions deletions changedFiles mergeable mergeStateStatus reviewDecision
        autoMergeRequest { mergeMethod enabledBy { login } }
        mergeQueueEntry { position state }
        milestone { title }
        labels(first: 50) { totalCount nodes { name } }
        assignees(first: 20) { totalCount nodes { login } }
        reviewRequests(first: 20) {
          totalCount
          nodes { requestedReviewer { __typename ... on User { login } ... on Bot { login } ... on Mannequin { login } } }
        }
        latestReviews(first: 30) { totalCount nodes { author { login } state } }
        opinions: latestOpinionatedReviews(first: 30) { totalCount nodes { author { login } state } }
        closingIssuesReferences(first: 20) {
          totalCount
          nodes { number title state repository { nameWithOwner isPrivate } }
        }
        commentCount: comments(first: 1) { totalCount }
        head: commits(last: 1) {
          totalCount
          nodes {
            commit {
              statusCheckRollup {
                state
                contexts(first: 100) {
                  totalCount
                  nodes {
                    ${check}
                  }
                }
              }
            }
          }
        }
        threadOverview: reviewThreads(first: 100) {
          totalCount
          nodes {
            ${place}
            first: comments(first: 1) { nodes { fullDatabaseId } }
            last: comments(last: 1) { totalCount nodes { author { login } body createdAt } }
          }
        }
      }
      comments(first: 50, after: $commentsAfter) @include(if: $comments) {
        totalCount
        pageInfo { hasNextPage }
        edges { cursor node { fullDatabaseId author { login } body createdAt url isMinimized } }
      }
      reviews(first: 50, after: $reviewsAfter) @include(if: $reviews) {
        totalCount
        pageInfo { hasNextPage }
        edges { cursor node { fullDatabaseId author { login } body state submittedAt } }
      }
      reviewThreads(first: 30, after: $threadsAfter) @include(if: $threads) {
        totalCount
        pageInfo { hasNextPage }
        edges {
          cursor
          node {
            ${place}
            first: comments(first: 1) { nodes { fullDatabaseId } }
            comments(first: 50) { totalCount nodes { fullDatabaseId author { login } body createdAt } }
          }
        }
      }
      commits(first: 100, after: $commitsAfter) @include(if: $commits) {
        totalCount
        pageInfo { hasNextPage }
        edges { cursor node { commit { oid messageHeadline authoredDate author { name user { login } } } } }
      }
      checked: commits(last: 1) @include(if: $checks) {
        nodes {
          commit {
            statusCheckRollup {
              contexts(first: 100, after: $checksAfter) {
                totalCount
                pageInfo { hasNextPage }
                edges {
                  cursor
                  node {
                    ${check}
                  }
                }
              }
            }
          }
        }
      }
      files(first: 100, after: $filesAfter) @include(if: $files) {
        totalCount
        pageInfo { hasNextPage }
        edges { cursor node { path additions deletions changeType } }
      }
    }
  }
}`,
  schema: z.object({
    repository: z.object({
      nameWithOwner: z.string(),
      pullRequest: Base.partial().extend(Parts.shape).nullable(),
    }),
  }),
  names: { repositories: [['owner', 'name']] },
});
