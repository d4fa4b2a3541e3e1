import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, type Handler, page, param, text } from '../call.ts';
import { type Reactable, type ReactionContent, react, unreact } from '../model/reactions.ts';
import type { Repository } from '../model/repository.ts';
import { forbidden, notFound } from '../refusal.ts';
import { created, noContent, ok } from '../reply.ts';
import { reactionView } from '../views/issue.ts';
import { issueAt, mayPush } from './issue-at.ts';
import { commentAt } from './issue-comments.ts';
import { reviewCommentAt } from './review-at.ts';

interface Target {
  readonly repository: Repository;
  readonly target: Reactable;
}

/** The three routes of everything that can be reacted to. */
export function reactionRoutes(path: string, targetOf: (call: Call) => Target): Record<string, Handler> {
  return {
    [`GET ${path}/reactions`]: (call) => {
      const content = text(call, 'content');
      const { target } = targetOf(call);
      const shown = target.reactions.filter((reaction) => content === undefined || reaction.content === content);
      return page(call, shown, (reaction) => reactionView(call.state, reaction));
    },
    [`POST ${path}/reactions`]: (call) => {
      const { target } = targetOf(call);
      const { content } = bodyOf<{ content: ReactionContent }>(call);
      const { reaction, isNew } = react(call.state, target, { user: actorOf(call), content });
      const view = reactionView(call.state, reaction);
      return isNew ? created(view) : ok(view);
    },
    [`DELETE ${path}/reactions/{reaction_id}`]: (call) => {
      const { repository, target } = targetOf(call);
      const id = Number(param(call, 'reaction_id'));
      const known = target.reactions.find((reaction) => reaction.id === id);
      if (!known) throw notFound();
      if (known.user !== actorOf(call) && !mayPush(call, repository))
        throw forbidden('Must have admin rights to Repository.');
      unreact(target, id);
      return noContent();
    },
  };
}

const repo = '/repos/{owner}/{repo}';

export const reactions: Area = {
  name: 'reactions',
  routes: {
    ...reactionRoutes(`${repo}/issues/{issue_number}`, (call) => {
      const target = issueAt(call);
      return { repository: target.repository, target };
    }),
    ...reactionRoutes(`${repo}/issues/comments/{comment_id}`, (call) => {
      const { issue, comment } = commentAt(call);
      return { repository: issue.repository, target: comment };
    }),
    ...reactionRoutes(`${repo}/pulls/comments/{comment_id}`, (call) => ({
      repository: repositoryOf(call),
      target: reviewCommentAt(call).comment,
    })),
  },
};
