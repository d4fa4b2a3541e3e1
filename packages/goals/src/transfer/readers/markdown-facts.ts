import { LinkType, NoteKind, type Status } from '../../items/fields.ts';
import { toItemId } from '../../items/ids.ts';
import type { DraftLink, DraftNote } from './draft.ts';

/** What our own export writes below a title, between underscores: `_in_progress, project shop_`, `_40 %, related TASK-0001_`. */
export interface Facts {
  status?: Status;
  percent?: number;
  estimate_minutes?: number;
  project?: string;
  deleted?: boolean;
  links: Pick<DraftLink, 'from' | 'type'>[];
}

type Reader = (facts: Facts, value: string) => void;

const linkReaders = LinkType.options.map((type): [RegExp, Reader] => [
  new RegExp(`^${type} ((?:TASK-\\d{1,18} ?)+)$`),
  (facts, value) => {
    facts.links.push(
      ...value
        .trim()
        .split(' ')
        .map((id) => ({ from: toItemId(id) ?? id, type })),
    );
  },
]);
const readers: readonly [RegExp, Reader][] = [
  [/^(pending|in_progress|completed|cancelled)$/, (facts, value) => Object.assign(facts, { status: value })],
  [/^(\d{1,3}) %$/, (facts, value) => Object.assign(facts, { percent: Number(value) })],
  [/^(\d{1,6}) min$/, (facts, value) => Object.assign(facts, { estimate_minutes: Number(value) })],
  [/^project (.{1,64})$/, (facts, value) => Object.assign(facts, { project: value })],
  [/^(deleted)$/, (facts) => Object.assign(facts, { deleted: true })],
  ...linkReaders,
];

/** A list of facts, or undefined where one of them is none: then the line is text. */
function parseFacts(line: string): Facts | undefined {
  const facts: Facts = { links: [] };
  const list = /^_(.+)_$/.exec(line.slice(0, 5000))?.[1];
  for (const word of list?.split(', ') ?? []) {
    const [pattern, reader] = readers.find(([candidate]) => candidate.test(word)) ?? [];
    if (!pattern || !reader) return undefined;
    reader(facts, pattern.exec(word)?.[1] ?? '');
  }
  return list === undefined ? undefined : facts;
}

export interface Below {
  description: string;
  facts: Facts;
  acceptance: string[] | undefined;
  notes: DraftNote[];
}

const noteStart = /^> \*\*([a-z]+)\*\* by (.{1,100}?), (\d{4}-\d\d-\d\d\S*): (.*)$/;

/** Facts, description, check list (`Done when:`) and notes (`> **kind** by author, time: body`) of our own export. */
export function takeBelow(text: string): Below {
  const lines = text.split('\n');
  const facts = parseFacts(lines[0] ?? '');
  if (facts) lines.shift();
  const notes = takeNotes(lines);
  const criteria = lines.lastIndexOf('Done when:');
  const points = criteria < 0 ? [] : lines.slice(criteria + 1).filter((line) => line.trim() !== '');
  const isList = points.length > 0 && points.every((line) => line.startsWith('- '));
  if (isList) lines.splice(criteria);
  return {
    description: lines.join('\n').trim(),
    facts: facts ?? { links: [] },
    acceptance: isList ? points.map((line) => line.slice(2).replace(/^\\\[/, '[')) : undefined,
    notes,
  };
}

/** Cuts the notes off the end. */
function takeNotes(lines: string[]): DraftNote[] {
  let end = lines.length;
  while (end > 0 && /^(?:>.*|)$/.test(lines[end - 1] ?? '')) end--;
  const first = lines.findIndex((line, index) => index >= end && noteStart.test(line));
  const notes: DraftNote[] = [];
  for (const line of first < 0 ? [] : lines.splice(first)) {
    const [, kind, author, at, body] = noteStart.exec(line) ?? [];
    const parsed = NoteKind.safeParse(kind);
    const last = notes.at(-1);
    if (parsed.success) notes.push({ kind: parsed.data, author, created_at: at, body: body ?? '' });
    else if (last) last.body = `${last.body}\n${line.replace(/^> ?/, '')}`;
  }
  return notes.map((note) => ({ ...note, body: note.body.trim() }));
}

/** The export puts a backslash before lines of a description that would be headings, tasks, rules or comments of their own. */
export const unescaped = (text: string): string =>
  text.replace(/^([ \t]*)\\(?=#{1,6}(?:\s|$)|(?:[-*+]|\d{1,9}[.)])\s{1,8}\[|[-*_=]{3}|<!--)/gm, '$1');
