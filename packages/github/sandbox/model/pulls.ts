import { invalid, unprocessable } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { ancestors, isAncestor, log, mergeBase } from './history.ts';
import { type Issue, isPull, issuesOf, type PullRequest, pullsOf, record } from './issue.ts';
import { closeIssue } from './issue-changes.ts';
import { addIssue } from './issue-store.ts';
import { notify } from './notifications.ts';
import type { Pull } from './pull.ts';
import { closedBy } from './references.ts';
import { branchRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { RefChange, State } from './state.ts';

export interface NewPull {
  readonly author: Account;
  readonly title: string;
  readonly body?: string | null;
  /** Branch of `headRepository`. */
  readonly head: string;
  readonly base: string;
  /** A fork, or the repository itself unless given. */
  readonly headRepository?: Repository;
  readonly draft?: boolean;
  readonly maintainerCanModify?: boolean;
  /** An issue that becomes the pull request. */
  readonly issue?: Issue;
  readonly createdAt?: number;
}

/** Where the base repository keeps the head, also that of a fork. */
const pullRef = ({ number }: Issue) => `refs/pull/${number}/head`;

const problem = (message: string) => invalid({ resource: 'PullRequest', code: 'custom', message });

/** Opens a pull request. Throws Refusal 422. */
export function openPull(state: State, repository: Repository, asked: NewPull): PullRequest {
  const from = asked.headRepository ?? repository;
  const head = from.refs.get(branchRef(asked.head));
  const base = repository.refs.get(branchRef(asked.base));
  const missing = [...(head === undefined ? ['head'] : []), ...(base === undefined ? ['base'] : [])];
  if (head === undefined || base === undefined) {
    throw invalid(...missing.map((field) => ({ resource: 'PullRequest', field, code: 'invalid' })));
  }
  const isSame = (other: PullRequest) =>
    other.state === 'open' &&
    other.pull.head.repository === from &&
    other.pull.head.ref === asked.head &&
    other.pull.base.ref === asked.base;
  if (pullsOf(repository).some(isSame)) {
    throw problem(`A pull request already exists for ${from.owner.login}:${asked.head}.`);
  }
  if (mergeBase(repository.objects, base, head) === undefined)
    throw problem(`The ${asked.head} branch has no history in common with ${asked.base}`);
  if (isAncestor(repository.objects, head, base)) throw problem(`No commits between ${asked.base} and ${asked.head}`);
  const pull: Pull = {
    id: state.nextId(),
    head: { repository: from, owner: from.owner, ref: asked.head, sha: head },
    base: { ref: asked.base, sha: base },
    draft: asked.draft ?? false,
    maintainerCanModify: asked.maintainerCanModify ?? from !== repository,
    ...{
      merged: undefined,
      autoMerge: undefined,
      requestedReviewers: [],
      requestedTeams: [],
      reviews: [],
      threads: [],
    },
  };
  const keepHead = (issue: Issue) => repository.refs.set(pullRef(issue), head);
  if (asked.issue) {
    if (asked.issue.pull) throw invalid({ resource: 'PullRequest', field: 'issue', code: 'invalid' });
    asked.issue.pull = pull;
    keepHead(asked.issue);
    return asked.issue as PullRequest;
  }
  const { author, title, body, createdAt } = asked;
  const issue = addIssue(state, repository, { author, title, body, pull, ...(createdAt && { createdAt }) });
  keepHead(issue);
  return issue as PullRequest;
}

/** Another branch to merge into. Throws Refusal 422. */
export function changeBase(state: State, issue: PullRequest, { base, actor }: { base: string; actor: Account }): void {
  if (base === issue.pull.base.ref) return;
  const sha = issue.repository.refs.get(branchRef(base));
  if (sha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (issue.state === 'closed') throw problem('Cannot change the base branch of a closed pull request.');
  Object.assign(issue.pull.base, { ref: base, sha });
  record(state, issue, { event: 'base_ref_changed', actor });
}

export function requestReviewers(
  state: State,
  issue: PullRequest,
  { reviewers, actor }: { reviewers: readonly Account[]; actor: Account },
): void {
  for (const reviewer of reviewers) {
    if (reviewer === issue.author) throw unprocessable('Review cannot be requested from pull request author.');
    if (issue.pull.requestedReviewers.includes(reviewer)) continue;
    issue.pull.requestedReviewers.push(reviewer);
    record(state, issue, { event: 'review_requested', actor, reviewer });
    notify(state, reviewer, { issue, reason: 'review_requested' });
  }
}

export function removeReviewers(
  state: State,
  issue: PullRequest,
  { reviewers, actor }: { reviewers: readonly Account[]; actor: Account },
): void {
  const { requestedReviewers } = issue.pull;
  for (const reviewer of reviewers) {
    const index = requestedReviewers.indexOf(reviewer);
    if (index < 0) continue;
    requestedReviewers.splice(index, 1);
    record(state, issue, { event: 'review_request_removed', actor, reviewer });
  }
}

export function setDraft(state: State, issue: PullRequest, { draft, actor }: { draft: boolean; actor: Account }): void {
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  record(state, issue, { event: draft ? 'convert_to_draft' : 'ready_for_review', actor });
}

/** Open pull requests follow their branches, and close when one of them is deleted; commits on the default branch close issues. */
export function followRefs(state: State): void {
  state.onChange((change) => {
    closeByCommits(state, change);
    for (const repository of state.repositories.values()) {
      for (const issue of issuesOf(repository).values()) {
        if (isPull(issue) && issue.state === 'open') follow(state, issue, change);
      }
    }
  });
}

function closeByCommits(state: State, { repository, ref, before, after, actor }: RefChange): void {
  if (ref !== branchRef(repository.defaultBranch) || before === undefined || after === undefined || !actor) return;
  const { objects } = repository;
  for (const { sha, commit } of log(objects, after, ancestors(objects, before))) {
    for (const issue of closedBy(state, repository, commit.message)) {
      if (issue.state === 'open') closeIssue(state, issue, { actor, reason: 'completed', commit: sha });
    }
  }
}

function follow(state: State, issue: PullRequest, { repository, ref, before, after, actor }: RefChange): void {
  const { head, base } = issue.pull;
  const by = actor ?? issue.author;
  const isHead = repository === head.repository && ref === branchRef(head.ref);
  const isBase = repository === issue.repository && ref === branchRef(base.ref);
  if (after === undefined) {
    if (isHead || isBase) closeIssue(state, issue, { actor: by, reason: null });
    if (isHead) record(state, issue, { event: 'head_ref_deleted', actor: by });
    return;
  }
  if (isBase) base.sha = after;
  if (!isHead) return;
  head.sha = after;
  issue.repository.refs.set(pullRef(issue), after);
  issue.updatedAt = state.now();
  const isForced = before !== undefined && !isAncestor(repository.objects, before, after);
  if (isForced) record(state, issue, { event: 'head_ref_force_pushed', actor: by, commit: after });
  if (!issue.repository.protections.get(base.ref)?.requiredReviews?.dismissStale) return;
  for (const review of issue.pull.reviews.filter((candidate) => candidate.state === 'APPROVED')) {
    review.state = 'DISMISSED';
    record(state, issue, { event: 'review_dismissed', actor: by, review });
  }
}

/** 'owner:branch'. */
export const headLabel = ({ pull }: PullRequest): string => `${pull.head.owner.login}:${pull.head.ref}`;
