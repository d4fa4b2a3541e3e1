import type { Goal } from '../goals/types.ts';
import type { Note } from '../notes/repository.ts';
import type { Task } from '../tasks/types.ts';
import { compact } from '../work/output.ts';
import { type ExportedLink, isTask } from './contents.ts';
import type { Outline } from './outline.ts';

/** A stored goal as an entry of the own format. */
export function toBundleGoal(goal: Goal): Record<string, unknown> {
  const { version: _, updated_at: __, ...fields } = goal;
  return compact(fields);
}

/** A stored task likewise; its goal and parent only where they are part of the export. Leases and versions stay behind. */
export function toBundleTask(
  task: Task,
  { goals, depths }: Pick<Outline, 'goals' | 'depths'>,
): Record<string, unknown> {
  const { id, goal_id, parent_task_id, result, percent, ...rest } = task;
  const { project: _, version: __, updated_at: ___, blocked_by: ____, ...more } = rest;
  const { lease_holder: _____, lease_instance: ______, lease_token: _______, lease_until: ________, ...fields } = more;
  return {
    id,
    ...(goals.has(goal_id) && { goal: goal_id }),
    ...(parent_task_id !== null && depths.has(parent_task_id) && { parent: parent_task_id }),
    ...compact(fields),
    ...(percent > 0 && { percent }),
    // Also an empty list or object is a result.
    ...(result !== null && { result }),
  };
}

export const toBundleItem = (row: Goal | Task, outline: Outline): Record<string, unknown> =>
  isTask(row) ? toBundleTask(row, outline) : toBundleGoal(row);

export const toBundleLink = ({ from_task_id: from, to_task_id: to, type, created_by, created_at }: ExportedLink) => ({
  ...{ from, to, type, created_by },
  created_at: created_at.toISOString(),
});

export const toBundleNote = ({ item_id: item, author, kind, body, created_at }: Note) => ({
  ...{ item, author, kind, body },
  created_at: created_at.toISOString(),
});
