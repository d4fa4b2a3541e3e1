import type { Account } from './accounts.ts';
import type { State } from './state.ts';

export const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type ReactionContent = (typeof reactionContents)[number];

export interface Reaction {
  readonly id: number;
  readonly user: Account;
  readonly content: ReactionContent;
  readonly createdAt: number;
}

/** Something that can be reacted to: an issue, a comment, a release. */
export interface Reactable {
  readonly reactions: Reaction[];
}

/** A user reacts once with each content; the reaction that is there already comes back with `isNew` false. */
export function react(
  state: State,
  target: Reactable,
  { user, content }: { user: Account; content: ReactionContent },
): { reaction: Reaction; isNew: boolean } {
  const known = target.reactions.find((reaction) => reaction.user === user && reaction.content === content);
  if (known) return { reaction: known, isNew: false };
  const reaction = { id: state.nextId(), user, content, createdAt: state.now() };
  target.reactions.push(reaction);
  return { reaction, isNew: true };
}

/** Takes a reaction away; false where there is none. */
export function unreact(target: Reactable, id: number): boolean {
  const index = target.reactions.findIndex((reaction) => reaction.id === id);
  if (index < 0) return false;
  target.reactions.splice(index, 1);
  return true;
}
