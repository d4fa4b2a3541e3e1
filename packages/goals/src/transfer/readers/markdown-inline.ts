import type { Priority } from '../../items/fields.ts';
import { toItemId } from '../../items/ids.ts';
import { quote } from './draft.ts';
import { priorityOf } from './words.ts';

/** What a line says about a task beside its title. */
export interface Inline {
  title: string;
  /** `TASK-0007` of our own export, or the id that Obsidian Tasks wrote. */
  id: string | undefined;
  tags: string[];
  assignee?: string;
  priority?: Priority;
  due_at?: string;
  defer_until?: string;
  created_at?: string;
  started_at?: string;
  completed_at?: string;
  /** Ids of the tasks that this one waits for. */
  after: string[];
  rest: Record<string, unknown>;
}

type DateField = 'due_at' | 'defer_until' | 'created_at' | 'started_at' | 'completed_at';

/** Signs of the Obsidian Tasks plugin, followed by a date. */
const dateSigns: Record<string, DateField | 'scheduled' | 'cancelled'> = {
  '📅': 'due_at',
  '📆': 'due_at',
  '🗓': 'due_at',
  '🛫': 'defer_until',
  '➕': 'created_at',
  '✅': 'completed_at',
  '⏳': 'scheduled',
  '⌛': 'scheduled',
  '❌': 'cancelled',
};
const prioritySigns: Record<string, Priority> = {
  '🔺': 'critical',
  '⏫': 'high',
  '🔼': 'medium',
  '🔽': 'low',
  '⏬': 'low',
};
/** Names in `(due: 2026-03-01)` and in the `[due:: 2026-03-01]` of Dataview. */
const names: Record<string, DateField | 'priority' | 'assignee' | 'after' | 'scheduled' | 'cancelled'> = {
  due: 'due_at',
  start: 'defer_until',
  defer: 'defer_until',
  created: 'created_at',
  started: 'started_at',
  completion: 'completed_at',
  completed: 'completed_at',
  done: 'completed_at',
  priority: 'priority',
  assignee: 'assignee',
  assigned: 'assignee',
  'blocked by': 'after',
  'depends on': 'after',
  dependson: 'after',
  scheduled: 'scheduled',
  cancelled: 'cancelled',
};
const day = String.raw`\uFE0F?[ \t]{0,4}(\d{4}-\d{2}-\d{2})`;
const dateSign = new RegExp(`(${Object.keys(dateSigns).join('|')})${day}`, 'gu');
const prioritySign = new RegExp(`(${Object.keys(prioritySigns).join('|')})\uFE0F?`, 'gu');
const nameList = Object.keys(names).join('|');
const inBrackets = new RegExp(`[([](${nameList})(?:::?[ \\t]{0,4}|[ \\t]{1,4})([^()[\\]]{1,200})[)\\]]`, 'giu');
const ownId = /^(?:\*\*|__|`|\[)?((?:TASK|GOAL)-\d{1,18})(?:\*\*|__|`|\])?(?:[ \t]*[:–—-])?(?:[ \t]+|$)/i;

/** Text of a list entry or a heading -> its title and what stands beside it. Text in backticks is left alone. */
export function parseInline(text: string, tell: (message: string) => void): Inline {
  const inline: Inline = { title: '', id: undefined, tags: [], after: [], rest: {} };
  const own = ownId.exec(text);
  if (own?.[1]) inline.id = toItemId(own[1]);
  const body = own && inline.id ? text.slice(own[0].length) : text;
  const plain = body
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : takeSigns(part, inline, tell)))
    .join('');
  inline.title = takeTail(plain.replace(/\s+/g, ' ').trim(), inline);
  // A line of signs and tags alone still needs a name.
  if (inline.title === '') inline.title = text.replace(/\s+/g, ' ').trim();
  return inline;
}

function takeSigns(text: string, inline: Inline, tell: (message: string) => void): string {
  return text
    .replace(dateSign, (_, sign: string, date: string) => take(inline, dateSigns[sign], date))
    .replace(prioritySign, (_, sign: string) => {
      const priority = prioritySigns[sign];
      if (priority) inline.priority = priority;
      return '';
    })
    .replace(/🔁\uFE0F?[ \t]?([A-Za-z0-9, !]{1,100})/gu, (_, rule: string) => keep(inline, 'recurrence', rule))
    .replace(/🏁\uFE0F?[ \t]?([A-Za-z]{1,20})/gu, (_, word: string) => keep(inline, 'on_completion', word))
    .replace(/🆔\uFE0F?[ \t]?([\w-]{1,100})/gu, (_, id: string) => {
      inline.id ??= id;
      return inline.id === id ? '' : keep(inline, 'id', id);
    })
    .replace(/⛔\uFE0F?[ \t]?([\w-]{1,100}(?:[ \t]?,[ \t]?[\w-]{1,100}){0,50})/gu, (_, list: string) =>
      take(inline, 'after', list),
    )
    .replace(inBrackets, (whole: string, name: string, value: string) => {
      const field = names[name.toLowerCase()];
      if (field === 'priority') {
        const priority = priorityOf(value.trim(), inline.rest, tell);
        if (priority) inline.priority = priority;
        return '';
      }
      if (field === 'assignee') {
        inline.assignee = value.trim().replace(/^@/, '');
        return '';
      }
      const looksRight = field === 'after' ? /\w-?\d|^\w+$/.test(value) : /^\d{4}-\d\d-\d\d/.test(value.trim());
      if (looksRight) return take(inline, field, value.trim());
      if (field !== 'after') tell(`${quote(whole)} has no date like 2026-03-01; it stays in the title.`);
      return whole;
    });
}

function take(inline: Inline, field: (typeof names)[string] | undefined, value: string): string {
  if (field === 'after') inline.after.push(...value.split(',').map((id) => toItemId(id) ?? id.trim()));
  else if (field === 'scheduled' || field === 'cancelled') keep(inline, field, value);
  else if (field !== undefined && field !== 'priority') inline[field] = value;
  return '';
}

function keep(inline: Inline, key: string, value: string): string {
  inline.rest[key] = value.trim();
  return '';
}

const word = String.raw`[\p{L}\p{N}_/-]+(?:\.[\p{L}\p{N}_/-]+)*`;
const tag = new RegExp(`(?:^|[\\s(])#(${word})`, 'gu');
const tailTag = new RegExp(`^#${word}$`, 'u');
const isNumber = /^#?\d+$/;

/** Tags count wherever they stand, but leave the title only from its end: `Fix #login now` stays a sentence. */
function takeTail(title: string, inline: Inline): string {
  const people: string[] = [];
  const tags: string[] = [];
  let rest = title;
  for (;;) {
    const start = rest.lastIndexOf(' ') + 1;
    const token = rest.length - start > 110 ? '' : rest.slice(start);
    if (/^@[\p{L}\p{N}_./-]{1,100}$/u.test(token)) people.unshift(token.slice(1));
    else if (start > 0 && /^\^[A-Za-z0-9-]{1,64}$/.test(token)) inline.rest.block = token.slice(1);
    else if (tailTag.test(token) && !isNumber.test(token)) tags.push(token.slice(1));
    else break;
    rest = rest.slice(0, start).trimEnd();
  }
  // `#12` in a sentence is a number of something else.
  const inside = [...rest.matchAll(tag)].flatMap(([, name]) => (name && !isNumber.test(name) ? [name] : []));
  inline.tags.push(...inside, ...tags.toReversed());
  const [first] = people;
  if (first !== undefined && inline.assignee === undefined) inline.assignee = first;
  if (people.length > 1) inline.rest.assignees = people;
  return rest;
}
