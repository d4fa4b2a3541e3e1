import { type Reactable, react, unreact } from '../../model/reactions.ts';
import type { Context, View } from '../context.ts';
import { noNode, unprocessable } from '../errors.ts';
import { type Loaded, load, repositoryOf } from '../load.ts';
import { changing, type Permission } from '../permits.ts';
import { reaction, reactionGroups, reactionOf } from '../views/written.ts';

interface Reacting {
  readonly subjectId: string;
  readonly content: string;
}

/** What of a node can be reacted to. */
function targetOf(found: Loaded): Reactable | undefined {
  if ('comment' in found) return found.comment;
  if ('review' in found) return found.review;
  if ('release' in found) return found.release;
  if (found.type === 'Issue') return found.issue;
  if (found.type === 'PullRequest') return found.pull;
  return found.type === 'Discussion' ? found.discussion : undefined;
}

const permissionOf = ({ type }: Loaded): Permission =>
  type.startsWith('Discussion') ? 'discussions' : type.startsWith('PullRequest') ? 'pull_requests' : 'issues';

function subject(g: Context, { id, name }: { id: string; name: string }): Reactable {
  const found = load(g, id);
  const target = targetOf(found);
  const repository = repositoryOf(found);
  if (!target || !repository) throw noNode(id);
  changing(g, repository, { name, permission: permissionOf(found), role: 'read' });
  return target;
}

interface Minimizing {
  readonly subjectId: string;
  readonly classifier?: string;
}

function setMinimized(g: Context, { id, name, reason }: { id: string; name: string; reason: string | null }): View {
  const found = load(g, id);
  const repository = repositoryOf(found);
  if ((found.type !== 'IssueComment' && found.type !== 'DiscussionComment') || !repository) {
    throw unprocessable('The sandbox minimizes comments on issues, pull requests and discussions alone.');
  }
  changing(g, repository, { name, permission: permissionOf(found), role: 'triage' });
  found.comment.minimized = reason;
  return g.show.node(id);
}

export const reactions = {
  addReaction: (g: Context, { subjectId, content }: Reacting) => {
    const target = subject(g, { id: subjectId, name: 'AddReaction' });
    const view = () => g.show.node(subjectId);
    const made = react(g.state, target, { user: g.viewer, content: reactionOf(content) });
    return {
      reaction: () => reaction(g, made.reaction, view),
      reactionGroups: () => reactionGroups(g, target, view),
      subject: view,
    };
  },
  removeReaction: (g: Context, { subjectId, content }: Reacting) => {
    const target = subject(g, { id: subjectId, name: 'RemoveReaction' });
    const view = () => g.show.node(subjectId);
    const wanted = reactionOf(content);
    const mine = target.reactions.find((one) => one.user === g.viewer && one.content === wanted);
    if (mine) unreact(target, mine.id);
    return {
      reaction: () => (mine ? reaction(g, mine, view) : null),
      reactionGroups: () => reactionGroups(g, target, view),
      subject: view,
    };
  },
  minimizeComment: (g: Context, { subjectId, classifier = '' }: Minimizing) => ({
    minimizedComment: setMinimized(g, { id: subjectId, name: 'MinimizeComment', reason: classifier }),
  }),
  unminimizeComment: (g: Context, { subjectId }: Minimizing) => ({
    unminimizedComment: setMinimized(g, { id: subjectId, name: 'UnminimizeComment', reason: null }),
  }),
};
