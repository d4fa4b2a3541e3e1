import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param } from '../call.ts';
import type { Account } from '../model/accounts.ts';
import { type PullRequest, pullsOf } from '../model/issue.ts';
import type { Side } from '../model/pull.ts';
import { pullComparison } from '../model/pull-state.ts';
import { addReviewComment, deleteReviewComment, pendingOf, replyTo } from '../model/reviews.ts';
import { type PlacedComment, placedComments } from '../model/reviews-of.ts';
import { forbidden, invalid, notFound } from '../refusal.ts';
import { created, noContent, ok } from '../reply.ts';
import { reviewCommentView } from '../views/review.ts';
import { mayPush, pullAt, refuseOthers } from './issue-at.ts';
import { inOrder, refuseBadBody } from './issue-comments.ts';
import { isShown, reviewCommentAt } from './review-at.ts';

const repo = '/repos/{owner}/{repo}/pulls';
const resource = 'PullRequestReviewComment';

interface CommentBody {
  readonly body: string;
  readonly commit_id: string;
  readonly path: string;
  readonly position?: number;
  readonly line?: number;
  readonly side?: Side;
  readonly start_line?: number;
  readonly start_side?: Side;
  readonly in_reply_to?: number;
  readonly subject_type?: 'line' | 'file';
}

function refuseLocked(call: Call, issue: PullRequest): void {
  if (issue.locked && !mayPush(call, issue.repository)) {
    throw forbidden('Unable to create comment because issue is locked.');
  }
}

/** Each of these comments is a review of its own, which a pending one is in the way of. */
function refusePending(issue: PullRequest, author: Account): void {
  if (!pendingOf(issue, author)) return;
  const message = 'user_id can only have one pending review per pull request';
  throw invalid({ resource: 'PullRequestReview', code: 'custom', field: 'user_id', message });
}

function create(call: Call) {
  const issue = pullAt(call);
  const author = actorOf(call);
  const asked = bodyOf<CommentBody>(call);
  refuseBadBody(resource, asked.body);
  refuseLocked(call, issue);
  refusePending(issue, author);
  if (asked.in_reply_to !== undefined) return reply(call, issue, asked.in_reply_to);
  const commits = pullComparison(call.state, issue)?.commits ?? [];
  if (!commits.some(({ sha }) => sha === asked.commit_id)) {
    const message = 'commit_id is not part of the pull request';
    throw invalid({ resource, code: 'custom', field: 'pull_request_review_thread.commit_id', message });
  }
  const { body, path, line, side, position, start_line: startLine, start_side: given, subject_type: subject } = asked;
  const thread = { ...{ body, path, line, side, position, startLine, startSide: given, subject } };
  const placed = addReviewComment(call.state, issue, { author, thread });
  const view = reviewCommentView(call, issue, placed);
  return created(view, view.url);
}

function reply(call: Call, issue: PullRequest, id: number) {
  const author = actorOf(call);
  const thread = issue.pull.threads.find(({ comments }) => comments[0]?.id === id);
  // Replies to replies are not taken.
  if (!thread) throw notFound();
  const { body } = bodyOf<{ body: string }>(call);
  refuseBadBody(resource, body);
  refuseLocked(call, issue);
  refusePending(issue, author);
  const comment = replyTo(call.state, issue, { thread, author, body });
  const view = reviewCommentView(call, issue, { thread, comment });
  return created(view, view.url);
}

const shownIn = (call: Call, issue: PullRequest) =>
  placedComments(issue.pull)
    .filter(({ comment }) => isShown(call, comment.review) && comment.review.state !== 'PENDING')
    .map((placed) => ({ ...placed, issue }));

function list(call: Call, all: readonly (PlacedComment & { issue: PullRequest })[]) {
  return page(
    call,
    inOrder(call, all, ({ comment }) => comment),
    (placed) => reviewCommentView(call, placed.issue, placed),
  );
}

export const reviewComments: Area = {
  name: 'review comments',
  routes: {
    [`GET ${repo}/{pull_number}/comments`]: (call) => list(call, shownIn(call, pullAt(call))),
    [`POST ${repo}/{pull_number}/comments`]: create,
    [`POST ${repo}/{pull_number}/comments/{comment_id}/replies`]: (call) =>
      reply(call, pullAt(call), Number(param(call, 'comment_id'))),
    [`GET ${repo}/comments`]: (call) =>
      list(
        call,
        pullsOf(repositoryOf(call)).flatMap((issue) => shownIn(call, issue)),
      ),
    [`GET ${repo}/comments/{comment_id}`]: (call) => {
      const placed = reviewCommentAt(call);
      return ok(reviewCommentView(call, placed.issue, placed));
    },
    [`PATCH ${repo}/comments/{comment_id}`]: (call) => {
      const placed = reviewCommentAt(call);
      refuseOthers(call, placed.issue.repository, placed.comment.author);
      const { body } = bodyOf<{ body: string }>(call);
      refuseBadBody(resource, body);
      placed.comment.body = body;
      placed.comment.updatedAt = call.state.now();
      return ok(reviewCommentView(call, placed.issue, placed));
    },
    [`DELETE ${repo}/comments/{comment_id}`]: (call) => {
      const placed = reviewCommentAt(call);
      refuseOthers(call, placed.issue.repository, placed.comment.author);
      deleteReviewComment(placed.issue, placed);
      return noContent();
    },
  },
};
