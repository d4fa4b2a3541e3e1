import type { Discussion, DiscussionComment } from '../../model/discussions.ts';
import type { Label } from '../../model/labels.ts';
import type { Context, View } from '../context.ts';
import { forbidden, noNode, unprocessable } from '../errors.ts';
import { load, loadAs } from '../load.ts';
import { changing } from '../permits.ts';

const may = (g: Context, { repository }: Discussion, { name, role }: { name: string; role: 'read' | 'triage' }): void =>
  changing(g, repository, { name, permission: 'discussions', role });

/** The sandbox locks, labels and votes for discussions alone in GraphQL. */
function discussionOf(g: Context, id: string, name: string): Discussion {
  const found = load(g, id);
  if (found.type !== 'Discussion') throw unprocessable(`The sandbox does ${name} to discussions alone.`);
  return found.discussion;
}

const locking =
  (name: string, locked: boolean) =>
  (g: Context, input: { lockableId: string; lockReason?: string | null }): View => {
    const discussion = discussionOf(g, input.lockableId, name);
    may(g, discussion, { name, role: 'triage' });
    void input.lockReason;
    discussion.locked = locked;
    const { viewer } = g;
    return {
      actor: () => g.show.account(viewer),
      [locked ? 'lockedRecord' : 'unlockedRecord']: () => g.show.discussion(discussion),
    };
  };

interface Labelling {
  readonly labelableId: string;
  readonly labelIds: readonly string[];
}

function labelsFor(g: Context, { repository }: Discussion, ids: readonly string[]): Label[] {
  return ids.map((id) => {
    const { repository: its, id: number } = loadAs(g, 'Label', id);
    const label = repository.labels.find((one) => one.id === number);
    if (its !== repository || !label) throw noNode(id);
    return label;
  });
}

const labelling =
  (name: string, change: (discussion: Discussion, labels: readonly Label[]) => void) =>
  (g: Context, { labelableId, labelIds }: Labelling): View => {
    const discussion = discussionOf(g, labelableId, name);
    may(g, discussion, { name, role: 'triage' });
    change(discussion, labelsFor(g, discussion, labelIds));
    discussion.updatedAt = g.state.now();
    return { labelable: () => g.show.discussion(discussion) };
  };

interface Votable {
  readonly discussion: Discussion;
  readonly target: Discussion | DiscussionComment;
}

function votable(g: Context, id: string): Votable {
  const found = load(g, id);
  if (found.type === 'Discussion') return { discussion: found.discussion, target: found.discussion };
  if (found.type === 'DiscussionComment') return { discussion: found.discussion, target: found.comment };
  throw noNode(id);
}

const voting =
  (name: string, change: (upvotes: Set<number>, who: number) => void) =>
  (g: Context, { subjectId }: { subjectId: string }): View => {
    const { discussion, target } = votable(g, subjectId);
    may(g, discussion, { name, role: 'read' });
    if (discussion.locked) throw forbidden('Discussion is locked.');
    change(target.upvotes, g.viewer.id);
    return { subject: () => g.show.node(subjectId) };
  };

export const discussionMarks = {
  lockLockable: locking('LockLockable', true),
  unlockLockable: locking('UnlockLockable', false),
  addLabelsToLabelable: labelling('AddLabelsToLabelable', ({ labels }, added) => {
    labels.push(...added.filter((label) => !labels.includes(label)));
  }),
  removeLabelsFromLabelable: labelling('RemoveLabelsFromLabelable', ({ labels }, gone) => {
    labels.splice(0, labels.length, ...labels.filter((label) => !gone.includes(label)));
  }),
  addUpvote: voting('AddUpvote', (upvotes, who) => upvotes.add(who)),
  removeUpvote: voting('RemoveUpvote', (upvotes, who) => upvotes.delete(who)),
};
