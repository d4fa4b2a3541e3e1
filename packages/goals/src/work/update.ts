import { type AppError, ConflictError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { Goal } from '../goals/types.ts';
import type { Caller } from '../items/caller.ts';
import { isOpen } from '../items/fields.ts';
import { splitIds } from '../items/ids.ts';
import type { Task } from '../tasks/types.ts';
import { notFound } from './create.ts';
import { isTakenRef, refuseTakenRefs, saveTasks } from './external-refs.ts';
import { difference } from './output.ts';
import { type GoalPatch, patchGoal } from './patch-goal.ts';
import { patchTask, type TaskPatch } from './patch-task.ts';
import { goalFields, taskFields } from './recorded.ts';
import { refuseStale } from './stale.ts';
import type { Store, Unit } from './store.ts';

export type ItemPatch = GoalPatch & TaskPatch & { id: string; expected_version?: number | undefined };

export interface UpdateInput {
  items: ItemPatch[];
  open_tasks: 'refuse' | 'complete' | 'cancel';
  all_or_nothing: boolean;
}

export interface Outcome {
  id: string;
  version?: number;
  changed?: string[];
  /** Of a goal: the open tasks that were closed with it, at most 50 of them by name. */
  closed_tasks?: { count: number; ids: string[] };
  error?: string;
  hint?: string;
}

/** What the patches of one call work on, and what they change. */
export interface Changes {
  readonly unit: Unit;
  readonly openTasks: UpdateInput['open_tasks'];
  readonly goals: Map<string, Goal>;
  readonly tasks: Map<string, Task>;
  /** Rows as they are stored, for the events. */
  readonly was: Map<string, Goal | Task>;
  /** What the answer says of each item that was written. */
  readonly versions: Map<string, { version: number; changed: string[] }>;
  /** Tasks that are closed with a goal, by goal. */
  readonly closedWith: Map<string, string[]>;
}

/** Patches by id: only the named fields change. An outcome per item, or all or nothing. */
export async function updateItems(
  store: Store,
  input: UpdateInput,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
) {
  const twice = input.items.find((item, index) => input.items.findIndex(({ id }) => id === item.id) !== index);
  if (twice) throw new ValidationError(`${twice.id} is named twice; give one patch per item.`);
  const write = () => store.write(caller, (unit) => updateInside(unit, input), signal);
  // A reference that was taken between look and write: the second look sees it, and the other items are saved.
  const outcomes = await write().catch((error: unknown) => {
    if (input.items.length === 1 || input.all_or_nothing || !isTakenRef(error)) throw error;
    return write();
  });
  return { items: outcomes };
}

const namedTasks = 50;

async function updateInside(unit: Unit, input: UpdateInput): Promise<Outcome[]> {
  const changes = await lockAll(unit, input);
  const outcomes: Outcome[] = [];
  for (const patch of input.items) {
    const undo = { goals: new Map(changes.goals), tasks: new Map(changes.tasks) };
    try {
      await applyPatch(changes, patch);
      await refuseTakenRefs(changes);
      outcomes.push({ id: patch.id });
    } catch (error) {
      if (!isRefusal(error) || input.all_or_nothing || input.items.length === 1) throw error;
      restore(changes.goals, undo.goals);
      restore(changes.tasks, undo.tasks);
      changes.closedWith.delete(patch.id);
      const { message, hint } = error;
      outcomes.push({ id: patch.id, error: message, ...(hint !== undefined && { hint }) });
    }
    // The rules for the patches that follow are judged on what is stored.
    if (input.items.length > 1 && setsOthersBack(changes, patch)) await refresh(changes);
  }
  await settle(changes);
  const { versions, closedWith } = changes;
  return outcomes.map((outcome) => {
    if (outcome.error !== undefined) return outcome;
    const closed = closedWith.get(outcome.id);
    const closed_tasks = closed && { count: closed.length, ids: closed.slice(0, namedTasks) };
    return { ...outcome, ...(versions.get(outcome.id) ?? { changed: [] }), ...(closed_tasks && { closed_tasks }) };
  });
}

/** What the rules say no to. Anything else (a deadlock, a lost connection) ends the transaction and is not an item's outcome. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof ConflictError || error instanceof NotFoundError || error instanceof ValidationError;
}

/** A move changes the tree, a reopened task blocks others again: neither can be judged from the rows in hand. */
function setsOthersBack({ tasks, was }: Changes, { id }: ItemPatch): boolean {
  const before = was.get(id) as Task | undefined;
  const after = tasks.get(id);
  if (!before || !after) return false;
  const moved = before.goal_id !== after.goal_id || before.parent_task_id !== after.parent_task_id;
  return moved || (!isOpen(before.status) && isOpen(after.status));
}

/** Writes what has changed so far and reads the tasks in hand anew. */
async function refresh(changes: Changes): Promise<void> {
  await settle(changes);
  const { unit, goals, tasks, was } = changes;
  for (const goal of goals.values()) was.set(goal.id, goal);
  for (const task of await unit.tasks.get([...tasks.keys()])) {
    tasks.set(task.id, task);
    was.set(task.id, task);
  }
}

function restore<T>(target: Map<string, T>, source: Map<string, T>): void {
  target.clear();
  for (const [id, row] of source) target.set(id, row);
}

/** Goals before tasks, each in order of number, so that two calls wait for each other instead of deadlocking. */
async function lockAll(unit: Unit, input: UpdateInput): Promise<Changes> {
  const ids = splitIds(input.items.map(({ id }) => id));
  const unlocked = ids.tasks.length > 0 ? await unit.tasks.get(ids.tasks) : [];
  const structural = input.items.some(
    ({ status, goal_id, parent_task_id }) =>
      status !== undefined || goal_id !== undefined || parent_task_id !== undefined,
  );
  const targets = input.items.flatMap(({ goal_id }) => goal_id ?? []);
  const parents = input.items.flatMap(({ parent_task_id }) => parent_task_id ?? []);
  if (parents.length > 0 || targets.length > 0) await unit.tasks.lockGraph();
  const goalIds = structural ? [...ids.goals, ...targets, ...unlocked.map((task) => task.goal_id)] : ids.goals;
  const goals = goalIds.length > 0 ? await unit.goals.lock([...new Set(goalIds)]) : [];
  // A parent is locked with its sub-task, so that it cannot be closed while the sub-task is reopened.
  const above = structural ? unlocked.flatMap((task) => task.parent_task_id ?? []) : [];
  const wanted = [...new Set([...ids.tasks, ...parents, ...above])];
  const tasks = ids.tasks.length > 0 ? await unit.tasks.lock(wanted) : [];
  if (structural) await lockNewPlaces(unit, goals, tasks);
  return {
    unit,
    versions: new Map(),
    closedWith: new Map(),
    openTasks: input.open_tasks,
    goals: new Map(goals.map((goal) => [goal.id, goal])),
    tasks: new Map(tasks.map((task) => [task.id, task])),
    was: new Map([...goals, ...tasks].map((row) => [row.id, row])),
  };
}

/** A task may have been moved before it was locked: then its goal and parent of now are locked too. */
async function lockNewPlaces(unit: Unit, goals: Goal[], tasks: Task[]): Promise<void> {
  const parents = tasks
    .flatMap((task) => task.parent_task_id ?? [])
    .filter((id) => !tasks.some((task) => task.id === id));
  const newGoals = tasks.map((task) => task.goal_id).filter((id) => !goals.some((goal) => goal.id === id));
  if (newGoals.length > 0) goals.push(...(await unit.goals.lock([...new Set(newGoals)])));
  if (parents.length > 0) tasks.push(...(await unit.tasks.lock([...new Set(parents)])));
}

async function applyPatch(changes: Changes, patch: ItemPatch): Promise<void> {
  const row = changes.goals.get(patch.id) ?? changes.tasks.get(patch.id);
  if (!row || row.deleted_at) throw notFound([patch.id]);
  if (patch.expected_version !== undefined && patch.expected_version !== row.version) {
    await refuseStale(changes.unit, { id: patch.id, expected: patch.expected_version, current: row.version });
  }
  if (changes.goals.has(patch.id)) await patchGoal(changes, patch.id, patch);
  else await patchTask(changes, patch.id, patch);
}

/** Writes what changed: rows, tags, events, search documents. Notes versions and changed fields. */
async function settle(changes: Changes): Promise<void> {
  const { unit, was, versions } = changes;
  const goals = diffs(changes.goals, was as Map<string, Goal>, goalFields);
  const tasks = diffs(changes.tasks, was as Map<string, Task>, taskFields);
  const note = (id: string, version: number, after: object): void => {
    const changed = new Set([...(versions.get(id)?.changed ?? []), ...Object.keys(after)]);
    versions.set(id, { version, changed: [...changed] });
  };
  const savedGoals = goals.length > 0 ? await unit.goals.save(goals.map(({ row }) => row)) : [];
  const savedTasks = await saveTasks(
    unit,
    tasks.map(({ row }) => row),
    was as Map<string, Task>,
  );
  await unit.tags.replace(
    [...goals, ...tasks].filter(({ diff }) => 'tags' in diff.after).map(({ row: { id, tags } }) => ({ id, tags })),
  );
  const saved = new Map([...savedGoals, ...savedTasks].map(({ id, version }) => [id, version]));
  for (const { row, diff } of goals) {
    const version = saved.get(row.id) ?? row.version;
    note(row.id, version, diff.after);
    unit.record({ type: 'goal_updated', goal_id: row.id, before: diff.before, after: { ...diff.after, version } });
  }
  for (const { row, diff } of tasks) {
    const version = saved.get(row.id) ?? row.version;
    note(row.id, version, diff.after);
    unit.record({
      type: 'task_updated',
      goal_id: row.goal_id,
      task_id: row.id,
      before: diff.before,
      after: { ...diff.after, version },
    });
  }
  for (const { row, diff } of goals) {
    if ('project' in diff.after) await moveTasks(changes, row, diff.before.project);
  }
  const searched = ['title', 'description', 'tags', 'goal_id'];
  unit.reindex(
    ...[...goals, ...tasks]
      .filter(({ diff }) => searched.some((field) => field in diff.after))
      .map(({ row }) => row.id),
  );
}

/** The tasks of a goal follow it to its new project. */
async function moveTasks({ unit, versions }: Changes, goal: Goal, from: unknown): Promise<void> {
  for (const { id, version } of await unit.tasks.moveToProject(goal.id, goal.project)) {
    const noted = versions.get(id);
    if (noted) versions.set(id, { ...noted, version });
    const after = { project: goal.project, version };
    unit.record({ type: 'task_updated', goal_id: goal.id, task_id: id, before: { project: from }, after });
  }
}

function diffs<T extends Goal | Task>(
  rows: Map<string, T>,
  was: Map<string, T>,
  fields: readonly (keyof T & string)[],
) {
  return [...rows.values()].flatMap((row) => {
    const before = was.get(row.id);
    const diff = before && difference(before, row, fields);
    return diff ? [{ row, diff }] : [];
  });
}
