import { isOpen, type Status } from '../../items/fields.ts';
import { toItemId } from '../../items/ids.ts';
import type { ImportWarning } from '../bundle.ts';
import { type Draft, type DraftLink, toKey } from './draft.ts';
import { type Facts, takeBelow, unescaped } from './markdown-facts.ts';
import { type Inline, parseInline } from './markdown-inline.ts';
import { toStatus } from './words.ts';

/** What all files of one import share: keys are told apart across them. */
export interface Run {
  drafts: Draft[];
  links: DraftLink[];
  warnings: ImportWarning[];
  /** How often a path of titles was seen. */
  seen: Map<string, number>;
}

/** A heading or a plain list entry: it becomes an entry of its own as soon as a task stands below it. */
export interface Group {
  kind: 'goal' | 'task';
  level: number;
  /** Path of titles, from which the keys of what is below are made. */
  path: string;
  inline: Inline;
  at: string;
  line: number;
  /** The line as written, for where it stays mere text. */
  raw: string;
  /** A heading such as `## Done` is no entry: it says the status of what is below. */
  column: Status | undefined;
  parent: Group | undefined;
  prose: Prose;
  draft: Draft | undefined;
}

export type Prose = (string | Group)[];

/** Where tasks go that stand below a group. */
export interface Home {
  goal?: string | undefined;
  parent?: string | undefined;
  column?: Status | undefined;
}

/** What stands above the first heading. */
export const topGroup = (path: string, name: string): Group => ({
  kind: 'task',
  level: 0,
  path,
  inline: { title: '', id: undefined, tags: [], after: [], rest: {} },
  at: `${name} line 1`,
  line: 1,
  raw: '',
  column: 'pending',
  parent: undefined,
  prose: [],
  draft: undefined,
});

interface GroupLine {
  level: number;
  text: string;
  raw: string;
  line: number;
  at: string;
}

export function toGroup(line: GroupLine, above: Group, tell: (message: string) => void): Group {
  const inline = parseInline(line.text, tell);
  let parent = above;
  while (parent.parent && parent.level >= line.level && line.level <= 6) parent = parent.parent;
  const isHeading = line.level <= 6;
  const isGoal = isHeading && (line.level === 1 || (inline.id?.startsWith('GOAL-') ?? false));
  const isColumn = isHeading && !isGoal && inline.id === undefined;
  const column = inline.title === '' ? 'pending' : isColumn ? toStatus(inline.title) : undefined;
  return {
    kind: isGoal ? 'goal' : 'task',
    level: line.level,
    path: column ? parent.path : pathOf(parent.path, inline.title),
    inline,
    at: line.at,
    line: line.line,
    raw: line.raw,
    column,
    parent,
    prose: [],
    draft: undefined,
  };
}

export const pathOf = (above: string, title: string): string => toKey(above === '' ? title : `${above} / ${title}`);

/** The group, and what it stands in, become entries. */
export function homeOf(group: Group, run: Run): Home {
  if (group.draft === undefined && group.column === undefined) group.draft = toEntry(group, run);
  const { draft } = group;
  if (draft) return draft.kind === 'goal' ? { goal: draft.id } : { goal: draft.goal, parent: draft.id };
  return { ...(group.parent && homeOf(group.parent, run)), column: group.column };
}

function toEntry(group: Group, run: Run): Draft {
  const home = group.kind === 'task' && group.parent ? homeOf(group.parent, run) : {};
  const draft = toDraft(group.inline, group, run);
  draft.kind = group.kind;
  draft.goal = home.goal;
  draft.parent = home.parent;
  draft.rest.group = true;
  return draft;
}

/** A new entry with its key: the id in the file, else the path of titles, with a number where the path is taken. */
export function toDraft(inline: Inline, { path, at }: { path: string; at: string }, run: Run): Draft {
  const { title, id: given, after, ...rest } = inline;
  const draft: Draft = { ...rest, kind: 'task', id: given ?? nextKey(path, run.seen), at, title, status: 'pending' };
  run.drafts.push(draft);
  run.links.push(...after.map((from): DraftLink => ({ from, to: draft.id, type: 'blocks', owner: draft.id })));
  return draft;
}

function applyFacts(draft: Draft, { links, deleted, ...facts }: Facts, run: Run): void {
  Object.assign(draft, facts);
  if (deleted) draft.rest.deleted = true;
  run.links.push(...links.map((link): DraftLink => ({ ...link, to: draft.id, owner: draft.id })));
}

/** Sets what stands below the title of an entry; below one of our own export also its facts, check list and notes. */
export function describe(draft: Draft, prose: Prose, run: Run): void {
  const text = proseText(prose);
  if (toItemId(draft.id) !== draft.id) {
    draft.description = unescaped(text);
    return;
  }
  const { description, facts, acceptance, notes } = takeBelow(text);
  draft.description = unescaped(description);
  draft.acceptance = acceptance;
  draft.notes = notes;
  applyFacts(draft, facts, run);
}

function nextKey(path: string, seen: Map<string, number>): string {
  for (;;) {
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    const key = count === 1 ? path : toKey(`${path} #${count}`);
    if (count === 1 || !seen.has(key)) {
      if (count > 1) seen.set(key, 1);
      return key;
    }
  }
}

/** A heading has no box: below it everything is closed, or it is open. Entries stand after their parents. */
export function closeGroups(drafts: readonly Draft[]): void {
  const below = new Map<string, Set<Status>>();
  for (const draft of drafts.toReversed()) {
    const statuses = below.get(draft.id);
    if (draft.rest.group === true) {
      delete draft.rest.group;
      if (draft.kind === 'task' && statuses && ![...statuses].some(isOpen))
        draft.status = statuses.has('completed') ? 'completed' : 'cancelled';
    }
    if (draft.parent === undefined) continue;
    const siblings = below.get(draft.parent) ?? new Set();
    below.set(draft.parent, siblings.add(draft.status));
  }
}

/** Prose as text: what became an entry of its own is left out. */
export function proseText(prose: Prose): string {
  const lines: string[] = [];
  const stack = prose.toReversed();
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (typeof part === 'string') lines.push(part);
    else if (!part.draft) {
      lines.push(part.raw);
      stack.push(...part.prose.toReversed());
    }
  }
  return lines.join('\n').replace(/^\n+/, '').trimEnd();
}
