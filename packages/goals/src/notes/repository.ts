import type { NoteKind } from '../items/fields.ts';

export interface Note {
  id: number;
  item_id: string;
  author: string;
  kind: NoteKind;
  body: string;
  created_at: Date;
}

/** A note as the log keeps it; `created_at` is ISO 8601 with microseconds. */
export interface StoredNote extends Omit<Note, 'created_at'> {
  created_at: string;
}

export interface NewNote {
  item_id: string;
  kind: NoteKind;
  body: string;
}

export interface NotesRepository {
  /** The latest notes of each item, newest first, at most `perItem` each. */
  latest(ids: readonly string[], perItem: number): Promise<Note[]>;
  /** The latest handoffs of open goals and tasks, of a project or of all. */
  handoffs(filter: { project?: string | undefined; limit: number }): Promise<(Note & { title: string })[]>;
  /** Answers the notes' ids, in the order given. */
  add(notes: readonly NewNote[], author: string): Promise<number[]>;
  /** Removes notes; answers those that were there. */
  remove(ids: readonly number[]): Promise<StoredNote[]>;
  /** Brings removed notes back as they were. */
  putBack(notes: readonly StoredNote[]): Promise<void>;
}
