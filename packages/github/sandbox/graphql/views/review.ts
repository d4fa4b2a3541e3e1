import type { Account } from '../../model/accounts.ts';
import { currentLine } from '../../model/diff-places.ts';
import type { PullRequest } from '../../model/issue.ts';
import { nodeId } from '../../model/node-id.ts';
import type { Review, ReviewComment, ReviewThread } from '../../model/pull.ts';
import { requirementsOf } from '../../model/pull-state.ts';
import { atLeast, roleOf } from '../../model/repository.ts';
import { commentsOf, latestReviews } from '../../model/reviews-of.ts';
import { connect, list, type PageArgs } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { byId } from './account.ts';
import { below } from './git.ts';
import { isoOrNull, mayWrite, reactable, written } from './written.ts';

/** Pending reviews, and what was said in them, are for their author alone. */
const isShown = (g: Context, { state, author }: Review) => state !== 'PENDING' || author === g.viewer;

const shownThreads = (g: Context, { pull }: PullRequest) =>
  pull.threads.filter(({ comments }) => comments.some((comment) => isShown(g, comment.review)));

const isWriter = (g: Context, { repository }: PullRequest, author: Account) =>
  atLeast(roleOf(g.state, repository, author), 'write');

/** Everything about the reviews of a pull request. */
export function reviewsOf(g: Context, of: PullRequest): View {
  const { pull } = of;
  const shown = () => pull.reviews.filter((one) => isShown(g, one));
  const show = (one: Review) => review(g, of, one);
  return {
    reviewDecision: () => decisionOf(g, of),
    reviews: (args: PageArgs & { author?: string | null; states?: readonly string[] | null }) => {
      const { author, states } = args;
      const items = shown().filter(
        (one) => (!author || one.author.login === author) && (!states || states.includes(one.state)),
      );
      return connect('reviews', args, { ...byId, items, view: show });
    },
    latestReviews: list(() => latestOfEach(shown().filter((one) => one.author !== of.author)), show, byId),
    latestOpinionatedReviews: (args: PageArgs & { writersOnly?: boolean }) => {
      const items = latestReviews(pull).filter(({ author }) => !args.writersOnly || isWriter(g, of, author));
      return connect('latestOpinionatedReviews', args, { ...byId, items, view: show });
    },
    viewerLatestReview: () => {
      const mine = shown().findLast(({ author }) => author === g.viewer);
      return mine ? show(mine) : null;
    },
    reviewThreads: list(
      () => shownThreads(g, of),
      (thread) => reviewThread(g, of, thread),
      byId,
    ),
    reviewRequests: list(
      () => [
        ...pull.requestedReviewers.map((user) => ({ id: user.id, view: () => g.show.account(user) })),
        ...pull.requestedTeams.map((team) => ({ id: team.id, view: () => g.show.team(of.repository.owner, team) })),
      ],
      ({ id, view }) => ({
        id: nodeId('ReviewRequest', `${pull.id}:${id}`),
        databaseId: id,
        asCodeOwner: false,
        requestedReviewer: view,
        pullRequest: () => g.show.pull(of),
      }),
      byId,
    ),
  };
}

/** The last word of every reviewer, comments too, unless they are on their way. */
const latestOfEach = (reviews: readonly Review[]): Review[] => [
  ...new Map(reviews.filter(({ state }) => state !== 'PENDING').map((one) => [one.author.id, one])).values(),
];

function decisionOf(g: Context, of: PullRequest): string | null {
  const { approvals } = requirementsOf(of.repository, of.pull.base.ref);
  const opinions = latestReviews(of.pull).filter(({ author }) => isWriter(g, of, author));
  if (opinions.some(({ state }) => state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const given = opinions.filter(({ state }) => state === 'APPROVED').length;
  if (given > 0 && given >= approvals) return 'APPROVED';
  return approvals > 0 ? 'REVIEW_REQUIRED' : null;
}

export function review(g: Context, of: PullRequest, value: Review): View {
  const { repository } = of;
  const mine = value.author === g.viewer || mayWrite(g, repository);
  const self = () => review(g, of, value);
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PullRequestReview', value.id),
    databaseId: value.id,
    fullDatabaseId: String(value.id),
    ...below(g, repository, `pull/${of.number}#pullrequestreview-${value.id}`),
    ...written(g, { ...value, repository }),
    ...reactable(g, value, self),
    state: value.state,
    submittedAt: isoOrNull(value.submittedAt),
    authorCanPushToRepository: isWriter(g, of, value.author),
    commit: () => g.show.commit(repository, value.commit),
    repository: () => g.show.repository(repository),
    pullRequest: () => g.show.pull(of),
    comments: list(
      () => commentsOf(of.pull, value).map((placed) => ({ ...placed, id: placed.comment.id })),
      ({ thread, comment }) => reviewComment(g, of, { thread, comment }),
      byId,
    ),
    isMinimized: false,
    minimizedReason: null,
    viewerCanDelete: mine && value.state === 'PENDING',
    viewerCanMinimize: mayWrite(g, repository),
    viewerCannotUpdateReasons: mine ? [] : ['INSUFFICIENT_ACCESS'],
  };
}

/** Where a thread stands now; null once the line has changed. */
const lineNow = ({ repository, pull }: PullRequest, thread: ReviewThread, line: number | undefined) =>
  currentLine(repository.objects, thread, { head: pull.head.sha, line });

const isOutdated = (of: PullRequest, thread: ReviewThread) =>
  thread.subject === 'line' && lineNow(of, thread, thread.line) === null;

export function reviewThread(g: Context, of: PullRequest, thread: ReviewThread): View {
  const { repository } = of;
  const isResolved = thread.resolvedBy !== undefined;
  const mayResolve = of.author === g.viewer || mayWrite(g, repository);
  const shown = () => thread.comments.filter((comment) => isShown(g, comment.review));
  return {
    __typename: 'PullRequestReviewThread',
    id: nodeId('PullRequestReviewThread', thread.id),
    path: thread.path,
    subjectType: thread.subject.toUpperCase(),
    diffSide: thread.side,
    startDiffSide: thread.startSide ?? null,
    line: lineNow(of, thread, thread.line),
    startLine: lineNow(of, thread, thread.startLine),
    originalLine: thread.line ?? null,
    originalStartLine: thread.startLine ?? null,
    isResolved,
    isOutdated: isOutdated(of, thread),
    isCollapsed: isResolved || isOutdated(of, thread),
    resolvedBy: () => (thread.resolvedBy ? g.show.user(thread.resolvedBy) : null),
    comments: (args: PageArgs & { skip?: number | null }) =>
      connect('comments', args, {
        ...byId,
        items: shown().slice(args.skip ?? 0),
        view: (comment) => reviewComment(g, of, { thread, comment }),
      }),
    pullRequest: () => g.show.pull(of),
    repository: () => g.show.repository(repository),
    viewerCanReply: !of.locked || mayWrite(g, repository),
    viewerCanResolve: mayResolve && !isResolved,
    viewerCanUnresolve: mayResolve && isResolved,
  };
}

export function reviewComment(
  g: Context,
  of: PullRequest,
  { thread, comment }: { thread: ReviewThread; comment: ReviewComment },
): View {
  const { repository } = of;
  const mine = comment.author === g.viewer || mayWrite(g, repository);
  const self = () => reviewComment(g, of, { thread, comment });
  const outdated = isOutdated(of, thread);
  const first = thread.comments.find(({ id }) => id === comment.inReplyTo);
  return {
    __typename: 'PullRequestReviewComment',
    id: nodeId('PullRequestReviewComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    ...below(g, repository, `pull/${of.number}#discussion_r${comment.id}`),
    ...written(g, { ...comment, repository }),
    ...reactable(g, comment, self),
    state: comment.review.state === 'PENDING' ? 'PENDING' : 'SUBMITTED',
    path: thread.path,
    subjectType: thread.subject.toUpperCase(),
    diffHunk: thread.diffHunk,
    position: outdated ? null : (thread.position ?? null),
    originalPosition: thread.position ?? 0,
    line: lineNow(of, thread, thread.line),
    startLine: lineNow(of, thread, thread.startLine),
    originalLine: thread.line ?? null,
    originalStartLine: thread.startLine ?? null,
    outdated,
    commit: () => g.show.commit(repository, outdated ? thread.commit : of.pull.head.sha),
    originalCommit: () => g.show.commit(repository, thread.commit),
    replyTo: () => (first ? reviewComment(g, of, { thread, comment: first }) : null),
    pullRequest: () => g.show.pull(of),
    pullRequestReview: () => review(g, of, comment.review),
    repository: () => g.show.repository(repository),
    isMinimized: false,
    minimizedReason: null,
    viewerCanDelete: mine,
    viewerCanMinimize: mayWrite(g, repository),
    viewerCannotUpdateReasons: mine ? [] : ['INSUFFICIENT_ACCESS'],
  };
}
