import type { Account } from './accounts.ts';
import { pullsOf } from './issue.ts';
import type { Repository } from './repository.ts';

/** How an author stands to a repository, as answers carry it. */
export function associationOf(repository: Repository, author: Account): string {
  const { owner, collaborators } = repository;
  if (owner === author) return 'OWNER';
  if (owner.members.has(author.id)) return 'MEMBER';
  if (collaborators.has(author.id)) return 'COLLABORATOR';
  const hasMerged = pullsOf(repository).some((issue) => issue.author === author && issue.pull.merged);
  return hasMerged ? 'CONTRIBUTOR' : 'NONE';
}
