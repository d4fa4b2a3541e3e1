import { AppError, CancelledError, ConflictError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import type { How } from '../run-or-plan.ts';
import { sayingMore } from '../saying.ts';
import { repeatable } from '../writes.ts';
import { addThreadQuery } from './pending.query.ts';
import type { CommentPlace } from './places.ts';

export type Review = RestData<'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'>[number];

const reviewsRoute = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews' as const;
const oneReview = `${reviewsRoute}/{review_id}` as const;

/** Reviews of a pull request are listed from the oldest. */
const mostPages = 10;
const perPage = 100;

/** The review that the credential's user has begun and not sent; GitHub shows nobody else's. */
async function findPending(
  github: GitHub,
  { owner, repo, number }: IssueName,
  call: GitHubCall,
): Promise<Review | undefined> {
  for (let page = 1; page <= mostPages; page += 1) {
    const asked = { owner, repo, pull_number: number, per_page: perPage, page };
    const { data } = await github.rest(`GET ${reviewsRoute}`, asked, call);
    const found = data.find(({ state }) => state === 'PENDING');
    if (found || data.length < perPage) return found;
  }
  return undefined;
}

export interface PendingAsked {
  /** Ids of a review that was begun before: sent with this one, or thrown away. */
  readonly send_pending?: number | undefined;
  readonly discard_pending?: number | undefined;
}

/** The pending review to add to. Throws ConflictError when there is one that nothing was said about, or another than was meant. */
export async function choosePending(
  github: GitHub,
  name: IssueName,
  { asked, call }: { asked: PendingAsked; call: GitHubCall },
): Promise<Review | undefined> {
  const meant = asked.send_pending ?? asked.discard_pending;
  const pending = await findPending(github, name, call);
  if (pending?.id === meant) return pending;
  if (!pending) {
    throw new ConflictError(`There is no pending review ${meant} of yours on ${issueLabel(name)}.`, {
      hint: 'Leave send_pending and discard_pending out.',
    });
  }
  throw new ConflictError(
    `A review of yours on ${issueLabel(name)} is pending (id ${pending.id}), and GitHub allows one at a time. Nothing was sent.`,
    {
      hint: `Perhaps a person writes it. send_pending: ${pending.id} adds this to it and sends it; discard_pending: ${pending.id} throws it away first.`,
      details: { pending_review: pending.id },
    },
  );
}

export interface Drafted {
  readonly commit: string;
  /** Node id of the pull request. */
  readonly pullId: string;
  readonly event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  readonly body?: string | undefined;
  readonly comments: readonly CommentPlace[];
  /** What was pending before. */
  readonly pending?: Review | undefined;
}

/** What a REST review takes: comments on lines. */
export const toLines = (comments: readonly CommentPlace[]) =>
  comments.flatMap(({ path, line, side, start_line, start_side, body }) =>
    line === undefined
      ? []
      : [
          {
            ...{ path, line, side, body },
            ...(start_line !== undefined && { start_line, start_side: start_side ?? side }),
          },
        ],
  );

/**
 * A review in steps that nobody sees: begun with the comments on lines, the rest added, then sent. When a step fails, what was
 * begun here is taken back, or the error says what is left.
 */
export async function sendInSteps(
  github: GitHub,
  { owner, repo, number, ...drafted }: IssueName & Drafted,
  { call, planning }: How,
): Promise<{ id: number }> {
  const { commit, pullId, event, body, comments, pending } = drafted;
  const pull = { owner, repo, pull_number: number };
  const begin = { ...pull, commit_id: commit, comments: toLines(comments) };
  const planned = { id: '<review>', node_id: '<review>' };
  const review = pending ?? (await github.rest(`POST ${reviewsRoute}`, begin, { ...call, planned })).data;
  const added: string[] = [];
  try {
    // A plan has no review yet; with the pull request alone GitHub adds to the pending one of the user.
    const into = planning && !pending ? { pullRequestId: pullId } : { pullRequestReviewId: review.node_id };
    for (const comment of pending ? comments : comments.filter(({ line }) => line === undefined)) {
      added.push(await addThread(github, { into, comment }, call));
    }
    const sent = { ...pull, review_id: review.id, event, ...given({ body }) };
    await github.rest(`POST ${oneReview}/events`, sent, { ...call, planned: {} });
  } catch (error) {
    const at = { ...pull, review_id: review.id };
    if (await isSent(github, at, call)) return review;
    throw await takenBack(github, { at, isOwn: !pending, added: added.length }, { call, error });
  }
  return review;
}

async function addThread(
  github: GitHub,
  { into, comment }: { into: object; comment: CommentPlace },
  call: GitHubCall,
): Promise<string> {
  const { path, line, side, start_line, start_side, body } = comment;
  const place =
    line === undefined
      ? { subjectType: 'FILE' }
      : {
          ...{ line, side },
          ...(start_line !== undefined && { startLine: start_line, startSide: start_side ?? side }),
        };
  const planned = { added: { thread: { id: '' } } };
  const { added } = await github.graphql(
    addThreadQuery,
    { input: { ...into, path, body, ...place } },
    { ...call, planned },
  );
  if (added?.thread) return added.thread.id;
  throw new ConflictError(`GitHub did not take the comment on ${path}${line === undefined ? '' : `, line ${line}`}.`, {
    hint: 'Its place may have changed: read github_pull_diff again.',
  });
}

interface ReviewAt {
  readonly owner: string;
  readonly repo: string;
  readonly pull_number: number;
  readonly review_id: number;
}

/** For what is done after a failure, also when the call itself was cancelled. */
const cleanupMs = 5000;
const cleaning = (call: GitHubCall): GitHubCall => ({ ...call, signal: AbortSignal.timeout(cleanupMs) });

/** An answer that was lost, although the review is out. */
async function isSent(github: GitHub, at: ReviewAt, call: GitHubCall): Promise<boolean> {
  try {
    const { status, data } = await github.rest(`GET ${oneReview}`, { ...at }, { ...cleaning(call), expect: [404] });
    return status !== 404 && data.state !== 'PENDING';
  } catch {
    return false; // The failure that led here is the one to tell.
  }
}

/** The error to throw, with what became of the pending review. */
async function takenBack(
  github: GitHub,
  { at, isOwn, added }: { at: ReviewAt; isOwn: boolean; added: number },
  { call, error }: { call: GitHubCall; error: unknown },
): Promise<unknown> {
  const left = (what: string) =>
    `${what} discard_pending: ${at.review_id} throws it away, send_pending: ${at.review_id} sends it.`;
  if (!isOwn) return telling(error, left(`The pending review ${at.review_id} stays, with ${added} more comments.`));
  try {
    await github.rest(`DELETE ${oneReview}`, { ...at }, { ...cleaning(call), idempotent: true, expect: [404] });
    return telling(error, 'Nothing was sent: the review that was begun is taken back.');
  } catch {
    // Both failures in one sentence; the first is the one to act on.
    return telling(error, left(`The review ${at.review_id} that was begun could not be taken back and is pending.`));
  }
}

function telling(error: unknown, what: string): unknown {
  return error instanceof AppError && !(error instanceof CancelledError) ? sayingMore(error, what) : error;
}

/** Throws it away, with all of its comments. */
export async function discardPending(
  github: GitHub,
  { owner, repo, number, review_id }: IssueName & { review_id: number },
  call: GitHubCall,
): Promise<void> {
  const at = { owner, repo, pull_number: number, review_id };
  await github.rest(`DELETE ${oneReview}`, at, repeatable(call));
}
