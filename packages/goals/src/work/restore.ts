import { ConflictError } from '@mcp-servers/core';
import type { Goal } from '../goals/types.ts';
import { isOpen } from '../items/fields.ts';
import type { BranchTask } from '../tasks/types.ts';
import { type Branches, below, type Chosen } from './branches.ts';
import type { Repositories, Unit } from './store.ts';

/** The named items, and what went along when they were deleted: rows of the same moment below them, not what was deleted before. */
export async function chooseForRestore(from: Repositories, branches: Branches): Promise<Chosen> {
  const deleted = branches.roots.filter((root) => root.deleted_at);
  const goals = deleted.filter((root): root is Goal => !isTask(root));
  const tasks = new Map<string, BranchTask>();
  for (const root of deleted) {
    if (isTask(root)) tasks.set(root.id, root);
    for (const task of below(branches, root.id)) {
      if (task.deleted_at?.getTime() === root.deleted_at?.getTime()) tasks.set(task.id, task);
    }
  }
  for (const root of deleted) if (isTask(root)) refusePlace(root, branches, { goals, tasks });
  const [taken] = tasks.size > 0 ? await from.tasks.takenRefs([...tasks.keys()]) : [];
  if (taken) {
    throw new ConflictError(
      `Nothing was restored: ${taken.id} has external_ref "${taken.external_ref}", which ${taken.taken_by} of the same project has now.`,
      { hint: `Change the external_ref of ${taken.taken_by} with update_items, or delete it, then restore again.` },
    );
  }
  return {
    goals,
    tasks: [...tasks.values()],
    unchanged: branches.roots.filter((root) => !root.deleted_at).map(({ id }) => id),
  };
}

const isTask = (row: Goal | BranchTask): row is BranchTask => 'goal_id' in row;

/** A restored task needs its goal and the task above it, there and, if it is open, open. */
function refusePlace(
  task: BranchTask,
  branches: Branches,
  restored: { goals: readonly Goal[]; tasks: ReadonlyMap<string, BranchTask> },
): void {
  const goal = branches.goals.get(task.goal_id);
  const parent = branches.above.get(task.parent_task_id ?? '');
  for (const place of [goal, parent]) {
    if (!place) continue;
    const comesBack = restored.goals.some(({ id }) => id === place.id) || restored.tasks.has(place.id);
    if (place.deleted_at && !comesBack) {
      throw new ConflictError(`${task.id} cannot be restored: ${place.id} above it is deleted.`, {
        hint: `Restore both: delete_items {"ids":["${place.id}","${task.id}"],"restore":true}.`,
      });
    }
    if (isOpen(task.status) && !isOpen(place.status)) {
      throw new ConflictError(`${task.id} is ${task.status} and cannot be restored: ${place.id} is ${place.status}.`, {
        hint: `Reopen ${place.id} with update_items first.`,
      });
    }
  }
}

export async function restore(unit: Unit, { goals, tasks }: Chosen): Promise<void> {
  const was = new Map([...goals, ...tasks].map((row) => [row.id, row]));
  const change = (id: string, version: number) => ({
    before: { deleted_at: was.get(id)?.deleted_at },
    after: { deleted_at: null, version },
  });
  const saved = goals.length > 0 ? await unit.goals.save(goals.map((goal) => ({ ...goal, deleted_at: null }))) : [];
  for (const { id, version } of saved) unit.record({ type: 'goal_restored', goal_id: id, ...change(id, version) });
  const goalOf = new Map(tasks.map((task) => [task.id, task.goal_id]));
  for (const { id, version } of tasks.length > 0 ? await unit.tasks.restore([...goalOf.keys()]) : []) {
    unit.record({ type: 'task_restored', goal_id: goalOf.get(id) ?? '', task_id: id, ...change(id, version) });
  }
}
