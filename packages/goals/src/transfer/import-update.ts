import type { Goal } from '../goals/types.ts';
import type { Status } from '../items/fields.ts';
import { noLease } from '../tasks/state.ts';
import type { Task } from '../tasks/types.ts';
import { difference } from '../work/output.ts';
import { inPortions } from '../work/portions.ts';
import { goalFields, taskFields } from '../work/recorded.ts';
import type { Unit } from '../work/store.ts';
import type { PlannedItem } from './import-plan.ts';

/** Writes what changed in the source since it was imported last, into items that are locked. */
export async function updateStored(unit: Unit, items: readonly PlannedItem[]): Promise<void> {
  for (const some of inPortions(items)) {
    const goals = some.filter(({ entry }) => entry.kind === 'goal');
    const tasks = some.filter(({ entry }) => entry.kind === 'task');
    if (goals.length > 0) await updateGoals(unit, goals);
    if (tasks.length > 0) await updateTasks(unit, tasks);
  }
}

async function updateGoals(unit: Unit, items: readonly PlannedItem[]): Promise<void> {
  const changed = merge(await unit.goals.lock(idsOf(items)), items, (goal: Goal, { changes }) => ({
    ...goal,
    ...(changes as Partial<Goal>),
    ...('status' in changes && times(goal, changes, unit.now)),
  }));
  const versions = new Map((await unit.goals.save(changed.map(({ is }) => is))).map((row) => [row.id, row.version]));
  await retag(unit, changed);
  for (const { was, is } of changed) {
    const { before = {}, after = {} } = difference(was, is, goalFields) ?? {};
    const version = versions.get(is.id);
    unit.record({ type: 'goal_updated', goal_id: is.id, before, after: { ...after, version } });
    if (is.project !== was.project) {
      for (const task of await unit.tasks.moveToProject(is.id, is.project)) {
        const change = { before: { project: was.project }, after: { project: is.project, version: task.version } };
        unit.record({ type: 'task_updated', goal_id: is.id, task_id: task.id, ...change });
      }
    }
  }
}

async function updateTasks(unit: Unit, items: readonly PlannedItem[]): Promise<void> {
  const changed = merge(await unit.tasks.lock(idsOf(items)), items, (task: Task, { changes, moved, parent }) => ({
    ...task,
    ...(changes as Partial<Task>),
    ...(moved && { parent_task_id: parent?.id ?? null }),
    ...('status' in changes && {
      ...(changes.status === 'in_progress' ? {} : noLease),
      ...times(task, changes, unit.now),
      ...(changes.percent === undefined && changes.status === 'completed' && { percent: 100 }),
    }),
  }));
  const versions = new Map((await unit.tasks.save(changed.map(({ is }) => is))).map((row) => [row.id, row.version]));
  await retag(unit, changed);
  for (const { was, is } of changed) {
    const { before = {}, after = {} } = difference(was, is, taskFields) ?? {};
    const version = versions.get(is.id);
    unit.record({ type: 'task_updated', goal_id: is.goal_id, task_id: is.id, before, after: { ...after, version } });
  }
}

const idsOf = (items: readonly PlannedItem[]): string[] => items.flatMap(({ id }) => id ?? []);

function merge<T extends Goal | Task>(
  rows: readonly T[],
  items: readonly PlannedItem[],
  change: (row: T, item: PlannedItem) => T,
): { was: T; is: T }[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return items.flatMap((item) => {
    const was = byId.get(item.id ?? '');
    return was ? [{ was, is: change(was, item) }] : [];
  });
}

/** When it started and was completed, as far as the source does not say it. */
function times(
  row: Goal | Task,
  changes: Record<string, unknown>,
  now: Date,
): Pick<Goal, 'started_at' | 'completed_at'> {
  const status = changes.status as Status;
  const begun = status === 'in_progress' || status === 'completed';
  const said = changes as Partial<Goal>;
  return {
    started_at: said.started_at ?? row.started_at ?? (begun ? now : null),
    completed_at: status === 'completed' ? (said.completed_at ?? row.completed_at ?? now) : null,
  };
}

async function retag(unit: Unit, changed: readonly { was: Goal | Task; is: Goal | Task }[]): Promise<void> {
  const other = changed.filter(({ was, is }) => JSON.stringify(was.tags) !== JSON.stringify(is.tags));
  if (other.length > 0) await unit.tags.replace(other.map(({ is: { id, tags } }) => ({ id, tags })));
  unit.reindex(...changed.map(({ is }) => is.id));
}
