import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { checkHead } from '../expected-head.ts';
import type { How } from '../run-or-plan.ts';
import { outcome, type Step, type Taken, takeSteps } from '../steps.ts';
import { type AnswersAsked, answerSteps, checkThreads } from './answer-steps.ts';
import { choosePending, discardPending, type PendingAsked, sendInSteps, toLines } from './pending.ts';
import { type CommentPlace, checkPlaces } from './places.ts';
import { readPullRest } from './pull.ts';

export const events = ['approve', 'request_changes', 'comment'] as const;

export interface ReviewAsked extends PendingAsked, AnswersAsked {
  readonly event?: (typeof events)[number] | undefined;
  readonly body?: string | undefined;
  readonly comments?: readonly CommentPlace[] | undefined;
  readonly expected_head?: string | undefined;
}

export interface ReviewWritten {
  readonly review_id?: number;
  readonly url?: string;
  readonly state?: string;
  readonly comments?: number;
  readonly done?: string[];
  readonly failed?: Taken['failed'];
  readonly verified?: boolean;
}

type Reviewing = How & { asked: ReviewAsked };

/** A review that is sent as one, then replies, threads and dismissals one by one. */
export async function writeReview(github: GitHub, name: IssueName, how: Reviewing): Promise<ReviewWritten> {
  const { asked, call, planning } = how;
  check(asked);
  const { commit, pullId } = await headOf(github, name, how);
  await checkThreads(github, { ...asked, ...name, pullId }, call);
  const made: { review?: Made } = {};
  let isSame = true;
  const differs = () => {
    isSame = false;
  };
  const steps = [
    ...(await reviewSteps(github, name, { ...how, commit, pullId, made })),
    ...answerSteps(github, { ...asked, ...name }, { call, planning, differs }),
  ];
  const taken = await takeSteps(steps, how);
  if (planning) return {};
  const review = made.review && (await readBack(github, name, { asked, call, made: made.review }));
  const { verified, ...failures } = outcome(taken, []);
  return { ...review, done: taken.done, ...failures, verified: verified && isSame && (review?.verified ?? true) };
}

const isReview = ({ event, body, comments = [], send_pending }: ReviewAsked): boolean =>
  event !== undefined || body !== undefined || comments.length > 0 || send_pending !== undefined;

interface Beginning extends Reviewing {
  readonly commit: string;
  readonly pullId: string;
  /** Told here when it is sent. */
  readonly made: { review?: Made };
}

/** The review itself, after what is pending is out of its way. */
async function reviewSteps(
  github: GitHub,
  name: IssueName,
  { commit, pullId, made, ...how }: Beginning,
): Promise<Step[]> {
  const { asked, call } = how;
  const { body, comments = [], send_pending, discard_pending } = asked;
  const reviews = isReview(asked);
  if (!reviews && discard_pending === undefined) return [];
  if (reviews) await checkPlaces(github, { ...name, places: comments }, call);
  const pending = await choosePending(github, name, { asked, call });
  const isSimple = send_pending === undefined && comments.every(({ line }) => line !== undefined);
  const drafted = {
    commit,
    pullId,
    event: eventOf(asked),
    body,
    comments,
    ...(send_pending !== undefined && { pending }),
  };
  const review: Step = {
    name: 'review',
    async run() {
      made.review = isSimple
        ? await sendReview(github, { ...name, commit }, how)
        : await sendInSteps(github, { ...name, ...drafted }, how);
    },
  };
  return [
    ...(discard_pending === undefined ? [] : [discarding(github, { ...name, review_id: discard_pending }, call)]),
    ...(reviews ? [review] : []),
  ];
}

function check(asked: ReviewAsked): void {
  const reviews = isReview(asked);
  const { event, body, comments = [], replies = [], resolve = [], unresolve = [], dismiss } = asked;
  const { send_pending, discard_pending } = asked;
  const isEmpty = replies.length + resolve.length + unresolve.length === 0 && !dismiss && discard_pending === undefined;
  if (!reviews && isEmpty) {
    throw new ValidationError('Nothing to do was given.', {
      hint: 'Give event with body or comments for a review, or replies, resolve, unresolve, dismiss.',
    });
  }
  if (send_pending !== undefined && discard_pending !== undefined) {
    throw new ValidationError('Give send_pending or discard_pending, not both.');
  }
  if (reviews && event !== 'approve' && !body?.trim() && comments.length === 0 && send_pending === undefined) {
    throw new ValidationError(`A review that does not approve needs body or comments.`);
  }
}

async function headOf(github: GitHub, name: IssueName, { asked, call }: Reviewing) {
  const { head, node_id: pullId } = await readPullRest(github, name, call);
  checkHead(`The head of ${issueLabel(name)}`, head.sha, asked.expected_head);
  return { commit: head.sha, pullId };
}

interface Made {
  readonly id: number;
}

const eventOf = ({ event = 'comment' }: ReviewAsked) =>
  event.toUpperCase() as 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

/** All of it in one request. */
async function sendReview(
  github: GitHub,
  { commit, owner, repo, number }: IssueName & { commit: string },
  { asked, call }: Reviewing,
): Promise<Made> {
  const { body, comments = [] } = asked;
  const review = {
    ...{ owner, repo, pull_number: number, commit_id: commit },
    ...{ event: eventOf(asked), ...given({ body }) },
    comments: toLines(comments),
  };
  const how = { ...call, planned: { id: 0 } };
  return (await github.rest('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', review, how)).data;
}

const discarding = (github: GitHub, at: IssueName & { review_id: number }, call: GitHubCall): Step => ({
  name: `discard ${at.review_id}`,
  run: () => discardPending(github, at, call),
});

async function readBack(
  github: GitHub,
  { owner, repo, number }: IssueName,
  { asked, call, made }: { asked: ReviewAsked; call: GitHubCall; made: Made },
): Promise<Required<Pick<ReviewWritten, 'review_id' | 'url' | 'state' | 'comments' | 'verified'>>> {
  const at = { owner, repo, pull_number: number, review_id: made.id };
  const ofReview = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}' as const;
  const { comments: meant = [], body, send_pending } = asked;
  // What was pending before may have had a body and comments of its own.
  const isAlone = send_pending === undefined;
  const { data: review } = await github.rest(`GET ${ofReview}`, at, call);
  const { data: stored } =
    meant.length === 0 && isAlone
      ? { data: [] }
      : await github.rest(`GET ${ofReview}/comments`, { ...at, per_page: 100 }, call);
  const told = ({ path, body: text }: { path: string; body: string }) => JSON.stringify([path, text]);
  const there = new Set(stored.map(told));
  const isText = review.body === (body ?? (isAlone ? '' : review.body));
  const isComplete = isAlone ? stored.length === meant.length : stored.length >= meant.length;
  return {
    ...{ review_id: made.id, url: review.html_url, state: review.state.toLowerCase(), comments: stored.length },
    verified: isText && isComplete && meant.every((comment) => there.has(told(comment))),
  };
}
