import type { Pull, Review, ReviewComment, ReviewThread } from './pull.ts';

/** The latest opinion of every reviewer; comments are none, and dismissed ones no longer. */
export function latestReviews(pull: Pull): Review[] {
  const latest = new Map<number, Review>();
  for (const review of pull.reviews) {
    if (['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(review.state)) latest.set(review.author.id, review);
  }
  return [...latest.values()].filter(({ state }) => state !== 'DISMISSED');
}

export interface PlacedComment {
  readonly thread: ReviewThread;
  readonly comment: ReviewComment;
}

export const placedComments = (pull: Pull): PlacedComment[] =>
  pull.threads
    .flatMap((thread) => thread.comments.map((comment) => ({ thread, comment })))
    .sort((a, b) => a.comment.id - b.comment.id);

export const commentsOf = (pull: Pull, review: Review): PlacedComment[] =>
  placedComments(pull).filter(({ comment }) => comment.review === review);
