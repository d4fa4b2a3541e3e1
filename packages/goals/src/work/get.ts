import { NotFoundError } from '@mcp-servers/core';
import type { Event } from '../events/repository.ts';
import type { Goal } from '../goals/types.ts';
import { isGoalId, splitIds } from '../items/ids.ts';
import type { Note } from '../notes/repository.ts';
import type { LinkedTask, Task, TreeTask } from '../tasks/types.ts';
import { compact, compactWithout, refuseUnknownFields } from './output.ts';
import { goalFields, taskFields } from './recorded.ts';
import type { Store } from './store.ts';

export const includes = ['tree', 'links', 'notes', 'history', 'progress', 'blockers'] as const;
export type Include = (typeof includes)[number];

export interface GetInput {
  ids: string[];
  include: Include[];
  fields?: string[] | undefined;
  maxChars: number;
}

/** What a reader can take in: rows of the trees of a call, notes and events of each item. */
const most = { tree: 500, notes: 20, history: 20 } as const;

/** What `fields` may name. */
const shownFields: readonly string[] = [
  ...new Set([
    'id',
    ...goalFields,
    ...taskFields,
    'lease_until',
    'open_blockers',
    'version',
    'created_by',
    'created_at',
    'updated_at',
  ]),
  ...includes,
];

/** Items in full, in the order asked. Each kind costs one statement, each include at most one more, all side by side. */
export async function getItems(store: Store, { ids, fields, maxChars, ...input }: GetInput) {
  if (fields) refuseUnknownFields(fields, shownFields);
  const include = includes.filter((name) => input.include.includes(name) || fields?.includes(name));
  const wanted = splitIds(ids);
  const all = [...wanted.goals, ...wanted.tasks];
  const ask = <T>(name: Include, read: () => Promise<T[]>): Promise<T[]> =>
    include.includes(name) ? read() : Promise.resolve([]);
  const some = <T>(list: readonly string[], read: () => Promise<T[]>): Promise<T[]> =>
    list.length > 0 ? read() : Promise.resolve([]);
  const [goals, tasks, tree, links, notes, history, progress, blockers] = await Promise.all([
    some(wanted.goals, () => store.goals.get(wanted.goals)),
    some(wanted.tasks, () => store.tasks.get(wanted.tasks)),
    ask('tree', () => store.tasks.tree(wanted, most.tree + 1)),
    ask('links', () => some(wanted.tasks, () => store.tasks.links(wanted.tasks))),
    ask('notes', () => store.notes.latest(all, most.notes + 1)),
    ask('history', () => store.events.latest(all, most.history + 1)),
    ask('progress', () => some(wanted.goals, () => store.goals.progress(wanted.goals))),
    ask('blockers', () => some(wanted.tasks, () => store.tasks.blockersOf(wanted.tasks))),
  ]);
  const rows = new Map<string, Goal | Task>([...goals, ...tasks].map((row) => [row.id, row]));
  const missing = all.filter((id) => !rows.has(id));
  if (rows.size === 0) throw noneFound(missing);

  const items = [...new Set(ids)].flatMap((id) => {
    const row = rows.get(id);
    if (!row) return [];
    const item = choose(visible(row), fields);
    if (include.length === 0) return [item];
    const noted = notes.filter((note) => note.item_id === id);
    const past = history.filter((event) => (event.task_id ?? event.goal_id) === id);
    const extra = {
      ...(include.includes('tree') && { tree: toForest(tree.slice(0, most.tree), id) }),
      ...(tree.length > most.tree && { tree_left_out: leftOut(tree, id) }),
      ...(include.includes('links') && { links: links.filter((link) => link.task_id === id).map(toLink) }),
      ...(include.includes('notes') && { notes: noted.slice(0, most.notes).map(toNote) }),
      ...(noted.length > most.notes && { older_notes: true }),
      ...(include.includes('history') && { history: past.slice(0, most.history).map(toHistory) }),
      ...(past.length > most.history && { older_history: true }),
      ...(include.includes('progress') && {
        progress: omit(
          progress.find((entry) => entry.goal_id === id),
          'goal_id',
        ),
      }),
      ...(include.includes('blockers') && {
        blockers: blockers.filter((entry) => entry.task_id === id).map((entry) => omit(entry, 'task_id')),
      }),
    };
    return [Object.assign(item, compact(extra))];
  });
  const { taken, rest } = takeEach(items, maxChars);
  return {
    items: taken,
    ...(missing.length > 0 && { missing }),
    ...(rest.length > 0 && {
      truncated: true,
      not_shown: rest.map((item) => ({ id: item.id, chars: JSON.stringify(item).length })),
    }),
  };
}

/** The tree of a call ends somewhere; what is behind it has a way of its own. */
function leftOut([first]: readonly { total: number }[], id: string): string {
  const where = isGoalId(id) ? { goal_id: id } : { parent_task_id: id };
  return `${(first?.total ?? 0) - most.tree} more tasks in the trees of this call; all with find_items ${JSON.stringify({ where })}`;
}

/** Every item that still fits, in order: one that is too large does not hide those behind it. */
function takeEach<T>(items: readonly T[], maxChars: number): { taken: T[]; rest: T[] } {
  let left = maxChars - 2;
  const { taken = [], rest = [] } = Object.groupBy(items, (item) => {
    const size = JSON.stringify(item).length + 1;
    if (size > left) return 'rest';
    left -= size;
    return 'taken';
  });
  return { taken, rest };
}

function noneFound(missing: readonly string[]): NotFoundError {
  const kind = missing.every((id) => id.startsWith('GOAL-')) ? ' {"kind":"goal"}' : '';
  return new NotFoundError(`There is no ${missing.join(', ')}.`, {
    hint: `List what there is with find_items${kind}.`,
    details: { missing },
  });
}

/** Tokens of a claim are its holder's secret, internal columns nobody's business, and blocked_by is an argument that means ids. */
const hidden: ReadonlySet<string> = new Set(['lease_token', 'lease_instance', 'blocked_by']);

/** A row as its readers see it. */
export function visible(row: object): Record<string, unknown> {
  const shown = compactWithout(row, hidden);
  if ('blocked_by' in row && row.blocked_by !== null) shown.open_blockers = row.blocked_by;
  return shown;
}

/** Of the item's own fields exactly those asked for, and the id. */
function choose(item: Record<string, unknown>, fields: readonly string[] | undefined): Record<string, unknown> {
  if (!fields) return item;
  return Object.fromEntries(Object.entries(item).filter(([key]) => key === 'id' || fields.includes(key)));
}

function omit<T extends object>(row: T | undefined, key: keyof T): object {
  if (!row) return {};
  const { [key]: _, ...rest } = row;
  return rest;
}

const toLink = ({ type, direction, other_id, other_title, other_status }: LinkedTask) => ({
  type,
  direction,
  id: other_id,
  title: other_title,
  status: other_status,
});
const toNote = ({ author, kind, body, created_at }: Note) => ({ kind, author, at: created_at.toISOString(), body });
const toHistory = ({ id, at, type, actor, undo_of, before, after }: Event) =>
  compact({ id, at, type, actor, undo_of, before, after });

export interface TreeNode {
  id: string;
  title: string;
  status: string;
  [fact: string]: unknown;
  subtasks?: TreeNode[];
}

/** Flat rows -> the tree below one goal or task. */
function toForest(rows: readonly TreeTask[], root: string): TreeNode[] {
  const isGoal = root.startsWith('GOAL-');
  const mine = isGoal ? rows.filter((row) => row.goal_id === root) : rows;
  const present = new Set(mine.map((row) => row.id));
  const nodes = new Map<string, TreeNode>();
  for (const row of new Map(mine.map((entry) => [entry.id, entry])).values()) {
    const { id, title, status, priority, percent, blocked_by, lease_holder, lease_until } = row;
    const facts = {
      priority: priority === 'medium' ? null : priority,
      percent: percent || null,
      open_blockers: blocked_by || null,
      lease_holder,
      lease_until,
    };
    nodes.set(id, { id, title, status, ...compact(facts) });
  }
  const top: TreeNode[] = [];
  for (const row of new Map(mine.map((entry) => [entry.id, entry])).values()) {
    const node = nodes.get(row.id);
    if (!node) continue;
    const parent = row.parent_task_id;
    const under = parent !== null && parent !== root && present.has(parent) ? nodes.get(parent) : undefined;
    if (under) {
      under.subtasks ??= [];
      under.subtasks.push(node);
    } else if (isGoal || parent === root) top.push(node);
  }
  return top;
}
