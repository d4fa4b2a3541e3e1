import { NotFoundError, nearest } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { telling } from '../given.ts';
import { After, firstAfter, resume, takeNodes, toCursor } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';
import {
  categoriesQuery,
  type DiscussionCommentNode,
  discussionQuery,
  discussionsQuery,
  type ListedDiscussion,
} from './discussions.query.ts';

const Text = z.string().min(1).max(250);
const DiscussionsQuery = z.strictObject({
  repo: Text,
  number: z.int().min(1).optional(),
  category: Text.optional(),
  answered: z.boolean().optional(),
  state: z.enum(['open', 'closed']).optional(),
});
type DiscussionsQuery = z.infer<typeof DiscussionsQuery>;

export type DiscussionsAsked = { readonly [K in keyof DiscussionsQuery]?: DiscussionsQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

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
  { limit, cursor, ...asked }: DiscussionsAsked,
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
    query.category === undefined ? null : await categoryOf(github, { ...name, category: query.category }, call);
  const from = place ?? firstAfter(limit);
  const variables = {
    ...{ ...repository, first: from.size, after: from.after, category, answered: query.answered ?? null },
    states: query.state === undefined ? [] : [query.state.toUpperCase()],
  };
  const { repository: found } = await github.graphql(discussionsQuery, variables, call);
  const { nodes, pageInfo, totalCount } = found.discussions;
  const all = (nodes ?? []).filter((node) => node !== null).map(toListRow);
  const { rows, next, cut } = takeNodes(all, { from, limit, maxChars, pageInfo });
  return {
    ...{ repo: found.nameWithOwner, rows, total: totalCount, next },
    ...(cut && { truncated: true }),
    notes: rows.length === 0 && !next ? ['No discussions match.'] : [],
  };
}

async function one(github: GitHub, { name, query, place, limit, maxChars }: How, call: GitHubCall): Promise<Part> {
  const from = place ?? firstAfter(Math.min(limit, 50));
  const variables = { owner: name.owner, name: name.repo, number: query.number, first: from.size, after: from.after };
  const { repository: found } = await github.graphql(discussionQuery, variables, call);
  const node = found.discussion;
  if (node === null) {
    throw new NotFoundError(`${found.nameWithOwner} has no discussion ${query.number}.`, {
      hint: 'It may be an issue or a pull request: github_issue, github_pull.',
    });
  }
  const { comments, body, id, url, locked, labels } = node;
  const about = {
    ...telling({ ...{ id, url, locked }, ...toListRow({ ...node, comments }) }),
    ...telling({ labels: (labels?.nodes ?? []).flatMap((label) => label?.name ?? []) }),
  };
  const most = Math.floor(maxChars * 0.4);
  const shown = place ? '' : body.slice(0, most).toWellFormed();
  const all = (comments.nodes ?? []).filter((each) => each !== null).map(toCommentRow);
  const room = maxChars - jsonLength(about) - jsonLength(shown);
  const { rows, next, cut } = takeNodes(all, { from, limit, maxChars: room, pageInfo: comments.pageInfo });
  return {
    ...{ repo: found.nameWithOwner, rows, total: comments.totalCount, next },
    ...(!place && { discussion: about, ...(shown && { body: shown }) }),
    ...(cut && { truncated: true }),
    notes:
      !place && body.length > most
        ? [`The body has ${body.length} characters; a larger max_chars shows more of it.`]
        : [],
  };
}

const toListRow = (node: ListedDiscussion): Row =>
  telling({
    number: node.number,
    title: node.title,
    category: node.category.name,
    closed: node.closed,
    answered: node.isAnswered,
    author: loginOf(node.author),
    comments: node.comments.totalCount,
    upvotes: node.upvoteCount,
    created_at: node.createdAt,
    updated_at: node.updatedAt,
  });

function toCommentRow({ id, author, createdAt, body, isAnswer, upvoteCount, replies }: DiscussionCommentNode): Row {
  const below = (replies.nodes ?? []).filter((each) => each !== null);
  return {
    ...telling({ id, author: loginOf(author), created_at: createdAt, answer: isAnswer, upvotes: upvoteCount }),
    body,
    ...(below.length > 0 && {
      comments: below.map((reply) => ({
        author: loginOf(reply.author),
        created_at: reply.createdAt,
        body: reply.body,
      })),
    }),
    ...(replies.totalCount > below.length && { more_comments: replies.totalCount - below.length }),
  };
}

async function categoryOf(
  github: GitHub,
  { category, owner, repo }: RepositoryName & { category: string },
  call: GitHubCall,
): Promise<string> {
  const { repository } = await github.graphql(categoriesQuery, { owner, name: repo }, call);
  const all = (repository.discussionCategories.nodes ?? []).filter((node) => node !== null);
  const found = all.find(({ name }) => name.toLowerCase() === category.toLowerCase());
  if (found) return found.id;
  const names = all.map(({ name }) => name);
  const near = nearest(category, names);
  throw new NotFoundError(`category: ${owner}/${repo} has no "${category}".`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are ${names.join(', ') || 'none'}.`,
  });
}
