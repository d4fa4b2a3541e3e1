import { createHash } from 'node:crypto';
import type { LinkType, NoteKind, Priority, Status } from '../../items/fields.ts';

export interface SourceFile {
  name: string;
  text: string;
}

export interface DraftNote {
  body: string;
  kind?: NoteKind | undefined;
  author?: string | undefined;
  created_at?: string | undefined;
}

/** An entry as the other program wrote it, before our limits: `assemble` fits it in and says what did not fit. */
export interface Draft {
  kind: 'goal' | 'task';
  id: string;
  /** Where it stands, for errors and warnings: `TODO.md line 12`. */
  at: string;
  title: string;
  status: Status;
  description?: string | undefined;
  priority?: Priority | undefined;
  due_at?: string | undefined;
  defer_until?: string | undefined;
  created_by?: string | undefined;
  created_at?: string | undefined;
  started_at?: string | undefined;
  completed_at?: string | undefined;
  deleted_at?: string | undefined;
  tags?: string[] | undefined;
  goal?: string | undefined;
  parent?: string | undefined;
  acceptance?: string[] | undefined;
  assignee?: string | undefined;
  external_ref?: string | undefined;
  estimate_minutes?: number | undefined;
  position?: number | undefined;
  percent?: number | undefined;
  /** Of a goal. */
  project?: string | undefined;
  result?: unknown;
  notes?: DraftNote[] | undefined;
  /** What has no field of ours: kept in the metadata under the name of the source. */
  rest: Record<string, unknown>;
}

export interface DraftLink {
  from: string;
  to: string;
  type: LinkType;
  /** The end whose entry declares the link. */
  owner: string;
}

export type Warn = (at: string, message: string) => void;

const maxKey = 200;

/** Any name -> a key within the limit: itself, or its beginning and a hash of all of it. */
export function toKey(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length <= maxKey) return trimmed;
  const hash = createHash('sha256').update(trimmed).digest('hex').slice(0, 24);
  return `${trimmed
    .slice(0, 100)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim()}~${hash}`;
}

/** Foreign text in a message: short, and on one line. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.slice(0, 80).replace(/\s/g, ' ').toWellFormed();
  return `"${text.length > 80 ? `${line}…` : line}"`;
}
