import type { Account, Team } from './accounts.ts';
import type { Reaction } from './reactions.ts';
import type { Repository } from './repository.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';
export type ReviewState = 'PENDING' | 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
export type Side = 'LEFT' | 'RIGHT';

export interface Review {
  readonly id: number;
  readonly author: Account;
  body: string;
  state: ReviewState;
  commit: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Null while pending. */
  submittedAt: number | null;
  readonly reactions: Reaction[];
}

export interface ReviewComment {
  readonly id: number;
  readonly review: Review;
  readonly author: Account;
  body: string;
  readonly inReplyTo: number | undefined;
  readonly createdAt: number;
  updatedAt: number;
  readonly reactions: Reaction[];
}

/** Review comments about one place; replies follow the first. */
export interface ReviewThread {
  readonly id: number;
  readonly path: string;
  readonly subject: 'line' | 'file';
  /** Of the file on that side, as of `commit`; undefined for whole files. */
  readonly line: number | undefined;
  readonly startLine: number | undefined;
  readonly side: Side;
  readonly startSide: Side | undefined;
  /** The head that it was written for. */
  readonly commit: string;
  /** The hunk down to the line. */
  readonly diffHunk: string;
  /** Lines below the first hunk header of the file. */
  readonly position: number | undefined;
  resolvedBy: Account | undefined;
  readonly comments: ReviewComment[];
}

/** What an issue has when it is a pull request. */
export interface Pull {
  readonly id: number;
  /** `repository` is undefined once the fork is gone; `sha` follows the branch while open. */
  readonly head: { repository: Repository | undefined; readonly owner: Account; readonly ref: string; sha: string };
  readonly base: { ref: string; sha: string };
  draft: boolean;
  maintainerCanModify: boolean;
  merged: { readonly at: number; readonly by: Account; readonly sha: string; readonly method: MergeMethod } | undefined;
  autoMerge:
    | { readonly by: Account; readonly method: MergeMethod; readonly title: string; readonly message: string }
    | undefined;
  readonly requestedReviewers: Account[];
  readonly requestedTeams: Team[];
  readonly reviews: Review[];
  readonly threads: ReviewThread[];
}
