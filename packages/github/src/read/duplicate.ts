import { AppError, CancelledError } from '@mcp-servers/core';
import * as z from 'zod';
import { type GitHub, type GitHubCall, query } from '../client/index.ts';
import { type Issue, type IssueName, issueLabel } from './issue.ts';

/** What an issue was closed as a duplicate of, which only GraphQL tells. */
export const duplicateQuery = query({
  name: 'DuplicateOf',
  text: `query DuplicateOf($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    nameWithOwner
    isPrivate
    issue(number: $number) { duplicateOf { number repository { nameWithOwner isPrivate } } }
  }
}`,
  schema: z.object({
    repository: z.object({
      issue: z
        .object({
          duplicateOf: z.object({ number: z.int(), repository: z.object({ nameWithOwner: z.string() }) }).nullish(),
        })
        .nullable(),
    }),
  }),
  names: { repositories: [['owner', 'repo']] },
});

/** `owner/name#12`; undefined for what is no duplicate, and where the other may not be seen. */
export async function readDuplicateOf(
  github: GitHub,
  { issue, ...name }: IssueName & { issue: Pick<Issue, 'state_reason'> },
  call: GitHubCall,
): Promise<string | undefined> {
  if (issue.state_reason !== 'duplicate') return undefined;
  try {
    const { repository } = await github.graphql(duplicateQuery, { ...name }, call);
    const of = repository.issue?.duplicateOf;
    if (!of) return undefined;
    const [owner = '', repo = ''] = of.repository.nameWithOwner.split('/');
    return issueLabel({ owner, repo, number: of.number });
  } catch (error) {
    // Without a credential, or on a server that does not know it, the issue itself can be read all the same.
    if (error instanceof AppError && !(error instanceof CancelledError)) return undefined;
    throw error;
  }
}
