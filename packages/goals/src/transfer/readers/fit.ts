import { ValidationError } from '@mcp-servers/core';
import type * as z from 'zod';
import {
  Acceptance,
  ExternalRef,
  Json,
  Metadata,
  Minutes,
  Percent,
  Person,
  Position,
  Project,
  type Status,
  Tag,
  When,
} from '../../items/fields.ts';
import { type Draft, type DraftNote, quote, type Warn } from './draft.ts';

const maxTitle = 200;
const maxText = 20_000;
const maxTags = 50;
const maxParts = 11;

export interface Fitted {
  item: {
    id: string;
    title: string;
    status: Status;
    description?: string;
    metadata?: Record<string, unknown>;
    [field: string]: unknown;
  };
  notes: { item: string; kind: NonNullable<DraftNote['kind']>; body: string; author?: string; created_at?: string }[];
}

const taskFields = {
  defer_until: When,
  assignee: Person,
  external_ref: ExternalRef,
  estimate_minutes: Minutes,
  percent: Percent,
  position: Position,
  result: Json,
} as const;
const sharedFields = {
  due_at: When,
  created_by: Person,
  created_at: When,
  started_at: When,
  completed_at: When,
  deleted_at: When,
} as const;

/** A draft -> an item within our limits. What is too long or of another kind is kept elsewhere in the item, with a warning. */
export function fit(draft: Draft, source: string, warn: Warn): Fitted {
  const tell = (message: string) => warn(draft.at, message);
  const rest = { ...draft.rest };
  const extra: string[] = [];
  const item: Fitted['item'] = { id: draft.id, title: '', status: draft.status };
  if (draft.priority) item.priority = draft.priority;
  const fields: Record<string, z.ZodType> =
    draft.kind === 'task' ? { ...sharedFields, ...taskFields } : { ...sharedFields, project: Project };
  for (const [name, value] of Object.entries(draft)) {
    const schema = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined) continue;
    const parsed = schema?.safeParse(value);
    if (parsed?.success) item[name] = parsed.data;
    else if (schema)
      tell(`${name} ${quote(value)} cannot be taken as it is: ${reasonOf(parsed?.error)} Kept in metadata.`);
    // A goal has no such field; that is known and needs no warning.
    if ((schema || Object.hasOwn(taskFields, name)) && !parsed?.success) rest[name] = value;
  }
  const tags = fitTags(draft.tags ?? [], rest, tell);
  if (tags.length > 0) item.tags = tags;
  if (draft.acceptance?.length) {
    const acceptance = Acceptance.safeParse(draft.acceptance);
    if (draft.kind === 'task' && acceptance.success) item.acceptance = acceptance.data;
    else extra.push(`## Acceptance criteria\n\n${draft.acceptance.map((line) => `- ${line}`).join('\n')}`);
  }
  const { title, whole } = fitTitle(draft, tell);
  item.title = title;
  const description = [whole, draft.description ?? '', ...extra].filter((part) => part.trim() !== '');
  const parts = split(description.join('\n\n'), draft.at);
  const overflow = parts.slice(1);
  if (parts[0]) item.description = parts[0];
  if (overflow.length > 0) tell(`the description is longer than ${maxText} characters; the rest is in notes.`);
  overflow.push(...fitMetadata(item, { source, rest }, tell));
  const notes = [...overflow.map((body): DraftNote => ({ body })), ...(draft.notes ?? [])];
  return { item, notes: notes.flatMap((note) => fitNote(note, draft, tell)) };
}

const reasonOf = (error: z.ZodError | undefined): string => error?.issues[0]?.message ?? 'not valid.';

function fitTitle(draft: Draft, tell: (message: string) => void): { title: string; whole: string } {
  const whole = draft.title.replace(/\s+/g, ' ').trim();
  const title = cut(whole === '' ? draft.id : whole);
  if (whole === '') tell('it has no title; its key stands in for it.');
  if (whole === '' || title === whole) return { title, whole: '' };
  tell(`the title is longer than ${maxTitle} characters: it is cut, and stands whole in the description.`);
  return { title, whole };
}

function cut(title: string): string {
  const characters = [...title.slice(0, 2 * maxTitle + 2)];
  return characters.length <= maxTitle ? title : `${characters.slice(0, maxTitle - 1).join('')}…`;
}

function fitTags(tags: readonly string[], rest: Record<string, unknown>, tell: (message: string) => void): string[] {
  const unique = [...new Map(tags.map((tag) => [tag.trim().toLowerCase(), tag.trim()])).values()];
  const named = unique.filter((tag) => tag !== '');
  const { good = [], bad = [] } = Object.groupBy(named, (tag) => (Tag.safeParse(tag).success ? 'good' : 'bad'));
  const left = [...bad, ...good.slice(maxTags)];
  if (left.length > 0) {
    tell(`${left.length} tags are too long or too many (${maxTags} of 64 characters each); they are kept in metadata.`);
    rest.tags = left;
  }
  return good.slice(0, maxTags);
}

/** Sets the metadata; what is too large or too deep for it is returned as texts for notes. */
function fitMetadata(
  item: Fitted['item'],
  { source, rest }: { source: string; rest: Record<string, unknown> },
  tell: (message: string) => void,
): string[] {
  if (Object.keys(rest).length === 0) return [];
  if (Metadata.safeParse({ [source]: rest }).success) {
    item.metadata = { [source]: rest };
    return [];
  }
  const kept: Record<string, unknown> = {};
  const notes: string[] = [];
  let room = 60_000;
  for (const [key, value] of Object.entries(rest)) {
    const bytes = Buffer.byteLength(JSON.stringify({ [key]: value }));
    if (bytes <= room && Metadata.safeParse({ [source]: { [key]: value } }).success) {
      kept[key] = value;
      room -= bytes;
    } else notes.push(...split(`${source} ${key}: ${JSON.stringify(value)}`, item.id));
  }
  tell(`some fields are too large for metadata (64 KB, 8 levels); they are in notes.`);
  if (Object.keys(kept).length > 0) item.metadata = { [source]: kept };
  return notes;
}

function fitNote(note: DraftNote, draft: Draft, tell: (message: string) => void): Fitted['notes'] {
  const author = Person.safeParse(note.author);
  const created = When.safeParse(note.created_at);
  const strange = [
    note.author && !author.success && note.author,
    note.created_at && !created.success && note.created_at,
  ];
  for (const value of strange.filter(Boolean)) tell(`${quote(value)} of a note cannot be kept as author or time.`);
  return split(note.body, draft.at).map((body) => ({
    item: draft.id,
    kind: note.kind ?? 'note',
    body,
    ...(author.success && { author: author.data }),
    ...(created.success && { created_at: created.data }),
  }));
}

/** A text -> parts within the limit, never through the middle of a character. */
function split(text: string, at: string): string[] {
  if (text.length > maxParts * maxText)
    throw new ValidationError(`${at}: a text of ${text.length} characters; at most ${maxParts * maxText} can be kept.`);
  const parts: string[] = [];
  for (let start = 0; start < text.length; ) {
    const whole = text.length - start <= maxText;
    const isPair = !whole && /[\uD800-\uDBFF]/.test(text.charAt(start + maxText - 1));
    const end = whole ? text.length : start + maxText - (isPair ? 1 : 0);
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts.filter((part) => part.trim() !== '');
}
