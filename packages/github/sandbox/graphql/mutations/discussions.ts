import {
  addDiscussion,
  addDiscussionComment,
  categoriesOf,
  type Discussion,
  deleteDiscussionComment,
  discussionsOf,
} from '../../model/discussions.ts';
import { atLeast, type Repository, roleOf } from '../../model/repository.ts';
import type { Context, View } from '../context.ts';
import { forbidden, noNode, unprocessable } from '../errors.ts';
import { loadAs } from '../load.ts';
import { changing } from '../permits.ts';

const taking = (name: string) => ({ name, permission: 'discussions', role: 'read' }) as const;

/** Authors change their own texts, those with write access all. */
function editing(g: Context, { repository }: Discussion, { name, isMine }: { name: string; isMine: boolean }): void {
  changing(g, repository, { ...taking(name), role: isMine ? 'read' : 'write' });
}

function categoryFor(g: Context, repository: Repository, id: string) {
  const { slug, repository: its } = loadAs(g, 'DiscussionCategory', id);
  const category = categoriesOf(its).find((one) => one.slug === slug);
  if (its !== repository || !category) throw noNode(id);
  if (category.isAnnouncement && !atLeast(roleOf(g.state, repository, g.viewer), 'maintain')) {
    throw forbidden(`${g.viewer.login} does not have permission to create discussions in this category`);
  }
  return category;
}

interface Create {
  readonly repositoryId: string;
  readonly categoryId: string;
  readonly title: string;
  readonly body: string;
}

function createDiscussion(g: Context, input: Create): View {
  const { repository } = loadAs(g, 'Repository', input.repositoryId);
  changing(g, repository, taking('CreateDiscussion'));
  if (!repository.hasDiscussions) throw unprocessable('Discussions are disabled for this repository.');
  const { slug } = categoryFor(g, repository, input.categoryId);
  const { title, body } = input;
  if (title.trim() === '') throw unprocessable("Title can't be blank");
  const made = addDiscussion(g.state, repository, { author: g.viewer, title, body, category: slug });
  return { discussion: () => g.show.discussion(made) };
}

interface Update {
  readonly discussionId: string;
  readonly title?: string | null;
  readonly body?: string | null;
  readonly categoryId?: string | null;
}

function updateDiscussion(g: Context, input: Update): View {
  const { discussion } = loadAs(g, 'Discussion', input.discussionId);
  editing(g, discussion, { name: 'UpdateDiscussion', isMine: discussion.author === g.viewer });
  const { title, body, categoryId } = input;
  if (categoryId) discussion.category = categoryFor(g, discussion.repository, categoryId);
  discussion.title = title ?? discussion.title;
  discussion.body = body ?? discussion.body;
  return touched(g, discussion);
}

function touched(g: Context, discussion: Discussion): View {
  discussion.updatedAt = g.state.now();
  return { discussion: () => g.show.discussion(discussion) };
}

interface Comment {
  readonly discussionId: string;
  readonly body: string;
  readonly replyToId?: string | null;
}

function addComment(g: Context, input: Comment): View {
  const { discussion } = loadAs(g, 'Discussion', input.discussionId);
  changing(g, discussion.repository, taking('AddDiscussionComment'));
  if (discussion.locked) throw forbidden('Discussion is locked.');
  const replyTo = input.replyToId ? loadAs(g, 'DiscussionComment', input.replyToId) : undefined;
  if (replyTo && replyTo.discussion !== discussion) throw noNode(input.replyToId ?? '');
  if (replyTo?.comment.replyTo) throw unprocessable('Parent comment is already in a thread, cannot reply to it');
  if (input.body.trim() === '') throw unprocessable("Body can't be blank");
  const made = addDiscussionComment(g.state, discussion, {
    ...{ author: g.viewer, body: input.body, ...(replyTo && { replyTo: replyTo.comment }) },
  });
  return { comment: () => g.show.discussionComment(discussion, made) };
}

const marking =
  (name: string, isAnswer: boolean) =>
  (g: Context, { id }: { id: string }) => {
    const { discussion, comment } = loadAs(g, 'DiscussionComment', id);
    editing(g, discussion, { name, isMine: discussion.author === g.viewer });
    if (!discussion.category.isAnswerable) throw unprocessable('Discussion category does not support answers.');
    if (isAnswer && comment.replyTo) throw unprocessable('Replies cannot be marked as the answer.');
    if (isAnswer) discussion.answer = { comment, by: g.viewer, at: g.state.now() };
    else if (discussion.answer?.comment === comment) discussion.answer = undefined;
    else throw unprocessable('Comment is not the answer.');
    return touched(g, discussion);
  };

interface Close {
  readonly discussionId: string;
  readonly reason: 'DUPLICATE' | 'OUTDATED' | 'RESOLVED';
}

export const discussions = {
  createDiscussion,
  updateDiscussion,
  deleteDiscussion: (g: Context, { id }: { id: string }) => {
    const { discussion } = loadAs(g, 'Discussion', id);
    editing(g, discussion, { name: 'DeleteDiscussion', isMine: false });
    const view = g.show.discussion(discussion);
    discussionsOf(discussion.repository).delete(discussion.number);
    return { discussion: view };
  },
  closeDiscussion: (g: Context, { discussionId, reason }: Close) => {
    const { discussion } = loadAs(g, 'Discussion', discussionId);
    editing(g, discussion, { name: 'CloseDiscussion', isMine: discussion.author === g.viewer });
    discussion.closed = { at: g.state.now(), reason };
    return touched(g, discussion);
  },
  reopenDiscussion: (g: Context, { discussionId }: { discussionId: string }) => {
    const { discussion } = loadAs(g, 'Discussion', discussionId);
    editing(g, discussion, { name: 'ReopenDiscussion', isMine: discussion.author === g.viewer });
    discussion.closed = undefined;
    discussion.wasReopened = true;
    return touched(g, discussion);
  },
  addDiscussionComment: addComment,
  updateDiscussionComment: (g: Context, { commentId, body }: { commentId: string; body: string }) => {
    const { discussion, comment } = loadAs(g, 'DiscussionComment', commentId);
    editing(g, discussion, { name: 'UpdateDiscussionComment', isMine: comment.author === g.viewer });
    comment.body = body;
    comment.updatedAt = g.state.now();
    return { comment: () => g.show.discussionComment(discussion, comment) };
  },
  deleteDiscussionComment: (g: Context, { id }: { id: string }) => {
    const { discussion, comment } = loadAs(g, 'DiscussionComment', id);
    editing(g, discussion, { name: 'DeleteDiscussionComment', isMine: comment.author === g.viewer });
    deleteDiscussionComment(g.state, discussion, comment);
    return { comment: () => g.show.discussionComment(discussion, comment) };
  },
  markDiscussionCommentAsAnswer: marking('MarkDiscussionCommentAsAnswer', true),
  unmarkDiscussionCommentAsAnswer: marking('UnmarkDiscussionCommentAsAnswer', false),
};
