import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type {
  Change,
  ChangeType,
  Event,
  EventPage,
  GoalDetail,
  GoalRow,
  ServerList,
  ServerStates,
  TaskDetail,
  TaskRow,
} from '../../../src/contract.ts';
import type { ActivityFilter, GoalFilter } from './queries.ts';

export interface ItemChange {
  id: string;
  /** Fields of the item as they are now; null: there is none any more. */
  fields: Record<string, unknown>;
  at?: string | undefined;
}

interface RowPage {
  items: (GoalRow | TaskRow)[];
  total: number;
  next_cursor?: string | undefined;
}

/** Fields that lists and details show, by the name they have there. */
const shown = [
  ...['title', 'description', 'status', 'priority', 'project', 'due_at', 'tags', 'version', 'assignee', 'percent'],
  ...['lease_holder', 'lease_until', 'deleted_at', 'started_at', 'completed_at', 'parent_task_id', 'position'],
] as const;

function merge<T extends object>(row: T, { fields, at }: ItemChange): T {
  // The stream tells a change after its own answer, and after that of a later one.
  if (Number(fields.version) < Number((row as { version?: number }).version)) return row;
  const next = { ...row } as Record<string, unknown>;
  for (const name of shown) {
    if (!(name in fields)) continue;
    if (fields[name] === null || fields[name] === undefined) delete next[name];
    else next[name] = fields[name];
  }
  if (at !== undefined && 'updated_at' in row) next.updated_at = at;
  return next as T;
}

/** Puts changed fields into every list and detail that shows the item, and takes it out of lists it left. */
export function patchItem(client: QueryClient, change: ItemChange): void {
  for (const kind of ['goals', 'tasks'] as const) {
    const lists = client.getQueriesData<InfiniteData<RowPage>>({ queryKey: [kind] });
    for (const [key, list] of lists) {
      if (!list?.pages.some((page) => page.items.some((row) => row.id === change.id))) continue;
      client.setQueryData(key, patchList(list, change, key[1] as GoalFilter));
    }
  }
  client.setQueriesData<GoalDetail>({ queryKey: ['goal'] }, (detail) => {
    if (!detail) return detail;
    if (detail.goal.id === change.id) return { ...detail, goal: merge(detail.goal, change) };
    if (!detail.tasks.some(({ id }) => id === change.id)) return detail;
    return { ...detail, tasks: patchTree(detail.tasks, change) };
  });
  client.setQueriesData<TaskDetail>({ queryKey: ['task'] }, (detail) => {
    if (!detail) return detail;
    if (detail.task.id === change.id) return { ...detail, task: merge(detail.task, change) };
    if (!detail.tasks.some(({ id }) => id === change.id)) return detail;
    return { ...detail, tasks: patchTree(detail.tasks, change) };
  });
}

function patchTree(tasks: GoalDetail['tasks'], change: ItemChange): GoalDetail['tasks'] {
  if (change.fields.deleted_at) return tasks.filter(({ id }) => id !== change.id);
  return tasks.map((task) => (task.id === change.id ? merge(task, change) : task));
}

function patchList(list: InfiniteData<RowPage>, change: ItemChange, filter: GoalFilter): InfiniteData<RowPage> {
  let left = 0;
  const pages = list.pages.map((page) => {
    const items = page.items.flatMap((row) => {
      if (row.id !== change.id) return [row];
      const next = merge(row, change);
      return belongs(next, filter) ? [next] : [];
    });
    left += page.items.length - items.length;
    return { ...page, items };
  });
  return { ...list, pages: pages.map((page) => ({ ...page, total: Math.max(0, page.total - left) })) };
}

const names = (text: string | undefined): string[] => text?.split(',') ?? [];

/** Whether a row still matches what its list is filtered by; what cannot be told here is left to the next reading. */
function belongs(row: GoalRow | TaskRow, { status, priority, deleted }: GoalFilter): boolean {
  if (status !== undefined && !names(status).includes(row.status)) return false;
  if (priority !== undefined && !names(priority).includes(row.priority)) return false;
  return deleted === 'true' || row.deleted_at === undefined;
}

export interface StreamChange {
  type: ChangeType;
  data: Change;
}

/** The stream's entry as the log lists it. */
function toEvent({ data: { change, ...rest } }: StreamChange): Event {
  return { ...rest, type: change };
}

/** Puts changes from the stream, in order, into everything that is shown. Links and progress are read again by the caller. */
export function patchChanges(client: QueryClient, changes: readonly StreamChange[]): void {
  for (const { type, data } of changes) {
    const gone = type.endsWith('_deleted') ? { deleted_at: data.at } : {};
    patchItem(client, { id: data.id, fields: { ...data.after, ...gone }, at: data.at });
  }
  const events = changes.map(toEvent).toReversed();
  for (const [key, list] of client.getQueriesData<InfiniteData<EventPage>>({ queryKey: ['activity'] })) {
    const filter = key[1] as ActivityFilter;
    client.setQueryData(
      key,
      prepend(
        list,
        events.filter((event) => matches(event, filter)),
      ),
    );
  }
  for (const [key, list] of client.getQueriesData<InfiniteData<EventPage>>({ queryKey: ['history'] })) {
    client.setQueryData(
      key,
      prepend(
        list,
        events.filter((event) => event.id === key[1] || event.goal_id === key[1]),
      ),
    );
  }
}

const matches = (event: Event, { types, actor }: ActivityFilter): boolean =>
  (types === undefined || names(types).includes(event.type)) && (actor === undefined || event.actor === actor);

/** In front of what is there; an event that was read before it arrived is not shown twice. */
function prepend(
  list: InfiniteData<EventPage> | undefined,
  events: readonly Event[],
): InfiniteData<EventPage> | undefined {
  const [first, ...rest] = list?.pages ?? [];
  if (!list || !first || events.length === 0) return list;
  const known = new Set(list.pages.flatMap((page) => page.items.map(({ event }) => event)));
  const fresh = events.filter(({ event }) => !known.has(event));
  if (fresh.length === 0) return list;
  return { ...list, pages: [{ ...first, items: [...fresh, ...first.items] }, ...rest] };
}

/** States of servers as the stream tells them. Answers whether one is new or another than shown. */
export function patchServers(client: QueryClient, states: ServerStates): boolean {
  const list = client.getQueryData<ServerList>(['servers']);
  if (!list) return false;
  const known = new Map(list.items.map((server) => [server.name, server.state]));
  const moved = Object.entries(states).some(([name, state]) => known.get(name) !== state);
  if (!moved) return false;
  const items = list.items.map((server) => ({ ...server, state: states[server.name] ?? server.state }));
  client.setQueryData<ServerList>(['servers'], { ...list, items });
  return true;
}
