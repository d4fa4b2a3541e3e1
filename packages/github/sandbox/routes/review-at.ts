import { repositoryOf, type Wanted } from '../access.ts';
import { type Call, param } from '../call.ts';
import { type PullRequest, pullsOf } from '../model/issue.ts';
import type { Review } from '../model/pull.ts';
import { type PlacedComment, placedComments } from '../model/reviews-of.ts';
import { notFound } from '../refusal.ts';
import { pullAt } from './issue-at.ts';

/** Pending reviews are seen by their authors alone. */
export const isShown = (call: Call, review: Review): boolean =>
  review.state !== 'PENDING' || review.author === call.user;

export function reviewAt(call: Call, wanted?: Wanted): { issue: PullRequest; review: Review } {
  const issue = pullAt(call, wanted);
  const review = issue.pull.reviews.find(({ id }) => id === Number(param(call, 'review_id')));
  if (!review || !isShown(call, review)) throw notFound();
  return { issue, review };
}

export function reviewCommentAt(call: Call): PlacedComment & { issue: PullRequest } {
  const id = Number(param(call, 'comment_id'));
  for (const issue of pullsOf(repositoryOf(call))) {
    const placed = placedComments(issue.pull).find(({ comment }) => comment.id === id);
    if (placed && isShown(call, placed.comment.review)) return { ...placed, issue };
  }
  throw notFound();
}
