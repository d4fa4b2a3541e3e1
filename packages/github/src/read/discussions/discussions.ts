import { NotFoundError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { bodyWithin, contentBudget, jsonLength, pageBytes, rowsWithin, startWithin } from '../budget.ts';
import { telling } from '../given.ts';
import { After, type Asked, firstAfter, resume, takeNodes, toCursor } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';
import { categoryOf, switchedOff } from './categories.ts';
import { type DiscussionCommentNode, discussionQuery, discussionsQuery } from './discussions.query.ts';
import { toDiscussionRow } from './row.ts';

const Text = z.string().min(1).max(250);
const DiscussionsQuery = z.strictObject({
  repo: Text,
  number: z.int().min(1).optional(),
  category: Text.optional(),
  answered: z.boolean().optional(),
  state: z.enum(['open', 'closed']).optional(),
});
type DiscussionsQuery = z.infer<typeof DiscussionsQuery>;

type Row = Record<string, unknown>;

export interface DiscussionsAnswer {
  repo: string;
  discussion?: Row;
  body?: string;
  /** Discussions, or the comments of one with their replies. */
  rows: Row[];
  total: number;
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

interface How {
  readonly name: RepositoryName;
  readonly query: DiscussionsQuery;
  readonly place: After | undefined;
  readonly limit: number;
  readonly maxChars: number;
}

type Part = Omit<DiscussionsAnswer, 'next_cursor'> & { next: After | undefined };

/** Discussions of a repository, the newest first, or one with its comments. */
export async function readDiscussions(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<DiscussionsQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<DiscussionsAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'discussions', query: DiscussionsQuery, place: After });
  const how = { name: github.repo(query.repo), query, place, limit, maxChars: contentBudget(maxChars) };
  const { next, ...part } = await (query.number === undefined ? list : one)(github, how, call);
  return { ...part, ...(next && { next_cursor: toCursor('discussions', query, next) }) };
}

async function list(github: GitHub, { name, query, place, limit, maxChars }: How, call: GitHubCall): Promise<Part> {
  const repository = { owner: name.owner, name: name.repo };
  const category =
    query.category === undefined ? null : (await categoryOf(github, { ...name, category: query.category }, call)).id;
  const from = place ?? firstAfter(limit);
  const variables = {
    ...{ ...repository, first: from.size, after: from.after, category, answered: query.answered ?? null },
    states: query.state === undefined ? [] : [query.state.toUpperCase()],
  };
  const { repository: found } = await github.graphql(discussionsQuery, variables, call);
  const { nodes, pageInfo, totalCount } = found.discussions;
  const all = (nodes ?? []).filter((node) => node !== null).map((node) => toDiscussionRow(node));
  const { rows, next, cut } = takeNodes(all, { from, limit, maxChars, pageInfo });
  return {
    ...{ repo: found.nameWithOwner, rows, total: totalCount, next },
    ...(cut && { truncated: true }),
    notes: rows.length === 0 && !next ? [found.hasDiscussionsEnabled ? 'No discussions match.' : off(found)] : [],
  };
}

const off = (found: { nameWithOwner: string }): string => switchedOff(found.nameWithOwner);

async function one(github: GitHub, { name, query, place, limit, maxChars }: How, call: GitHubCall): Promise<Part> {
  const from = place ?? firstAfter(Math.min(limit, 50));
  const variables = { owner: name.owner, name: name.repo, number: query.number, first: from.size, after: from.after };
  const { repository: found } = await github.graphql(discussionQuery, variables, { ...call, maxBytes: pageBytes });
  const node = found.discussion;
  if (node === null) {
    throw new NotFoundError(`${found.nameWithOwner} has no discussion ${query.number}.`, {
      hint: found.hasDiscussionsEnabled
        ? 'It may be an issue or a pull request: github_issue, github_pull.'
        : off(found),
    });
  }
  const { comments, body, id, url, locked, stateReason, labels } = node;
  const about = {
    ...telling({ id, url, locked, state_reason: node.closed ? stateReason?.toLowerCase() : undefined }),
    ...toDiscussionRow({ ...node, comments }),
    ...telling({ labels: (labels?.nodes ?? []).flatMap((label) => label?.name ?? []) }),
  };
  const shown = place ? '' : startWithin(body, Math.floor(maxChars * 0.4));
  const room = maxChars - (place ? 0 : jsonLength(about) + jsonLength(shown));
  const all = (comments.nodes ?? []).filter((each) => each !== null).map((each) => toCommentRow(each, room));
  const { rows, next, cut } = takeNodes(all, { from, limit, maxChars: room, pageInfo: comments.pageInfo });
  return {
    ...{ repo: found.nameWithOwner, rows, total: comments.totalCount, next },
    ...(!place && { discussion: about, ...(shown && { body: shown }) }),
    ...(cut && { truncated: true }),
    notes:
      !place && shown.length < body.length
        ? [`The body has ${body.length} characters; a larger max_chars shows more of it.`]
        : [],
  };
}

/** What a comment has beside its body, and the marks around it. */
const factsChars = 400;
/** And a reply. */
const replyChars = 200;

/** A comment with its replies: of a body that does not fit its start, and the replies that do. */
function toCommentRow(comment: DiscussionCommentNode, maxChars: number): Row {
  const { id, author, createdAt, body, isAnswer, upvoteCount, replies } = comment;
  const about = {
    ...telling({
      comment_id: id,
      author: loginOf(author),
      created_at: createdAt,
      answer: isAnswer,
      upvotes: upvoteCount,
    }),
    ...bodyWithin(body, maxChars - factsChars),
  };
  const room = maxChars - factsChars - jsonLength(about.body);
  const below = (replies.nodes ?? [])
    .filter((each) => each !== null)
    .map((reply) => ({
      ...{ comment_id: reply.id, author: loginOf(reply.author), created_at: reply.createdAt },
      ...bodyWithin(reply.body, room - replyChars),
    }));
  const { taken } = rowsWithin(below, room);
  const left = replies.totalCount - taken.length;
  return {
    ...about,
    ...(taken.length > 0 && { comments: taken }),
    ...(left > 0 && { more_comments: left }),
  };
}
