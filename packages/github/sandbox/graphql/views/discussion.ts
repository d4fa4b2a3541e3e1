import {
  categoriesOf,
  type Discussion,
  type DiscussionCategory,
  type DiscussionComment,
  discussionsOf,
} from '../../model/discussions.ts';
import { nodeId } from '../../model/node-id.ts';
import type { Repository } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { connect, list, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { missing } from '../errors.ts';
import { reading } from '../permits.ts';
import { byId } from './account.ts';
import { below } from './git.ts';
import { html, isoOrNull, mayWrite, reactable, written } from './written.ts';

export function discussion(g: Context, value: Discussion): View {
  const { id, number, repository, category, answer, closed } = value;
  const self = () => discussion(g, value);
  const mine = value.author === g.viewer || mayWrite(g, repository);
  return {
    __typename: 'Discussion',
    id: nodeId('Discussion', id),
    databaseId: id,
    number,
    ...below(g, repository, `discussions/${number}`),
    ...written(g, value),
    ...reactable(g, value, self),
    title: value.title,
    repository: () => g.show.repository(repository),
    category: () => discussionCategory(g, repository, category),
    isAnswered: category.isAnswerable ? answer !== undefined : null,
    answer: () => (answer ? discussionComment(g, value, answer.comment) : null),
    answerChosenAt: isoOrNull(answer?.at),
    answerChosenBy: () => (answer ? g.show.account(answer.by) : null),
    closed: closed !== undefined,
    closedAt: isoOrNull(closed?.at),
    stateReason: closed?.reason ?? (value.wasReopened ? 'REOPENED' : null),
    locked: value.locked,
    activeLockReason: null,
    comments: list(
      () => value.comments,
      (comment) => discussionComment(g, value, comment),
      byId,
    ),
    labels: list(
      () => value.labels,
      (label) => g.show.label(repository, label),
      byId,
    ),
    poll: null,
    upvoteCount: value.upvotes.size,
    viewerHasUpvoted: value.upvotes.has(g.viewer.id),
    viewerCanUpvote: !value.locked,
    viewerCanDelete: mayWrite(g, repository),
    viewerCanClose: mine && !closed,
    viewerCanReopen: mine && closed !== undefined,
    viewerCanLabel: mayWrite(g, repository),
    viewerCanSubscribe: true,
    viewerSubscription: 'UNSUBSCRIBED',
  };
}

export function discussionComment(g: Context, of: Discussion, comment: DiscussionComment): View {
  const { repository, category, answer } = of;
  const mine = comment.author === g.viewer || mayWrite(g, repository);
  const isAnswer = answer?.comment === comment;
  const mayChoose = category.isAnswerable && (of.author === g.viewer || mayWrite(g, repository));
  const self = () => discussionComment(g, of, comment);
  return {
    __typename: 'DiscussionComment',
    id: nodeId('DiscussionComment', comment.id),
    databaseId: comment.id,
    ...below(g, repository, `discussions/${of.number}#discussioncomment-${comment.id}`),
    ...written(g, { ...comment, repository }),
    author: () => (comment.deletedAt === null ? g.show.account(comment.author) : null),
    ...reactable(g, comment, self),
    discussion: () => discussion(g, of),
    deletedAt: isoOrNull(comment.deletedAt),
    isAnswer,
    isMinimized: comment.minimized !== null,
    minimizedReason: comment.minimized?.toLowerCase() ?? null,
    replyTo: () => (comment.replyTo ? discussionComment(g, of, comment.replyTo) : null),
    replies: list(
      () => comment.replies,
      (reply) => discussionComment(g, of, reply),
      byId,
    ),
    upvoteCount: comment.upvotes.size,
    viewerHasUpvoted: comment.upvotes.has(g.viewer.id),
    viewerCanUpvote: !of.locked,
    viewerCanDelete: mine,
    viewerCanMinimize: mayWrite(g, repository),
    viewerCannotUpdateReasons: mine ? [] : ['INSUFFICIENT_ACCESS'],
    viewerCanMarkAsAnswer: mayChoose && !isAnswer,
    viewerCanUnmarkAsAnswer: mayChoose && isAnswer,
  };
}

export function discussionCategory(g: Context, repository: Repository, category: DiscussionCategory): View {
  const { id, name, slug, emoji, description, isAnswerable, createdAt } = category;
  return {
    __typename: 'DiscussionCategory',
    ...{ id: nodeId('DiscussionCategory', id), name, slug, emoji, description, isAnswerable },
    emojiHTML: html(emoji),
    createdAt: iso(createdAt),
    updatedAt: iso(createdAt),
    repository: () => g.show.repository(repository),
  };
}

interface DiscussionArgs extends PageArgs, OrderArgs {
  readonly categoryId?: string | null;
  readonly answered?: boolean | null;
  readonly states?: readonly ('OPEN' | 'CLOSED')[];
}

/** What a repository tells about its discussions. */
export function discussionsOfRepository(g: Context, repository: Repository): View {
  const all = () => {
    reading(g, repository, 'discussions');
    return repository.hasDiscussions ? [...discussionsOf(repository).values()] : [];
  };
  return {
    discussion: ({ number }: { number: number }) => {
      const found = all().find((candidate) => candidate.number === number);
      if (found) return discussion(g, found);
      throw missing(`Could not resolve to a Discussion with the number of ${number}.`);
    },
    discussions: (args: DiscussionArgs) => {
      const { categoryId, answered, states = [] } = args;
      const found = all().filter(
        ({ category, answer, closed }) =>
          (!categoryId || nodeId('DiscussionCategory', category.id) === categoryId) &&
          (answered == null || (category.isAnswerable && (answer !== undefined) === answered)) &&
          (states.length === 0 || states.includes(closed ? 'CLOSED' : 'OPEN')),
      );
      const order = args.orderBy ?? { field: 'UPDATED_AT', direction: 'DESC' };
      const items = sorted(found, order, {
        CREATED_AT: ({ createdAt, id }) => createdAt * 1e3 + (id % 1e3),
        UPDATED_AT: ({ updatedAt, id }) => updatedAt * 1e3 + (id % 1e3),
      });
      return connect('discussions', args, { ...byId, items, view: (item) => discussion(g, item) });
    },
    discussionCategories: (args: PageArgs & { filterByAssignable?: boolean }) => {
      const items = categoriesOf(repository).filter(
        ({ isAnnouncement }) => !args.filterByAssignable || !isAnnouncement || mayWrite(g, repository),
      );
      return connect('discussionCategories', args, {
        ...byId,
        items: repository.hasDiscussions ? items : [],
        view: (item) => discussionCategory(g, repository, item),
      });
    },
    discussionCategory: ({ slug }: { slug: string }) => {
      const found = categoriesOf(repository).find((candidate) => candidate.slug === slug);
      return found ? discussionCategory(g, repository, found) : null;
    },
  };
}
