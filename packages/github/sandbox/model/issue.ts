import type { Account, Team } from './accounts.ts';
import { attach } from './attached.ts';
import type { IssueType } from './issue-types.ts';
import type { Label, Milestone } from './labels.ts';
import type { Pull, Review } from './pull.ts';
import type { Reaction } from './reactions.ts';
import { fullName, type Repository } from './repository.ts';
import type { State } from './state.ts';

export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';
export type LockReason = 'off-topic' | 'too heated' | 'resolved' | 'spam';

export interface IssueComment {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Reason in capitals: SPAM, OUTDATED, ... */
  minimized: string | null;
  readonly reactions: Reaction[];
}

/** An entry of the timeline that is neither a comment, a commit nor a review; what it is about is in the field of its kind. */
export interface IssueEvent {
  readonly id: number;
  /** labeled, closed, cross-referenced, ... as the REST API spells them. */
  readonly event: string;
  readonly actor: Account;
  readonly createdAt: number;
  readonly label?: { readonly name: string; readonly color: string };
  readonly assignee?: Account;
  readonly milestone?: string;
  readonly rename?: { readonly from: string; readonly to: string };
  readonly lockReason?: LockReason;
  readonly stateReason?: StateReason | null;
  readonly commit?: string;
  /** cross-referenced, sub-issues, dependencies, duplicates: the other issue. */
  readonly other?: Issue;
  readonly reviewer?: Account;
  readonly team?: Team;
  readonly review?: Review;
  readonly message?: string;
  readonly issueType?: IssueType;
  readonly previousType?: IssueType;
}

/** An issue, or with `pull` a pull request. */
export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly author: Account;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: StateReason | null;
  readonly labels: Label[];
  readonly assignees: Account[];
  milestone: Milestone | undefined;
  type: IssueType | undefined;
  locked: boolean;
  lockReason: LockReason | null;
  readonly comments: IssueComment[];
  readonly events: IssueEvent[];
  readonly reactions: Reaction[];
  parent: Issue | undefined;
  readonly subIssues: Issue[];
  readonly blockedBy: Issue[];
  readonly blocking: Issue[];
  duplicateOf: Issue | undefined;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: Account | undefined;
  pull: Pull | undefined;
}

/** Issues and pull requests of a repository by number, and the numbers of deleted ones. */
export const issuesOf = attach<Map<number, Issue>, Repository>('issues', () => new Map());
export const deletedIssuesOf = attach<Set<number>, Repository>('deleted issues', () => new Set());

export const isPull = (issue: Issue): issue is Issue & { pull: Pull } => issue.pull !== undefined;
export type PullRequest = Issue & { readonly pull: Pull };

export const pullsOf = (repository: Repository): PullRequest[] => [...issuesOf(repository).values()].filter(isPull);

export const findPull = (repository: Repository, number: number): PullRequest | undefined => {
  const issue = issuesOf(repository).get(number);
  return issue && isPull(issue) ? issue : undefined;
};

export const everyIssue = (state: State): Issue[] =>
  [...state.repositories.values()].flatMap((repository) => [...issuesOf(repository).values()]);

/** By the id that REST gives an issue (for pull requests: the id of their issue). */
export const issueById = (state: State, id: number): Issue | undefined =>
  everyIssue(state).find((issue) => issue.id === id);

/** 'owner/name#1'. */
export const issueName = (issue: Issue): string => `${fullName(issue.repository)}#${issue.number}`;

/** Notes something in the timeline; it counts as an update. */
export function record(
  state: State,
  issue: Issue,
  entry: Omit<IssueEvent, 'id' | 'createdAt'> & { readonly createdAt?: number },
): IssueEvent {
  const event: IssueEvent = { createdAt: state.now(), ...entry, id: state.nextId() };
  issue.events.push(event);
  issue.updatedAt = Math.max(issue.updatedAt, event.createdAt);
  return event;
}
