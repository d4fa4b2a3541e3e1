import type { Store } from '@mcp-servers/goals';
import { findItems, getItems } from '@mcp-servers/goals/work';
import type { Goal, GoalRow, ItemRow, Link, Progress, Task, TreeTask } from '../contract.ts';
import type { Request } from '../http/route.ts';
import type { Parts } from '../parts.ts';

/** Answers are bounded by rows here, not by characters. */
export const unbounded = 64 * 1024 ** 2;

type Include = Parameters<typeof getItems>[1]['include'][number];

export const noProgress: Progress = {
  total: 0,
  pending: 0,
  in_progress: 0,
  completed: 0,
  cancelled: 0,
  blocked: 0,
  percent: 0,
};

type TreeRow = Awaited<ReturnType<Store['tasks']['tree']>>[number];

interface PageQuery {
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}
type Filters = Omit<Parameters<typeof findItems>[1], 'text' | 'limit' | 'cursor' | 'fields'>;

/** A page of find_items, with the progress of each goal. */
export async function listItems(store: Store, { q: text, ...query }: PageQuery & Filters) {
  const page = await findItems(store, { ...query, text }, { maxChars: unbounded });
  const rows = page.items as unknown as (ItemRow & { progress?: Progress })[];
  const progress = await progressOf(
    store,
    rows.flatMap((row) => (row.kind === 'goal' ? row.id : [])),
  );
  const items = rows.map((row) =>
    row.kind === 'goal' ? { ...row, progress: progress.get(row.id) ?? noProgress } : row,
  );
  const { total, total_is_at_least, next_cursor } = page;
  return {
    items,
    total,
    ...(total_is_at_least && { total_is_at_least }),
    ...(next_cursor !== undefined && { next_cursor }),
  };
}

export async function listGoals(store: Store, query: PageQuery & Filters) {
  const page = await listItems(store, { ...query, kind: 'goal' });
  return { ...page, items: page.items as GoalRow[] };
}

async function progressOf(store: Store, ids: readonly string[]): Promise<Map<string, Progress>> {
  if (ids.length === 0) return new Map();
  return new Map((await store.goals.progress(ids)).map(({ goal_id, ...progress }) => [goal_id, progress]));
}

/** An item in full, as get_items shows it. Throws NotFoundError. */
export async function getItem<T extends Goal | Task>(store: Store, id: string, include: Include[] = []): Promise<T> {
  const { items } = await getItems(store, { ids: [id], include, maxChars: unbounded });
  const [item] = items as unknown as T[];
  if (!item) throw new Error(`${id} was found and not shown`);
  return item;
}

/** A tree as flat rows, the links between them, and how many there are in all. */
export async function readTree(store: Store, roots: { goals: string[]; tasks: string[] }, limit: number) {
  const rows = await store.tasks.tree(roots, limit);
  const ids = rows.map(({ id }) => id);
  const [goal_id] = [...roots.goals, ...rows.map((row) => row.goal_id)];
  const [links, ready] = await Promise.all([
    ids.length > 0 ? store.tasks.linksOf(ids) : [],
    ids.length > 0 ? store.tasks.ready({ goal_id }, limit) : [],
  ]);
  const canStart = new Set(ready.map(({ id }) => id));
  return {
    tasks: rows.map((row) => toTreeTask(row, canStart)),
    tasks_total: rows[0]?.total ?? 0,
    links: links.map(({ from_task_id: from, to_task_id: to, type }): Link => ({ from, to, type })),
  };
}

function toTreeTask(row: TreeRow, canStart: ReadonlySet<string>): TreeTask {
  const { id, goal_id, parent_task_id, title, status, priority, percent, version } = row;
  const { blocked_by, lease_holder, lease_until } = row;
  return {
    ...{ id, goal_id, title, status, priority, percent, version },
    ...{ open_blockers: blocked_by, ready: canStart.has(id) },
    ...(parent_task_id !== null && { parent_task_id }),
    ...(lease_holder !== null && { lease_holder }),
    ...(lease_until !== null && { lease_until: lease_until.toISOString() }),
  };
}

/** The event that wrote this version of an item, or another of its latest: what undoing the change means. */
export async function eventOf(store: Store, id: string, isIt: (event: { type: string; version: unknown }) => boolean) {
  const latest = await store.events.latest([id], 5);
  const event = latest.find(({ type, after }) => isIt({ type, version: after?.version }));
  return event ? { undo_event: event.id } : {};
}

/** Counts a creation of this client; throws RateLimitError. */
export const countCreation = ({ limiter }: Parts, { address }: Request): Promise<void> =>
  limiter.take('create', address);
