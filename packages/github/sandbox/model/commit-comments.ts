import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import type { Reaction } from './reactions.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';

/** A comment on a commit, or on a line of what it changed. */
export interface CommitComment {
  readonly id: number;
  readonly commit: string;
  readonly author: Account;
  body: string;
  readonly path: string | null;
  readonly position: number | null;
  readonly line: number | null;
  readonly createdAt: number;
  updatedAt: number;
  readonly reactions: Reaction[];
}

/** Comments on the commits of a repository, in the order they were made. */
export const commitCommentsOf = attach<CommitComment[], Repository>('commit comments', () => []);

export type NewCommitComment = Pick<CommitComment, 'commit' | 'author' | 'body'> &
  Partial<Pick<CommitComment, 'path' | 'position' | 'line'>>;

export function addCommitComment(state: State, repository: Repository, given: NewCommitComment): CommitComment {
  const now = state.now();
  const comment: CommitComment = {
    ...{ path: null, position: null, line: null, ...given },
    ...{ id: state.nextId(), createdAt: now, updatedAt: now, reactions: [] },
  };
  commitCommentsOf(repository).push(comment);
  return comment;
}
