import type { NoteKind } from '../items/fields.ts';

export interface Note {
  id: number;
  item_id: string;
  author: string;
  kind: NoteKind;
  body: string;
  created_at: Date;
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
  add(notes: readonly NewNote[], author: string): Promise<void>;
}
