import { createBox } from '../parts/box.ts';
import type { Shown } from './turns.ts';

/** A change of ours that was refused, because someone else was first. */
export interface Conflict {
  item: Shown;
  /** What it is at now. */
  version: number;
  /** Fields as we would have them. */
  mine: Record<string, unknown>;
  doing: 'saved' | 'deleted';
  /** Does it all the same, on that version. */
  again: (version: number) => void;
}

/** The one that waits for a decision. */
export const conflict = createBox<Conflict | undefined>(undefined);
