import { createHash } from 'node:crypto';
import type { Goal } from '../goals/types.ts';
import type { Task } from '../tasks/types.ts';
import type { Bundle, BundleGoal, BundleTask } from './bundle.ts';

/** A goal or task of a source, ready to be compared with what is stored. */
export interface Entry {
  kind: 'goal' | 'task';
  key: string;
  /** In `import_entries`: unique among everything of a source. */
  name: string;
  /** Keys inside the source; of tasks. */
  goal: string | undefined;
  parent: string | undefined;
  created_at: string | undefined;
  created_by: string | undefined;
  /** The columns the source names. */
  values: Record<string, unknown>;
  /** A hash of each value, and of the place in the source. */
  hashes: Record<string, string>;
}

/** Key of the goal that is made for tasks without one. No source can name it: keys are not empty. */
export const ownGoal = '';

const goalColumns = [
  ...['title', 'description', 'status', 'priority', 'due_at', 'tags', 'metadata', 'project'],
  ...['started_at', 'completed_at', 'deleted_at'],
] as const satisfies readonly (keyof Goal)[];
const taskColumns = [
  ...['title', 'description', 'status', 'priority', 'due_at', 'tags', 'metadata', 'started_at', 'completed_at'],
  ...['deleted_at', 'defer_until', 'position', 'estimate_minutes', 'percent', 'acceptance', 'assignee', 'result'],
  'external_ref',
] as const satisfies readonly (keyof Task)[];

export interface EntryOptions {
  /** Every goal of the source stands for an existing one. */
  intoGoal: boolean;
  /** Instead of the projects the source names. */
  project: string | undefined;
  /** Title of the goal that tasks without one get. */
  title: string;
}

/** A bundle as entries: goals, then tasks, parents first. `loops` are tasks that are below themselves. */
export function toEntries(
  bundle: Bundle,
  { intoGoal, project, title }: EntryOptions,
): { entries: Entry[]; loops: Entry[] } {
  const loose = bundle.tasks.some((task) => task.goal === undefined && task.parent === undefined);
  const begun = bundle.tasks.some(({ status }) => status === 'in_progress' || status === 'completed');
  const own: BundleGoal[] = loose ? [{ id: ownGoal, title, status: begun ? 'in_progress' : 'pending' }] : [];
  const goals = intoGoal
    ? []
    : [...own, ...bundle.goals].map((goal) => toEntry('goal', { ...goal, ...(project !== undefined && { project }) }));
  const tasks = new Map(bundle.tasks.map((task) => [task.id, toEntry('task', task)]));
  const { ordered, loops } = parentsFirst(tasks);
  return { entries: [...goals, ...ordered], loops };
}

function toEntry(kind: 'goal' | 'task', given: BundleGoal | BundleTask): Entry {
  const { id, created_at, created_by } = given;
  const { goal, parent } = given as Partial<BundleTask>;
  const columns: readonly string[] = kind === 'goal' ? goalColumns : taskColumns;
  const named = given as Record<string, unknown>;
  const values = Object.fromEntries(
    columns.filter((column) => named[column] !== undefined).map((column) => [column, named[column]]),
  );
  const hashes = Object.fromEntries(Object.entries(values).map(([column, value]) => [column, hashOf(value)]));
  if (kind === 'task') Object.assign(hashes, { parent: hashOf(parent ?? null), goal: hashOf(goal ?? null) });
  return { kind, key: id, name: nameOf(kind, id), goal, parent, created_at, created_by, values, hashes };
}

export const nameOf = (kind: string, ...parts: (string | undefined)[]): string =>
  kind === 'goal' || kind === 'task' ? `${kind} ${parts[0] ?? ''}` : `${kind} ${hashOf(parts, 24)}`;

function parentsFirst(tasks: ReadonlyMap<string, Entry>): { ordered: Entry[]; loops: Entry[] } {
  const children = Map.groupBy(tasks.values(), ({ parent }) =>
    parent !== undefined && tasks.has(parent) ? parent : '',
  );
  const ordered: Entry[] = [];
  const rest = (children.get('') ?? []).toReversed();
  for (let entry = rest.pop(); entry !== undefined; entry = rest.pop()) {
    ordered.push(entry);
    rest.push(...(children.get(entry.key) ?? []).toReversed());
  }
  const reached = new Set(ordered);
  return {
    ordered,
    loops: ordered.length === tasks.size ? [] : [...tasks.values()].filter((task) => !reached.has(task)),
  };
}

/** Times are equal when they are the same moment, objects whatever the order of their keys, tags whatever theirs. */
export function sameValue(column: string, a: unknown, b: unknown): boolean {
  if (column.endsWith('_at') || column === 'defer_until') return momentOf(a) === momentOf(b);
  if (column === 'tags' && Array.isArray(a) && Array.isArray(b))
    return canonical(a.toSorted()) === canonical(b.toSorted());
  return canonical(a ?? null) === canonical(b ?? null);
}

export const momentOf = (value: unknown): number | null =>
  value === null || value === undefined ? null : new Date(value as string | Date).getTime();

function hashOf(value: unknown, length = 10): string {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, length);
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
