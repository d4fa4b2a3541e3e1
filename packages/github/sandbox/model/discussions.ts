import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import type { Label } from './labels.ts';
import type { Reactable, Reaction } from './reactions.ts';
import { type Repository, takeNumber } from './repository.ts';
import type { State } from './state.ts';

export interface DiscussionCategory {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly emoji: string;
  readonly description: string;
  readonly isAnswerable: boolean;
  /** Only those who maintain the repository may open discussions in it. */
  readonly isAnnouncement: boolean;
  readonly createdAt: number;
}

export interface DiscussionComment extends Reactable {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly replyTo: DiscussionComment | undefined;
  readonly replies: DiscussionComment[];
  readonly createdAt: number;
  updatedAt: number;
  /** Deleted ones stay while others have replied to them. */
  deletedAt: number | null;
  minimized: string | null;
  readonly reactions: Reaction[];
  readonly upvotes: Set<number>;
}

export interface Discussion extends Reactable {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly author: Account;
  title: string;
  body: string;
  category: DiscussionCategory;
  readonly labels: Label[];
  /** Without replies, oldest first. */
  readonly comments: DiscussionComment[];
  answer: { readonly comment: DiscussionComment; readonly by: Account; readonly at: number } | undefined;
  closed: { readonly at: number; readonly reason: 'DUPLICATE' | 'OUTDATED' | 'RESOLVED' } | undefined;
  wasReopened: boolean;
  locked: boolean;
  readonly createdAt: number;
  updatedAt: number;
  readonly reactions: Reaction[];
  readonly upvotes: Set<number>;
}

const categories = [
  { name: 'Announcements', slug: 'announcements', emoji: ':mega:', description: 'Updates from maintainers' },
  {
    name: 'General',
    slug: 'general',
    emoji: ':speech_balloon:',
    description: 'Chat about anything and everything here',
  },
  { name: 'Ideas', slug: 'ideas', emoji: ':bulb:', description: 'Share ideas for new features' },
  { name: 'Q&A', slug: 'q-a', emoji: ':pray:', description: 'Ask the community for help' },
  {
    name: 'Show and tell',
    slug: 'show-and-tell',
    emoji: ':raised_hands:',
    description: "Show off something you've made",
  },
] as const;

/** Categories that every repository begins with; their ids are derived from its own. */
export const categoriesOf = attach<DiscussionCategory[], Repository>('discussion categories', (repository) =>
  categories.map((category, index) => ({
    ...{ ...category, id: repository.id * 100 + index, createdAt: repository.createdAt },
    ...{ isAnswerable: category.slug === 'q-a', isAnnouncement: category.slug === 'announcements' },
  })),
);

/** By number, which they share with issues. */
export const discussionsOf = attach<Map<number, Discussion>, Repository>('discussions', () => new Map());

export const everyDiscussion = (state: State): Discussion[] =>
  [...state.repositories.values()].flatMap((repository) => [...discussionsOf(repository).values()]);

export interface NewDiscussion {
  readonly author: Account;
  readonly title: string;
  readonly body: string;
  /** The slug of a category; 'general' unless given. */
  readonly category?: string;
  readonly createdAt?: number;
}

/** Opens a discussion past every check. Throws Error for a category that there is not. */
export function addDiscussion(state: State, repository: Repository, discussion: NewDiscussion): Discussion {
  const { author, title, body, category: slug = 'general', createdAt = state.now() } = discussion;
  const category = categoriesOf(repository).find((candidate) => candidate.slug === slug);
  if (!category) throw new Error(`no category ${slug}`);
  const added: Discussion = {
    ...{ id: state.nextId(), number: takeNumber(repository), repository, author, title, body, category },
    ...{ labels: [], comments: [], answer: undefined, closed: undefined, wasReopened: false, locked: false },
    ...{ createdAt, updatedAt: createdAt, reactions: [], upvotes: new Set([author.id]) },
  };
  discussionsOf(repository).set(added.number, added);
  return added;
}

export interface NewDiscussionComment {
  readonly author: Account;
  readonly body: string;
  /** A top-level comment: GitHub has one level of replies. */
  readonly replyTo?: DiscussionComment;
}

export function addDiscussionComment(
  state: State,
  discussion: Discussion,
  { author, body, replyTo }: NewDiscussionComment,
): DiscussionComment {
  const now = state.now();
  const added: DiscussionComment = {
    ...{ id: state.nextId(), author, body, replyTo, replies: [], createdAt: now, updatedAt: now },
    ...{ deletedAt: null, minimized: null, reactions: [], upvotes: new Set([author.id]) },
  };
  (replyTo?.replies ?? discussion.comments).push(added);
  discussion.updatedAt = now;
  return added;
}

/** Comments with their replies. */
export const allComments = (discussion: Discussion): DiscussionComment[] =>
  discussion.comments.flatMap((comment) => [comment, ...comment.replies]);

export function findDiscussionComment(
  state: State,
  id: number,
): { discussion: Discussion; comment: DiscussionComment } | undefined {
  for (const discussion of everyDiscussion(state)) {
    const comment = allComments(discussion).find((candidate) => candidate.id === id);
    if (comment) return { discussion, comment };
  }
  return undefined;
}

/** A comment with replies leaves its place empty. */
export function deleteDiscussionComment(state: State, discussion: Discussion, comment: DiscussionComment): void {
  if (discussion.answer?.comment === comment) discussion.answer = undefined;
  if (comment.replies.length > 0) {
    comment.deletedAt = state.now();
    comment.body = '';
    return;
  }
  const siblings = comment.replyTo?.replies ?? discussion.comments;
  siblings.splice(siblings.indexOf(comment), 1);
}
