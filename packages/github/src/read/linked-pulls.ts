import { z } from 'zod';
import { type GitHub, type GitHubCall, query } from '../client/index.ts';
import type { IssueName } from './issue.ts';

/** Pull requests that close an issue, which only GraphQL tells. */
export const linkedPullsQuery = query({
  name: 'LinkedPulls',
  text: `query LinkedPulls($owner: String!, $repo: String!, $number: Int!, $first: Int!) {
  repository(owner: $owner, name: $repo) {
    nameWithOwner
    isPrivate
    issue(number: $number) {
      closedByPullRequestsReferences(first: $first, includeClosedPrs: true) {
        totalCount
        nodes { number title state isDraft repository { nameWithOwner } }
      }
    }
  }
}`,
  schema: z.object({
    repository: z.object({
      issue: z
        .object({
          closedByPullRequestsReferences: z.object({
            totalCount: z.int(),
            nodes: z.array(
              z.object({
                number: z.int(),
                title: z.string(),
                state: z.string(),
                isDraft: z.boolean(),
                repository: z.object({ nameWithOwner: z.string() }),
              }),
            ),
          }),
        })
        .nullable(),
    }),
  }),
  names: { repositories: [['owner', 'repo']] },
});

export async function readLinkedPulls(
  github: GitHub,
  { owner, repo, number }: IssueName,
  { first, ...call }: GitHubCall & { first: number },
) {
  const { repository } = await github.graphql(linkedPullsQuery, { owner, repo, number, first }, call);
  const nodes = repository.issue?.closedByPullRequestsReferences.nodes ?? [];
  return {
    items: nodes.map((pull) => ({
      ...{ repo: pull.repository.nameWithOwner, number: pull.number, title: pull.title },
      ...{ state: pull.state.toLowerCase(), ...(pull.isDraft && { draft: true }) },
    })),
  };
}
