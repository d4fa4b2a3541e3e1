import { NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { noLabels } from '../labels/existing.ts';
import {
  type DiscussionLabel,
  repositoryLabelsQuery,
  type StoredDiscussion,
  storedDiscussionQuery,
} from './discussion.query.ts';

/** The latest. Throws NotFoundError. */
export async function readStored(github: GitHub, name: IssueName, call: GitHubCall): Promise<StoredDiscussion> {
  const { owner, repo, number } = name;
  const { repository } = await github.graphql(storedDiscussionQuery, { owner, repo, number }, call);
  if (repository.discussion) return repository.discussion;
  throw new NotFoundError(`There is no discussion ${issueLabel(name)}.`, {
    hint: 'github_discussions lists them. It may be an issue or a pull request.',
  });
}

export const labelsOf = ({ labels }: Pick<StoredDiscussion, 'labels'>): DiscussionLabel[] =>
  (labels?.nodes ?? []).filter((label) => label !== null);

const mostPages = 10;

/** The labels of these names, which do not differ by case. Throws NotFoundError that names those that are missing. */
export async function findLabels(
  github: GitHub,
  { names, owner, repo }: RepositoryName & { names: readonly string[] },
  call: GitHubCall,
): Promise<DiscussionLabel[]> {
  if (names.length === 0) return [];
  const known = new Map<string, DiscussionLabel>();
  let after: string | null = null;
  for (let page = 1; page <= mostPages; page += 1) {
    const asked: object = { owner, repo, after };
    const { labels } = (await github.graphql(repositoryLabelsQuery, { ...asked }, call)).repository;
    for (const label of labels?.nodes ?? []) if (label) known.set(label.name.toLowerCase(), label);
    after = labels?.pageInfo.hasNextPage ? (labels.pageInfo.endCursor ?? null) : null;
    if (after === null || names.every((name) => known.has(name.toLowerCase()))) break;
  }
  const missing = names.filter((name) => !known.has(name.toLowerCase()));
  if (missing.length > 0) {
    const all = [...known.values()].map(({ name }) => name);
    throw noLabels(missing, { owner, repo, known: all });
  }
  return names.flatMap((name) => known.get(name.toLowerCase()) ?? []);
}
