import { telling } from '../given.ts';
import { loginOf } from '../untrusted.ts';
import type { ListedDiscussion } from './discussions.query.ts';

/** A discussion in a list; with its repository where there are several. */
export const toDiscussionRow = (node: ListedDiscussion, repo?: string): Record<string, unknown> =>
  telling({
    repo,
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
