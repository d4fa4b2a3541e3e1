import type { PullRequest } from '../../model/issue.ts';
import type { Review, Side } from '../../model/pull.ts';
import {
  addReview,
  deletePendingReview,
  dismissReview,
  type NewThread,
  pendingOf,
  type ReviewEvent,
  replyTo,
  resolvePlace,
  resolveThread,
  startThread,
  submitReview,
} from '../../model/reviews.ts';
import type { Context, View } from '../context.ts';
import { forbidden, unprocessable } from '../errors.ts';
import { loadAs } from '../load.ts';
import { changing } from '../permits.ts';

interface PlaceInput {
  readonly path: string;
  readonly body: string;
  readonly line?: number | null;
  readonly side?: Side | null;
  readonly startLine?: number | null;
  readonly startSide?: Side | null;
  readonly subjectType?: 'FILE' | 'LINE' | null;
}

interface AddReview {
  readonly pullRequestId: string;
  readonly body?: string | null;
  readonly event?: ReviewEvent | 'DISMISS' | null;
  readonly commitOID?: string | null;
  readonly threads?: readonly PlaceInput[] | null;
  readonly comments?: readonly { readonly path: string; readonly body: string; readonly position: number }[] | null;
}

const reviewing = (name: string) => ({ name, permission: 'pull_requests', role: 'read' }) as const;

function threadOf({ path, body, line, side, startLine, startSide, subjectType }: PlaceInput): NewThread {
  return {
    ...{ path, body, line: line ?? undefined, side: side ?? undefined, startLine: startLine ?? undefined },
    // The schema gives a side also where there is no line for it.
    startSide: startLine == null ? undefined : (startSide ?? undefined),
    subject: subjectType === 'FILE' ? 'file' : 'line',
  };
}

function eventOf(event: AddReview['event']): ReviewEvent | undefined {
  if (event === 'DISMISS') throw unprocessable('A review cannot begin as a dismissal.');
  return event ?? undefined;
}

function addPullRequestReview(g: Context, input: AddReview): View {
  const { pull } = loadAs(g, 'PullRequest', input.pullRequestId);
  changing(g, pull.repository, reviewing('AddPullRequestReview'));
  const { body, commitOID, event, threads, comments } = input;
  const made = addReview(g.state, pull, {
    author: g.viewer,
    body: body ?? undefined,
    event: eventOf(event),
    commit: commitOID ?? undefined,
    threads: [
      ...(threads ?? []).map(threadOf),
      ...(comments ?? []).map(({ path, position, body: text }) => ({ path, position, body: text })),
    ],
  });
  const view = () => g.show.review(pull, made);
  return { pullRequestReview: view, reviewEdge: { cursor: '', node: view } };
}

interface AddThread extends PlaceInput {
  readonly pullRequestId?: string | null;
  readonly pullRequestReviewId?: string | null;
}

/** A place outside of the diff gives no thread, and no error either. */
function addPullRequestReviewThread(g: Context, input: AddThread): View {
  const { pull, review } = pendingFor(g, input);
  changing(g, pull.repository, reviewing('AddPullRequestReviewThread'));
  const thread = threadOf(input);
  const place = resolvePlace(g.state, pull, thread);
  if ('problem' in place) return { thread: null };
  const within = review ?? addReview(g.state, pull, { author: g.viewer });
  const made = startThread(g.state, pull, { review: within, place, body: thread.body });
  return { thread: () => g.show.reviewThread(pull, made.thread) };
}

/** The pending review that is named, or the viewer's own of the pull request. */
function pendingFor(
  g: Context,
  { pullRequestId, pullRequestReviewId }: { pullRequestId?: string | null; pullRequestReviewId?: string | null },
): { pull: PullRequest; review: Review | undefined } {
  if (pullRequestReviewId) {
    const { pull, review } = loadAs(g, 'PullRequestReview', pullRequestReviewId);
    if (review.author !== g.viewer || review.state !== 'PENDING') {
      throw unprocessable('The review is not a pending review of the viewer.');
    }
    return { pull, review };
  }
  if (!pullRequestId) throw unprocessable('Either pullRequestId or pullRequestReviewId must be given.');
  const { pull } = loadAs(g, 'PullRequest', pullRequestId);
  return { pull, review: pendingOf(pull, g.viewer) };
}

interface Submit {
  readonly pullRequestId?: string | null;
  readonly pullRequestReviewId?: string | null;
  readonly body?: string | null;
  readonly event: ReviewEvent | 'DISMISS';
}

function submitPullRequestReview(g: Context, input: Submit): View {
  const { pull, review } = pendingFor(g, input);
  changing(g, pull.repository, reviewing('SubmitPullRequestReview'));
  const event = eventOf(input.event);
  if (!review || !event) throw unprocessable('Could not find a pending review of the viewer.');
  submitReview(g.state, pull, { review, event, body: input.body ?? undefined });
  return { pullRequestReview: () => g.show.review(pull, review) };
}

interface Threaded {
  readonly threadId: string;
}

const resolving =
  (name: string, isResolved: boolean) =>
  (g: Context, { threadId }: Threaded) => {
    const { pull, thread } = loadAs(g, 'PullRequestReviewThread', threadId);
    changing(g, pull.repository, { ...reviewing(name), role: pull.author === g.viewer ? 'read' : 'write' });
    resolveThread(thread, isResolved ? g.viewer : undefined);
    return { thread: () => g.show.reviewThread(pull, thread) };
  };

export const reviews = {
  addPullRequestReview,
  addPullRequestReviewThread,
  submitPullRequestReview,
  addPullRequestReviewThreadReply: (
    g: Context,
    input: { pullRequestReviewThreadId: string; pullRequestReviewId?: string | null; body: string },
  ) => {
    const { pull, thread } = loadAs(g, 'PullRequestReviewThread', input.pullRequestReviewThreadId);
    changing(g, pull.repository, reviewing('AddPullRequestReviewThreadReply'));
    if (input.pullRequestReviewId) pendingFor(g, { pullRequestReviewId: input.pullRequestReviewId });
    const comment = replyTo(g.state, pull, { thread, author: g.viewer, body: input.body });
    return { comment: () => g.show.reviewComment(pull, { thread, comment }) };
  },
  deletePullRequestReview: (g: Context, input: { pullRequestReviewId: string }) => {
    const { pull, review } = loadAs(g, 'PullRequestReview', input.pullRequestReviewId);
    if (review.author !== g.viewer) throw forbidden(`${g.viewer.login} cannot delete the review of another.`);
    const view = g.show.review(pull, review);
    deletePendingReview(pull, review);
    return { pullRequestReview: view };
  },
  dismissPullRequestReview: (g: Context, input: { pullRequestReviewId: string; message: string }) => {
    const { pull, review } = loadAs(g, 'PullRequestReview', input.pullRequestReviewId);
    changing(g, pull.repository, { ...reviewing('DismissPullRequestReview'), role: 'write' });
    dismissReview(g.state, pull, { review, actor: g.viewer, message: input.message });
    return { pullRequestReview: () => g.show.review(pull, review) };
  },
  resolveReviewThread: resolving('ResolveReviewThread', true),
  unresolveReviewThread: resolving('UnresolveReviewThread', false),
};
