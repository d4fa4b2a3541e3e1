import { ConflictError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import type { Mode } from '../run-or-plan.ts';
import { failures, type Step, type Taken, takeSteps } from '../steps.ts';
import { type CommentPlace, checkPlaces } from './places.ts';
import { readPullRest } from './pull.ts';
import { resolveQuery, unresolveQuery } from './thread.query.ts';

export const events = ['approve', 'request_changes', 'comment'] as const;

export interface ReviewAsked {
  readonly event?: (typeof events)[number] | undefined;
  readonly body?: string | undefined;
  readonly comments?: readonly (CommentPlace & { readonly body: string })[] | undefined;
  readonly replies?: readonly { readonly comment_id: number; readonly body: string }[] | undefined;
  /** Node ids of threads. */
  readonly resolve?: readonly string[] | undefined;
  readonly unresolve?: readonly string[] | undefined;
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

type How = Mode & { asked: ReviewAsked; call: GitHubCall };

/** A review with all its comments in one request, then replies and threads one by one. */
export async function writeReview(github: GitHub, name: IssueName, how: How): Promise<ReviewWritten> {
  const { asked, call, planning } = how;
  const { event, body, comments = [], replies = [], resolve = [], unresolve = [] } = asked;
  const reviews = event !== undefined || body !== undefined || comments.length > 0;
  if (!reviews && replies.length + resolve.length + unresolve.length === 0) {
    throw new ValidationError('Nothing to do was given.', {
      hint: 'Give event with body or comments for a review, or replies, resolve, unresolve.',
    });
  }
  if (reviews && event !== 'approve' && !body?.trim() && comments.length === 0) {
    throw new ValidationError(`A review that does not approve needs body or comments.`);
  }
  let made: Review | undefined;
  let isSame = true;
  const steps: Step[] = [];
  if (reviews) {
    const commit = await headOf(github, name, how);
    await checkPlaces(github, { ...name, places: comments }, call);
    steps.push({
      name: 'review',
      async run() {
        made = await sendReview(github, { ...name, commit }, how);
      },
    });
  }
  for (const { comment_id, body: text } of replies) {
    steps.push({
      name: `reply to ${comment_id}`,
      async run() {
        const stored = await reply(github, { ...name, comment_id, body: text }, how);
        isSame &&= stored === text;
      },
    });
  }
  const threads = [...resolve.map((id) => [id, true] as const), ...unresolve.map((id) => [id, false] as const)];
  for (const [threadId, isResolved] of threads) {
    steps.push({
      name: `${isResolved ? 'resolve' : 'unresolve'} ${threadId}`,
      async run() {
        const query = isResolved ? resolveQuery : unresolveQuery;
        // Twice is the same as once.
        const resolving = { ...call, idempotent: true, planned: { changed: { thread: { isResolved } } } };
        const { changed } = await github.graphql(query, { input: { threadId } }, resolving);
        isSame &&= changed?.thread?.isResolved === isResolved;
      },
    });
  }
  const taken = await takeSteps(steps, how);
  if (planning) return {};
  const review = made && (await readBack(github, name, { asked, call, made }));
  const isDone = taken.failed.length === 0 && isSame && (review?.verified ?? true);
  return { ...review, done: taken.done, ...failures(taken), verified: isDone };
}

async function headOf(github: GitHub, name: IssueName, { asked, call }: How): Promise<string> {
  const { head } = await readPullRest(github, name, call);
  const { expected_head: expected } = asked;
  if (expected === undefined || expected.toLowerCase() === head.sha) return head.sha;
  throw new ConflictError(`The head of ${issueLabel(name)} is ${head.sha}, not ${expected}; nothing was sent.`, {
    hint: 'Read what was pushed (github_pull_diff), then review that.',
    details: { actual: head.sha, expected },
  });
}

interface Review {
  readonly id: number;
  readonly html_url: string;
}

async function sendReview(
  github: GitHub,
  { commit, owner, repo, number }: IssueName & { commit: string },
  { asked, call }: How,
): Promise<Review> {
  const { event = 'comment', body, comments = [] } = asked;
  const review = {
    ...{ owner, repo, pull_number: number, commit_id: commit },
    event: event.toUpperCase() as 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT',
    ...given({ body }),
    comments: comments.map(({ start_line, start_side, ...comment }) => ({
      ...comment,
      ...(start_line !== undefined && { start_line, start_side: start_side ?? comment.side }),
    })),
  };
  const how = { ...call, planned: { id: 0, html_url: '' } };
  return (await github.rest('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', review, how)).data;
}

/** Gives what is stored. */
async function reply(
  github: GitHub,
  { owner, repo, number, comment_id, body }: IssueName & { comment_id: number; body: string },
  { call, planning }: How,
): Promise<string> {
  const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies';
  const asked = { owner, repo, pull_number: number, comment_id, body };
  const { data } = await github.rest(route, asked, { ...call, planned: { id: 0 } });
  if (planning) return body;
  const read = { owner, repo, comment_id: data.id };
  return (await github.rest('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}', read, call)).data.body;
}

async function readBack(
  github: GitHub,
  { owner, repo, number }: IssueName,
  { asked, call, made }: { asked: ReviewAsked; call: GitHubCall; made: Review },
): Promise<Required<Pick<ReviewWritten, 'review_id' | 'url' | 'state' | 'comments' | 'verified'>>> {
  const at = { owner, repo, pull_number: number, review_id: made.id };
  const ofReview = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}' as const;
  const { comments: meant = [], body = '' } = asked;
  const { data: review } = await github.rest(`GET ${ofReview}`, at, call);
  const { data: stored } =
    meant.length === 0 ? { data: [] } : await github.rest(`GET ${ofReview}/comments`, { ...at, per_page: 100 }, call);
  const told = ({ path, body: text }: { path: string; body: string }) => JSON.stringify([path, text]);
  const there = new Set(stored.map(told));
  return {
    ...{ review_id: made.id, url: review.html_url, state: review.state.toLowerCase(), comments: stored.length },
    verified:
      review.body === body && stored.length === meant.length && meant.every((comment) => there.has(told(comment))),
  };
}
