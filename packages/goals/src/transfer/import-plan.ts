import { isOpen, type Status } from '../items/fields.ts';
import { toItemId } from '../items/ids.ts';
import { planLimits } from '../tasks/plan.ts';
import type { ImportWarning } from './bundle.ts';
import { type Entry, momentOf, sameValue } from './entries.ts';
import { type ImportState, refKey, type StoredItem } from './import-state.ts';

/** What becomes of an entry. */
export interface PlannedItem {
  entry: Entry;
  outcome: 'created' | 'updated' | 'unchanged' | 'refused';
  reason?: string;
  /** The stored item, or the id to create it with; a new id is given later when there is none. */
  id: string | undefined;
  stored: StoredItem | undefined;
  goal: PlannedItem | StoredItem | undefined;
  parent: PlannedItem | StoredItem | undefined;
  depth: number;
  project: string;
  /** Columns to write, as they will be. */
  changes: Record<string, unknown>;
  /** Whether it has another parent than it had. */
  moved: boolean;
}

export interface PlanOptions {
  keepIds: boolean;
  target: StoredItem | undefined;
  instance: string;
  actor: string;
}

type Place = PlannedItem | StoredItem;
export const isPlanned = (place: Place): place is PlannedItem => 'entry' in place;

/** True when the item will be there after the import. */
export const stands = (item: PlannedItem | undefined): item is PlannedItem =>
  item !== undefined && (item.stored !== undefined || item.outcome !== 'refused');

/** Status after the import. */
export function statusOf(place: Place): Status {
  if (!isPlanned(place)) return place.status;
  return (place.changes.status as Status | undefined) ?? place.stored?.status ?? 'pending';
}

const isGone = (place: Place): boolean =>
  isPlanned(place)
    ? Boolean(place.stored ? place.stored.deleted_at : place.changes.deleted_at)
    : place.deleted_at !== null;
/** Closed, and not by this import. */
const isShut = (place: Place): boolean => {
  const stored = isPlanned(place) ? place.stored : place;
  return stored !== undefined && !isOpen(stored.status) && !(isPlanned(place) && 'status' in place.changes);
};
/** Its id, or what stands for it until it has one. */
export const keyOf = (place: Place): string => (isPlanned(place) ? (place.id ?? place.entry.name) : place.id);
const nameOf = (place: Place): string => (isPlanned(place) ? (place.id ?? `"${place.entry.key}"`) : place.id);

/** Entries, parents first -> what becomes of each; by kind and key. */
export function planItems(
  entries: readonly Entry[],
  state: ImportState,
  options: PlanOptions,
): { items: Map<string, PlannedItem>; warnings: ImportWarning[] } {
  const items = new Map<string, PlannedItem>();
  const warnings: ImportWarning[] = [];
  const refs = new Map(state.refs);
  const levels = levelsBelow(state);
  for (const entry of entries) {
    const item = identify(entry, state, options);
    items.set(entry.name, item);
    if (item.outcome === 'refused') continue;
    const reason =
      (entry.kind === 'task' ? place(item, { items, state, options, levels }) : undefined) ??
      refuse(item, { refs, options });
    if (reason === undefined) continue;
    Object.assign(item, { outcome: 'refused', reason, changes: {}, moved: false });
  }
  for (const item of items.values()) if (item.outcome !== 'refused') judge(item, warnings);
  openAgain(items, state, warnings);
  tellGone(items, warnings);
  return { items, warnings };
}

/** Which stored item it is, and in which columns it differs from what the source says now. */
function identify(entry: Entry, state: ImportState, { keepIds }: PlanOptions): PlannedItem {
  const imported = state.imported.get(entry.name);
  const kept = keepIds && entry.key !== '' ? toItemId(entry.key) : undefined;
  const item: PlannedItem = {
    ...{ entry, outcome: 'created', id: kept ?? imported?.id, stored: undefined, goal: undefined, parent: undefined },
    ...{ depth: 1, project: String(entry.values.project ?? 'default'), changes: { ...entry.values }, moved: false },
  };
  const refused = (reason: string): PlannedItem => ({ ...item, outcome: 'refused', reason, changes: {} });
  if (keepIds && entry.key !== '' && kept?.startsWith(entry.kind === 'goal' ? 'GOAL-' : 'TASK-') !== true)
    return refused(`its key is no id of a ${entry.kind}, and keep_ids is set`);
  if (kept !== undefined && imported && imported.id !== kept)
    return refused(`it was imported from this source before, as ${imported.id}`);
  const stored = item.id === undefined ? undefined : state.items.get(item.id);
  if (!stored) return item;
  const same =
    entry.created_at === undefined
      ? stored.title === entry.values.title
      : momentOf(entry.created_at) === stored.created_at.getTime();
  if (kept !== undefined && !imported && !same) return refused(`${kept} is something else here: "${stored.title}"`);
  const row = state.rows.get(stored.id) as unknown as Record<string, unknown> | undefined;
  const differs = (column: string): boolean =>
    imported?.fields[column] !== entry.hashes[column] &&
    row !== undefined &&
    !sameValue(column, row[column], entry.values[column]);
  const changes = Object.fromEntries(Object.entries(entry.values).filter(([column]) => differs(column)));
  const above = stored.parent_task_id === null ? undefined : state.items.get(stored.parent_task_id);
  const goal = entry.kind === 'task' ? state.items.get(stored.goal_id) : undefined;
  return { ...item, id: stored.id, stored, changes, goal, parent: above, project: stored.project };
}

interface Known {
  items: Map<string, PlannedItem>;
  state: ImportState;
  options: PlanOptions;
  levels(id: string): number;
}

/** Finds the goal and the parent of a task; answers why it cannot be there. */
function place(item: PlannedItem, known: Known): string | undefined {
  const { entry, stored } = item;
  const { state, items, levels } = known;
  const fields = state.imported.get(entry.name)?.fields;
  const parent = entry.parent === undefined ? undefined : items.get(`task ${entry.parent}`);
  if (stored && fields?.goal === entry.hashes.goal && fields?.parent === entry.hashes.parent) {
    // It stays where it is here, also when somebody moved it since: the source has not changed its mind.
    const above = stored.parent_task_id === null ? undefined : state.items.get(stored.parent_task_id);
    const isAbove = parent?.id !== undefined && parent.id === stored.parent_task_id;
    Object.assign(item, { parent: isAbove ? parent : above, depth: depthOf(stored, state), project: stored.project });
    return undefined;
  }
  if (entry.parent !== undefined && !stands(parent))
    return parent ? `its parent "${entry.parent}" is refused` : `its parent "${entry.parent}" is not in the source`;
  const goal = findGoal(entry, parent, known);
  if (typeof goal === 'string') return goal;
  Object.assign(item, { goal, parent, depth: (parent?.depth ?? 0) + 1, project: goal.project });
  if (stored && stored.goal_id !== keyOf(goal))
    return `${stored.id} is in ${stored.goal_id} here, in the source in ${nameOf(goal)}: move it with update_items`;
  item.moved = stored !== undefined && stored.parent_task_id !== (parent?.id ?? null);
  const deepest = item.depth + (item.moved && stored ? levels(stored.id) - 1 : 0);
  return deepest > planLimits.depth ? `it would be ${deepest} levels deep, ${planLimits.depth} is the most` : undefined;
}

/** The goal of a new or moved task, or why there is none. */
function findGoal(
  entry: Entry,
  parent: PlannedItem | undefined,
  { items, options: { target } }: Known,
): Place | string {
  const goal = target ?? (parent && entry.goal === undefined ? parent.goal : items.get(`goal ${entry.goal ?? ''}`));
  if (goal === undefined) return `its goal "${entry.goal ?? ''}" is not in the source`;
  if (isPlanned(goal) && !stands(goal)) return `its goal "${entry.goal ?? ''}" is refused`;
  if (parent?.goal && keyOf(parent.goal) !== keyOf(goal)) return `its parent "${entry.parent}" is in another goal`;
  return goal;
}

/** Why the state of the store forbids it. */
function refuse(
  item: PlannedItem,
  { refs, options }: { refs: Map<string, string>; options: PlanOptions },
): string | undefined {
  const { entry, stored, changes, goal, parent } = item;
  const above = [parent, goal].filter((some) => some !== undefined);
  const says = !stored || item.moved || Object.keys(changes).some((column) => column !== 'deleted_at');
  if (stored?.deleted_at && says) return `${stored.id} is deleted here: restore it first`;
  if (!stored || item.moved) {
    const gone = above.find(isGone);
    if (gone && !changes.deleted_at) return `${nameOf(gone)} above it is deleted`;
  }
  const opens = !changes.deleted_at && isOpen(statusOf(item)) && (!stored || item.moved || 'status' in changes);
  if (opens) {
    for (let some: Place | undefined = item; some; some = isPlanned(some) ? some.parent : undefined) {
      if (some !== item && isShut(some)) return `${nameOf(some)} above it is ${statusOf(some)}: reopen it first`;
    }
    if (goal && isShut(goal)) return `${nameOf(goal)} is ${statusOf(goal)}: reopen it first`;
  }
  const holder = stored?.held_by;
  const own = holder === options.actor && stored?.held_in === options.instance;
  if ('status' in changes && holder && !own && changes.status !== 'cancelled')
    return `${stored?.id} is held by ${holder}, and its status would change`;
  const ref = changes.external_ref;
  if (typeof ref !== 'string' || changes.deleted_at) return undefined;
  const taken = refs.get(refKey(item.project, ref));
  if (taken !== undefined && taken !== stored?.id)
    return `its external_ref ${JSON.stringify(ref)} is taken by ${taken}`;
  refs.set(refKey(item.project, ref), stored?.id ?? `"${entry.key}"`);
  return undefined;
}

function judge(item: PlannedItem, warnings: ImportWarning[]): void {
  if (!item.stored) return;
  if (item.changes.deleted_at && !item.stored.deleted_at)
    warnings.push({ at: item.entry.key, message: `${item.id} is deleted in the source; an import deletes nothing.` });
  delete item.changes.deleted_at;
  item.outcome = item.moved || Object.keys(item.changes).length > 0 ? 'updated' : 'unchanged';
}

/** Unchanged, and not to be seen: after an import was undone, the same one again brings nothing back. */
function tellGone(items: Map<string, PlannedItem>, warnings: ImportWarning[]): void {
  const gone = [...items.values()].filter(
    ({ entry, outcome, stored }) => outcome === 'unchanged' && stored?.deleted_at && !entry.values.deleted_at,
  );
  const [first] = gone;
  if (!first) return;
  const which = gone.length === 1 ? `${first.id} is` : `${gone.length} items of the source are`;
  warnings.push({
    message: `${which} deleted here and left so${gone.length === 1 ? '' : `, ${first.id} for one`}: restore with delete_items, or undo the undoing.`,
  });
}

/** What the source closes over open work stays in progress: no task or goal is closed while something below it is open. */
function openAgain(items: Map<string, PlannedItem>, state: ImportState, warnings: ImportWarning[]): void {
  const planned = new Map([...items.values()].filter(stands).map((item) => [item.id ?? item.entry.name, item]));
  /** Ids and names of what has something open below it. */
  const busy = new Set<string>();
  for (const item of state.items.values()) {
    if (planned.has(item.id) || !isOpen(item.status) || item.deleted_at) continue;
    busy.add(item.goal_id);
    if (item.parent_task_id !== null) busy.add(item.parent_task_id);
  }
  for (const item of [...planned.values()].reverse()) {
    const isSet = item.outcome !== 'refused' && 'status' in item.changes;
    if (isSet && !isOpen(statusOf(item)) && busy.has(keyOf(item)) && !isGone(item)) {
      const was = statusOf(item);
      item.changes = { ...item.changes, status: 'in_progress', completed_at: null };
      warnings.push({
        at: item.entry.key,
        message: `is ${was} in the source with open work below it; it becomes in_progress.`,
      });
    }
    if (item.entry.kind === 'goal' || !isOpen(statusOf(item)) || isGone(item)) continue;
    for (const above of [item.goal, item.parent]) if (above) busy.add(keyOf(above));
  }
}

function depthOf(item: StoredItem, state: ImportState): number {
  let depth = 1;
  for (let id = item.parent_task_id; id !== null && depth <= planLimits.depth; depth++)
    id = state.items.get(id)?.parent_task_id ?? null;
  return depth;
}

/** How many levels a stored task and what is below it take. */
function levelsBelow({ items }: ImportState): (id: string) => number {
  let children: Map<string | null, StoredItem[]> | undefined;
  const levels = (id: string): number => {
    children ??= Map.groupBy(items.values(), ({ parent_task_id }) => parent_task_id);
    return 1 + Math.max(0, ...(children.get(id) ?? []).map((child) => levels(child.id)));
  };
  return levels;
}
