import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param } from '../call.ts';
import { addCommitComment, type CommitComment, commitCommentsOf } from '../model/commit-comments.ts';
import type { Repository } from '../model/repository.ts';
import { notFound } from '../refusal.ts';
import { created, noContent, ok } from '../reply.ts';
import { commitCommentView } from '../views/commit-comment.ts';
import { commitOr422 } from './commits.ts';
import { refuseOthers } from './issue-at.ts';
import { refuseBadBody } from './issue-comments.ts';
import { reactionRoutes } from './reactions.ts';

const repo = '/repos/{owner}/{repo}';

interface CommentBody {
  readonly body: string;
  readonly path?: string;
  readonly position?: number;
  readonly line?: number;
}

function commentAt(call: Call): { repository: Repository; comment: CommitComment } {
  const repository = repositoryOf(call);
  const comment = commitCommentsOf(repository).find(({ id }) => id === Number(param(call, 'comment_id')));
  if (!comment) throw notFound();
  return { repository, comment };
}

function create(call: Call) {
  const repository = repositoryOf(call);
  const author = actorOf(call);
  const { sha } = commitOr422(repository, param(call, 'commit_sha'));
  const { body, path, position, line } = bodyOf<CommentBody>(call);
  refuseBadBody('CommitComment', body);
  const place = { path: path ?? null, position: position ?? null, line: line ?? null };
  const view = commitCommentView(
    call,
    repository,
    addCommitComment(call.state, repository, { author, commit: sha, body, ...place }),
  );
  return created(view, view.url);
}

function update(call: Call) {
  const { repository, comment } = commentAt(call);
  refuseOthers(call, repository, comment.author);
  const { body } = bodyOf<CommentBody>(call);
  refuseBadBody('CommitComment', body);
  comment.body = body;
  comment.updatedAt = call.state.now();
  return ok(commitCommentView(call, repository, comment));
}

export const commitComments: Area = {
  name: 'commit comments',
  routes: {
    [`GET ${repo}/commits/{commit_sha}/comments`]: (call) => {
      const repository = repositoryOf(call);
      const { sha } = commitOr422(repository, param(call, 'commit_sha'));
      const found = commitCommentsOf(repository).filter(({ commit }) => commit === sha);
      return page(call, found, (comment) => commitCommentView(call, repository, comment));
    },
    [`POST ${repo}/commits/{commit_sha}/comments`]: create,
    [`GET ${repo}/comments`]: (call) => {
      const repository = repositoryOf(call);
      return page(call, commitCommentsOf(repository), (comment) => commitCommentView(call, repository, comment));
    },
    [`GET ${repo}/comments/{comment_id}`]: (call) => {
      const { repository, comment } = commentAt(call);
      return ok(commitCommentView(call, repository, comment), { lastModified: comment.updatedAt });
    },
    [`PATCH ${repo}/comments/{comment_id}`]: update,
    [`DELETE ${repo}/comments/{comment_id}`]: (call) => {
      const { repository, comment } = commentAt(call);
      refuseOthers(call, repository, comment.author);
      const all = commitCommentsOf(repository);
      all.splice(all.indexOf(comment), 1);
      return noContent();
    },
    ...reactionRoutes(`${repo}/comments/{comment_id}`, (call) => {
      const { repository, comment } = commentAt(call);
      return { repository, target: comment };
    }),
  },
};
