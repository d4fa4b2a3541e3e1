import { createBox } from '../parts/box.ts';

/** Text that was written and could not be saved, by `GOAL-0001 title`, until it is saved or discarded. */
const drafts = createBox<ReadonlyMap<string, string>>(new Map());

const keyOf = (id: string, field: string): string => `${id} ${field}`;

export const useDraft = (id: string, field: string): string | undefined => drafts.use().get(keyOf(id, field));

export const keepDraft = (id: string, field: string, text: string): void =>
  drafts.set(new Map(drafts.get()).set(keyOf(id, field), text));

export function forgetDraft(id: string, field: string): void {
  if (!drafts.get().has(keyOf(id, field))) return;
  const rest = new Map(drafts.get());
  rest.delete(keyOf(id, field));
  drafts.set(rest);
}
