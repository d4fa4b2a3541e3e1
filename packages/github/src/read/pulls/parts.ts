import { jsonLength } from '../budget.ts';
import { telling } from '../given.ts';
import { loginOf } from '../untrusted.ts';
import { toCheck } from './checks.ts';
import type { PullParts, ThreadNode } from './pull.query.ts';

export const partNames = ['files', 'comments', 'reviews', 'threads', 'commits', 'checks'] as const;
export type PartName = (typeof partNames)[number];

type Row = Record<string, unknown>;

export interface Part {
  items: Row[];
  total: number;
  /** Where GitHub's list goes on. */
  after?: string;
  truncated?: true;
}

interface Page<T> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean };
  readonly edges?: readonly ({ readonly cursor: string; readonly node: T | null } | null)[] | null | undefined;
}

/** As many rows of a list as fit, at least one, and the place behind the last. */
function toPart<T>(page: Page<T> | null | undefined, maxChars: number, toRow: (node: T) => object | undefined): Part {
  const edges = (page?.edges ?? []).filter((edge) => edge !== null);
  const items: Row[] = [];
  let used = 2;
  let after: string | undefined;
  for (const { cursor, node } of edges) {
    const row = node === null ? undefined : toRow(node);
    used += row === undefined ? 0 : jsonLength(row) + 1;
    if (used > maxChars && items.length > 0) {
      return { items, total: page?.totalCount ?? 0, ...(after !== undefined && { after }), truncated: true };
    }
    if (row) items.push({ ...row });
    after = cursor;
  }
  const more = page?.pageInfo.hasNextPage === true && after !== undefined;
  return { items, total: page?.totalCount ?? 0, ...(more && after !== undefined && { after }) };
}

/** The lists of an answer as rows, each within its share of the budget. */
export function readPart(name: PartName, node: PullParts, maxChars: number): Part {
  switch (name) {
    case 'files':
      return toPart(node.files, maxChars, ({ changeType, ...file }) => ({
        path: file.path,
        ...(changeType !== 'MODIFIED' && { status: changeType.toLowerCase() }),
        ...{ additions: file.additions, deletions: file.deletions },
      }));
    case 'comments':
      return toPart(node.comments, maxChars, (comment) => ({
        ...telling({ comment_id: toId(comment.fullDatabaseId) }),
        ...{ author: loginOf(comment.author), created_at: comment.createdAt, url: comment.url },
        ...(comment.isMinimized && { hidden: true }),
        body: comment.body,
      }));
    case 'reviews':
      return toPart(node.reviews, maxChars, (review) => ({
        ...telling({ review_id: toId(review.fullDatabaseId) }),
        ...{ author: loginOf(review.author), state: review.state.toLowerCase(), submitted_at: review.submittedAt },
        ...(review.body !== '' && { body: review.body }),
      }));
    case 'threads':
      return toPart(node.reviewThreads, maxChars, ({ comments, ...thread }) => ({
        ...toThreadRow(thread),
        comments: (comments.nodes ?? []).flatMap((each) =>
          each
            ? {
                ...telling({ comment_id: toId(each.fullDatabaseId) }),
                ...{ author: loginOf(each.author), created_at: each.createdAt, body: each.body },
              }
            : [],
        ),
        ...(comments.totalCount > 50 && { more_comments: comments.totalCount - 50 }),
      }));
    case 'checks':
      return toPart(node.checked?.nodes?.[0]?.commit.statusCheckRollup?.contexts, maxChars, toCheck);
    case 'commits':
      return toPart(node.commits, maxChars, ({ commit }) => ({
        ...{ sha: commit.oid, title: commit.messageHeadline, date: commit.authoredDate },
        author: commit.author?.user?.login ?? commit.author?.name ?? 'unknown',
      }));
  }
}

const toId = (id: string | number | null | undefined): number | undefined => (id == null ? undefined : Number(id));

export const toThreadRow = (thread: Omit<ThreadNode, 'last'>): Row =>
  telling({
    id: thread.id,
    // Of its first comment, which replies go to.
    comment_id: toId(thread.first.nodes?.[0]?.fullDatabaseId),
    path: thread.path,
    // Of a place that has changed the old lines, both of them.
    start_line: thread.line == null ? thread.originalStartLine : thread.startLine,
    line: thread.line ?? thread.originalLine,
    resolved: thread.isResolved,
    outdated: thread.isOutdated,
  });
