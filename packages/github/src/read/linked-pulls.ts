import * as z from 'zod';
import { type GitHub, type GitHubCall, query } from '../client/index.ts';
import { rowsWithin } from './budget.ts';
import type { IssueName } from './issue.ts';

const Pull = z.object({
  number: z.int(),
  title: z.string(),
  state: z.string(),
  isDraft: z.boolean(),
  repository: z.object({ nameWithOwner: z.string() }),
});

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
        nodes { number title state isDraft repository { nameWithOwner isPrivate } }
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
            nodes: z.array(Pull.nullable()).nullish(),
          }),
        })
        .nullable(),
    }),
  }),
  names: { repositories: [['owner', 'repo']] },
});

/** The first of them that fit, and how many there are. */
export async function readLinkedPulls(
  github: GitHub,
  { owner, repo, number }: IssueName,
  { first, maxChars, ...call }: GitHubCall & { first: number; maxChars: number },
): Promise<{ items: Record<string, unknown>[]; total: number; truncated?: boolean }> {
  const { repository } = await github.graphql(linkedPullsQuery, { owner, repo, number, first }, call);
  const { nodes, totalCount: total = 0 } = repository.issue?.closedByPullRequestsReferences ?? {};
  const rows = (nodes ?? []).flatMap((pull) =>
    pull
      ? {
          ...{ repo: pull.repository.nameWithOwner, number: pull.number, title: pull.title },
          ...{ state: pull.state.toLowerCase(), ...(pull.isDraft && { draft: true }) },
        }
      : [],
  );
  const { taken, left } = rowsWithin(rows, maxChars);
  return { items: taken, total, ...(left > 0 && { truncated: true }) };
}
