import { NotFoundError, takeWithin, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { type GitHub, type GitHubCall, type Missing, missingInWords } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { counted } from '../counted.ts';
import { telling } from '../given.ts';
import { resume, toCursor } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';
import { isOfChecks, readChecks, refusedChecks } from './checks.ts';
import { toMergeState } from './mergeable.ts';
import { type PartName, partNames, readPart, toThreadRow } from './parts.ts';
import { type PullNode, pullQuery, type ThreadNode } from './pull.query.ts';
import { type AskedReviewers, isOfReviewers, readReviewers } from './reviewers.ts';

const PullQuery = z.strictObject({ repo: z.string().max(250), number: z.int().min(1) });
const Place = z.strictObject({ part: z.enum(partNames), after: z.string().max(1000) });

export interface PullAsked {
  readonly repo?: string | undefined;
  readonly number?: number | undefined;
  readonly include: readonly PartName[];
  readonly cursor?: string | undefined;
}

type Row = Record<string, unknown>;

export interface PullAnswer {
  repo: string;
  number: number;
  pull?: Row;
  body?: string;
  checks?: Row;
  /** Not resolved, with the last words of each. */
  threads_open?: Row[];
  lists: Record<string, { items: Row[]; total: number; next_cursor?: string; truncated?: boolean }>;
  notes: string[];
}

/** Of a thread's last comment, and of the body, unless more was asked for. */
const lastWords = 200;
const bodyPart = 0.25;
/** Of the answer, for the last words of open threads. */
const threadsPart = 0.35;
const mostThreads = 20;

/** All that decides about a pull request, from one GraphQL call, and one of REST where teams review. A cursor goes on with one of its lists. */
export async function readPull(
  github: GitHub,
  { include, cursor, ...asked }: PullAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<PullAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'pull', query: PullQuery, place: Place });
  if (place && include.length > 0) {
    throw new ValidationError('include: a cursor goes on with one list alone.', { hint: 'Leave out include.' });
  }
  const name = github.repo(query.repo);
  const wanted = new Set<PartName>(place ? [place.part] : ['files', ...include]);
  const variables = {
    owner: name.owner,
    name: name.repo,
    number: query.number,
    base: !place,
    ...partVariables(wanted, place),
  };
  const missing: Missing[] = [];
  const onMissing = (one: Missing) => void missing.push(one);
  const { repository } = await github.graphql(pullQuery, variables, { ...call, onMissing });
  const node = repository.pullRequest;
  if (node === null) {
    throw new NotFoundError(`${repository.nameWithOwner} has no pull request ${query.number}.`, {
      hint: 'It may be an issue: github_issue. github_list_pulls lists pull requests.',
    });
  }
  const total = contentBudget(maxChars);
  const about = place
    ? { notes: missingInWords(missing) }
    : describe(node as PullNode, {
        ...{ maxChars: total, threads: !wanted.has('threads'), listsChecks: wanted.has('checks'), missing },
        reviewers: await readReviewers(
          github,
          { ...name, number: query.number, requests: (node as PullNode).reviewRequests },
          call,
        ),
      });
  // What the smaller lists leave is for the next; files alone, which every answer has, may not crowd out the others.
  const lists: PullAnswer['lists'] = {};
  const order = partNames.filter((part) => wanted.has(part));
  let room = total - jsonLength(about);
  for (const [index, part] of order.entries()) {
    const { after, ...read } = readPart(part, node, Math.floor(room / (order.length - index)));
    const next = after === undefined ? {} : { next_cursor: toCursor('pull', query, { part, after }) };
    lists[part] = { ...read, ...next };
    room -= jsonLength(lists[part]);
  }
  return { repo: repository.nameWithOwner, number: query.number, ...about, lists };
}

function partVariables(wanted: ReadonlySet<PartName>, place: z.infer<typeof Place> | undefined) {
  return Object.fromEntries(
    partNames.flatMap((part) => [
      [part, wanted.has(part)],
      [`${part}After`, place?.part === part ? place.after : null],
    ]),
  );
}

interface Describing {
  readonly maxChars: number;
  readonly threads: boolean;
  /** Each is in a list, so the summary need not name any. */
  readonly listsChecks: boolean;
  readonly missing: readonly Missing[];
  readonly reviewers: AskedReviewers;
}

function describe(node: PullNode, { maxChars, threads: withThreads, listsChecks, missing, reviewers }: Describing) {
  const read = readChecks(node.head, missing);
  const threads = nodesOf(node.threadOverview);
  const open = threads.filter(({ isResolved }) => !isResolved);
  const most = Math.floor(maxChars * bodyPart);
  const threadRows = open.slice(0, mostThreads).map(toOpenThread);
  const { taken: shown } = takeWithin(threadRows, Math.floor(maxChars * threadsPart));
  const cut = node.body.length > most;
  return {
    pull: toPullRow(node, {
      ...toMergeState(node, { checks: read.checks, unresolved: open.length, unread: read.refused !== undefined }),
      ...{ open: open.length, reviewers: reviewers.names },
    }),
    ...(node.body !== '' && { body: cut ? node.body.slice(0, most).toWellFormed() : node.body }),
    ...(read.summary && { checks: listsChecks ? countsOf({ ...read.summary }) : { ...read.summary } }),
    ...(withThreads && open.length > 0 && { threads_open: shown }),
    notes: [
      ...refusedChecks(read),
      ...reviewers.notes,
      ...missingInWords(missing.filter((one) => !isOfChecks(one) && !isOfReviewers(one))),
      ...(cut
        ? [
            `The body has ${counted(node.body.length, 'character')}, of which the first ${most} are here; github_issue has all.`,
          ]
        : []),
      ...(withThreads && open.length > shown.length
        ? [`${counted(open.length - shown.length, 'more open thread')}: include threads.`]
        : []),
      ...(node.threadOverview.totalCount > threads.length ? ['Of the threads only the first 100 were looked at.'] : []),
    ],
  };
}

const nodesOf = <T>(list: { nodes?: readonly (T | null)[] | null | undefined } | null | undefined): T[] =>
  (list?.nodes ?? []).filter((node) => node !== null);

const countsOf = ({ named: _, more: __, ...counts }: Row): Row => counts;

/** What each reviewer thinks; only of those who said nothing of that kind, that they commented. */
function reviewsOf({ latestReviews, opinions }: PullNode): string[] {
  const latest = [...nodesOf(latestReviews), ...nodesOf(opinions)];
  const states = new Map(latest.map(({ author, state }) => [loginOf(author), state.toLowerCase()]));
  return [...states].map(([login, state]) => `${login} ${state}`);
}

interface Judged {
  readonly mergeable: string;
  readonly why: readonly string[];
  readonly open: number;
  readonly reviewers: readonly string[];
}

function toPullRow(node: PullNode, { mergeable, why, open, reviewers }: Judged): Row {
  return telling({
    title: node.title,
    state: node.state.toLowerCase(),
    draft: node.isDraft,
    url: node.url,
    author: loginOf(node.author),
    head: node.isCrossRepository
      ? `${node.headRepository?.nameWithOwner ?? 'deleted'}:${node.headRefName}`
      : node.headRefName,
    base: node.baseRefName,
    head_sha: node.headRefOid,
    mergeable,
    why,
    review: node.reviewDecision?.toLowerCase(),
    reviews: reviewsOf(node),
    asked_to_review: reviewers,
    auto_merge:
      node.autoMergeRequest &&
      `${node.autoMergeRequest.mergeMethod.toLowerCase()} by ${loginOf(node.autoMergeRequest.enabledBy)}`,
    merge_queue:
      node.mergeQueueEntry && `place ${node.mergeQueueEntry.position}, ${node.mergeQueueEntry.state.toLowerCase()}`,
    threads_open: open,
    threads: node.threadOverview.totalCount,
    comments: node.commentCount.totalCount,
    commits: node.head.totalCount,
    changed: `${counted(node.changedFiles, 'file')}, +${node.additions} -${node.deletions}`,
    labels: nodesOf(node.labels).map((label) => label.name),
    assignees: nodesOf(node.assignees).map(({ login }) => login),
    milestone: node.milestone?.title,
    closes: nodesOf(node.closingIssuesReferences).map(
      ({ repository, number, title, state }) =>
        `${repository.nameWithOwner}#${number} ${title} (${state.toLowerCase()})`,
    ),
    locked: node.locked,
    created_at: node.createdAt,
    updated_at: node.updatedAt,
    closed_at: node.mergedAt ? undefined : node.closedAt,
    merged_at: node.mergedAt,
    merged_by: node.mergedBy?.login,
  });
}

function toOpenThread({ last, ...thread }: ThreadNode): Row {
  const [comment] = nodesOf(last);
  const words = comment?.body ?? '';
  return {
    ...toThreadRow(thread),
    comments: last.totalCount,
    ...(comment && { author: loginOf(comment.author), at: comment.createdAt }),
    last: words.length > lastWords ? `${words.slice(0, lastWords).toWellFormed()}…` : words,
  };
}
