import { invalid, Refusal } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { lineAtPosition, placeOf } from './diff-places.ts';
import { type PullRequest, record } from './issue.ts';
import { noteActivity, notify } from './notifications.ts';
import type { Review, ReviewComment, ReviewState, ReviewThread, Side } from './pull.ts';
import { pullComparison } from './pull-state.ts';
import type { State } from './state.ts';

export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

/** Where a comment goes: a line (or a range up to it) of the diff, a position in it, or the whole file. */
export interface NewPlace {
  readonly path: string;
  readonly line?: number | undefined;
  readonly side?: Side | undefined;
  readonly startLine?: number | undefined;
  readonly startSide?: Side | undefined;
  readonly position?: number | undefined;
  readonly subject?: 'line' | 'file' | undefined;
}

export type NewThread = NewPlace & { readonly body: string };

export interface NewReview {
  readonly author: Account;
  readonly body?: string | undefined;
  /** None: the review stays pending. */
  readonly event?: ReviewEvent | undefined;
  readonly commit?: string | undefined;
  readonly threads?: readonly NewThread[];
  readonly createdAt?: number;
}

const states: Readonly<Record<ReviewEvent, ReviewState>> = {
  ...{ APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' },
};

export const unprocessableEntity = (...errors: string[]): Refusal =>
  new Refusal(422, 'Unprocessable Entity', { extra: { errors } });

function refuseEvent(issue: PullRequest, event: ReviewEvent | undefined, author: Account): void {
  if (author !== issue.author || event === undefined || event === 'COMMENT') return;
  const what = event === 'APPROVE' ? 'approve' : 'request changes on';
  throw unprocessableEntity(`Review Can not ${what} your own pull request`);
}

export const pendingOf = ({ pull }: PullRequest, author: Account): Review | undefined =>
  pull.reviews.find((review) => review.author === author && review.state === 'PENDING');

/** A review with its comments, submitted at once with `event`. All or nothing. Throws Refusal 422. */
export function addReview(state: State, issue: PullRequest, asked: NewReview): Review {
  const { author, event, threads = [] } = asked;
  refuseEvent(issue, event, author);
  if (pendingOf(issue, author)) throw unprocessableEntity('User can only have one pending review per pull request');
  if (event && event !== 'APPROVE' && !asked.body?.trim() && threads.length === 0) {
    throw unprocessableEntity("Review body can't be blank");
  }
  const now = asked.createdAt ?? state.now();
  const review: Review = {
    ...{ id: state.nextId(), author, body: asked.body ?? '', state: 'PENDING', createdAt: now, updatedAt: now },
    ...{ commit: asked.commit ?? issue.pull.head.sha, submittedAt: null, reactions: [] },
  };
  const places = threads.map((thread) => ({ thread, place: resolvePlace(state, issue, thread) }));
  issue.pull.reviews.push(review);
  for (const { thread, place } of places) {
    if ('problem' in place) {
      issue.pull.reviews.pop();
      throw unprocessableEntity(place.problem);
    }
    startThread(state, issue, { review, place, body: thread.body, createdAt: now });
  }
  if (event) submitReview(state, issue, { review, event, at: now });
  return review;
}

export function submitReview(
  state: State,
  issue: PullRequest,
  { review, event, body, at }: { review: Review; event: ReviewEvent; body?: string | undefined; at?: number },
): void {
  refuseEvent(issue, event, review.author);
  if (review.state !== 'PENDING') throw unprocessableEntity('Can not submit a review that is not pending');
  review.state = states[event];
  review.body = body ?? review.body;
  review.submittedAt = at ?? state.now();
  issue.updatedAt = Math.max(issue.updatedAt, review.submittedAt);
  const index = issue.pull.requestedReviewers.indexOf(review.author);
  if (index >= 0) issue.pull.requestedReviewers.splice(index, 1);
  noteActivity(state, issue, { actor: review.author, text: review.body });
  if (issue.author !== review.author) notify(state, issue.author, { issue, reason: 'author' });
}

export function dismissReview(
  state: State,
  issue: PullRequest,
  { review, actor, message }: { review: Review; actor: Account; message: string },
): void {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw unprocessableEntity('Can not dismiss a review that is not approved or requesting changes');
  }
  review.state = 'DISMISSED';
  record(state, issue, { event: 'review_dismissed', actor, review, message });
}

/** A pending review goes with its comments. */
export function deletePendingReview(issue: PullRequest, review: Review): void {
  if (review.state !== 'PENDING') throw unprocessableEntity('Can not delete a non-pending pull request review');
  issue.pull.reviews.splice(issue.pull.reviews.indexOf(review), 1);
  for (const thread of [...issue.pull.threads]) {
    for (const comment of thread.comments.filter((candidate) => candidate.review === review)) {
      deleteReviewComment(issue, { thread, comment });
    }
  }
}

type Place = Pick<
  ReviewThread,
  'path' | 'subject' | 'line' | 'startLine' | 'side' | 'startSide' | 'commit' | 'diffHunk' | 'position'
>;

/** Checks a place against the diff of the pull request; `problem` in GitHub's words. */
export function resolvePlace(
  state: State,
  issue: PullRequest,
  asked: NewPlace,
): Place | { readonly problem: string; readonly field: string } {
  const file = pullComparison(state, issue)?.files.find(({ path }) => path === asked.path);
  const commit = issue.pull.head.sha;
  if (!file) return { problem: 'Path could not be resolved', field: 'path' };
  const whole = { path: asked.path, commit, side: asked.side ?? 'RIGHT', startLine: undefined, startSide: undefined };
  if (asked.subject === 'file') {
    return { ...whole, subject: 'file', line: undefined, diffHunk: '', position: undefined };
  }
  const patch = file.patch ?? '';
  const given = asked.position === undefined ? undefined : lineAtPosition(patch, asked.position);
  const line = given?.line ?? asked.line;
  const side = given?.side ?? asked.side ?? 'RIGHT';
  const place = line === undefined ? undefined : placeOf(patch, { line, side });
  if (line === undefined || !place) return { problem: 'Line could not be resolved', field: 'line' };
  const { startLine } = asked;
  const startSide = startLine === undefined ? undefined : (asked.startSide ?? side);
  if (startLine !== undefined) {
    const start = placeOf(patch, { line: startLine, side: startSide ?? side });
    if (!start || start.index !== place.index || start.position >= place.position) {
      return { problem: 'Start line could not be resolved', field: 'start_line' };
    }
  }
  const { position, hunk } = place;
  return { ...whole, subject: 'line', line, side, startLine, startSide, diffHunk: hunk, position };
}

export function startThread(
  state: State,
  issue: PullRequest,
  { review, place, body, createdAt }: { review: Review; place: Place; body: string; createdAt?: number },
): { thread: ReviewThread; comment: ReviewComment } {
  const now = createdAt ?? state.now();
  const comment: ReviewComment = {
    ...{ id: state.nextId(), review, author: review.author, body, inReplyTo: undefined },
    ...{ createdAt: now, updatedAt: now, reactions: [] },
  };
  const thread: ReviewThread = { ...place, id: state.nextId(), resolvedBy: undefined, comments: [comment] };
  issue.pull.threads.push(thread);
  return { thread, comment };
}

/** Each reply outside of a pending review is a review of its own. */
export function replyTo(
  state: State,
  issue: PullRequest,
  { thread, author, body }: { thread: ReviewThread; author: Account; body: string },
): ReviewComment {
  const pending = pendingOf(issue, author);
  const review = pending ?? { ...emptyReview(state, issue, author), state: 'COMMENTED' as const };
  if (!pending) issue.pull.reviews.push(review);
  const now = state.now();
  const comment: ReviewComment = {
    ...{ id: state.nextId(), review, author, body, inReplyTo: thread.comments[0]?.id },
    ...{ createdAt: now, updatedAt: now, reactions: [] },
  };
  thread.comments.push(comment);
  issue.updatedAt = now;
  noteActivity(state, issue, { actor: author, text: body });
  return comment;
}

function emptyReview(state: State, issue: PullRequest, author: Account): Review {
  const now = state.now();
  return {
    ...{ id: state.nextId(), author, body: '', state: 'PENDING', commit: issue.pull.head.sha },
    ...{ createdAt: now, updatedAt: now, submittedAt: now, reactions: [] },
  };
}

/** One comment on the diff, with the review that GitHub makes around it. Throws Refusal 422. */
export function addReviewComment(
  state: State,
  issue: PullRequest,
  { author, thread: asked }: { author: Account; thread: NewThread },
): { thread: ReviewThread; comment: ReviewComment } {
  const place = resolvePlace(state, issue, asked);
  if ('problem' in place) {
    const isPath = place.field === 'path';
    const field = `pull_request_review_thread.${place.field}`;
    const message = `${field} ${isPath ? 'is invalid' : 'must be part of the diff'}`;
    throw invalid({ resource: 'PullRequestReviewComment', code: 'custom', field, message });
  }
  const review: Review = { ...emptyReview(state, issue, author), state: 'COMMENTED' };
  issue.pull.reviews.push(review);
  const made = startThread(state, issue, { review, place, body: asked.body });
  issue.updatedAt = state.now();
  noteActivity(state, issue, { actor: author, text: asked.body });
  return made;
}

export function deleteReviewComment(
  { pull }: PullRequest,
  { thread, comment }: { thread: ReviewThread; comment: ReviewComment },
): void {
  thread.comments.splice(thread.comments.indexOf(comment), 1);
  if (thread.comments.length === 0) pull.threads.splice(pull.threads.indexOf(thread), 1);
}

export function resolveThread(thread: ReviewThread, by: Account | undefined): void {
  thread.resolvedBy = by;
}
