import { ConflictError, ValidationError } from '@mcp-servers/core';
import { isOpen, type Priority, type Status } from '../items/fields.ts';
import { findCycle, finishOf, startOf } from '../tasks/cycle.ts';
import { cycleError, planLimits } from '../tasks/plan.ts';
import { changeTaskStatus } from '../tasks/state.ts';
import type { Task } from '../tasks/types.ts';
import { notFound } from './create.ts';
import { mergeMetadata, mergeTags } from './patch.ts';
import type { Unit } from './store.ts';
import type { Changes } from './update.ts';

export interface TaskPatch {
  title?: string | undefined;
  description?: string | null | undefined;
  status?: Status | undefined;
  priority?: Priority | undefined;
  due_at?: string | null | undefined;
  defer_until?: string | null | undefined;
  estimate_minutes?: number | null | undefined;
  percent?: number | undefined;
  acceptance?: string[] | undefined;
  assignee?: string | null | undefined;
  external_ref?: string | null | undefined;
  position?: number | undefined;
  goal_id?: string | undefined;
  parent_task_id?: string | null | undefined;
  project?: string | undefined;
  add_tags?: string[] | undefined;
  remove_tags?: string[] | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** Applies a patch to a locked task: fields, place in the tree, and last its status. */
export async function patchTask(changes: Changes, id: string, patch: TaskPatch): Promise<void> {
  if (patch.project !== undefined) {
    throw new ConflictError(`${id} is a task; its project is that of its goal.`, {
      hint: 'Change the project of the goal, or move the task with goal_id.',
    });
  }
  if (patch.percent !== undefined && patch.percent < 100 && patch.status === 'completed') {
    throw new ValidationError(`${id}: percent ${patch.percent} contradicts status completed.`, {
      hint: 'Leave one of them out.',
    });
  }
  const task = changes.tasks.get(id) as Task;
  const when = (given: string | null | undefined, stored: Date | null): Date | null =>
    given === undefined ? stored : given === null ? null : new Date(given);
  const or = <T>(given: T | undefined, stored: T): T => (given === undefined ? stored : given);
  changes.tasks.set(id, {
    ...task,
    title: or(patch.title, task.title),
    description: or(patch.description, task.description),
    priority: or(patch.priority, task.priority),
    due_at: when(patch.due_at, task.due_at),
    defer_until: when(patch.defer_until, task.defer_until),
    estimate_minutes: or(patch.estimate_minutes, task.estimate_minutes),
    percent: or(patch.percent, task.percent),
    acceptance: or(patch.acceptance, task.acceptance),
    assignee: or(patch.assignee, task.assignee),
    external_ref: or(patch.external_ref, task.external_ref),
    position: or(patch.position, task.position),
    tags: mergeTags(task.tags, patch),
    metadata: mergeMetadata(task.metadata, patch.metadata),
  });
  if (patch.goal_id !== undefined || patch.parent_task_id !== undefined) await move(changes, id, patch);
  if (patch.status !== undefined) await setStatus(changes, id, patch.status);
}

async function setStatus(changes: Changes, id: string, to: Status): Promise<void> {
  const { unit, tasks, goals } = changes;
  const task = tasks.get(id) as Task;
  if (task.status === to) return;
  refuseHeld(task, to, unit);
  const goal = goals.get(task.goal_id);
  const openChildren = isOpen(to)
    ? []
    : (await unit.tasks.openChildren([id])).filter((child) => isOpen(tasks.get(child.id)?.status ?? 'pending'));
  const blockers =
    task.blocked_by > 0
      ? (await unit.tasks.blockersOf([id])).filter((blocker) => isOpen(tasks.get(blocker.id)?.status ?? 'pending'))
      : [];
  const changed = changeTaskStatus({ ...task, blocked_by: blockers.length }, to, {
    now: unit.now,
    goalStatus: goal?.status ?? 'pending',
    parent: task.parent_task_id === null ? undefined : tasks.get(task.parent_task_id),
    openChildren: openChildren.map((child) => child.id),
    blockers: blockers.map((blocker) => blocker.id),
  });
  tasks.set(id, { ...changed, blocked_by: task.blocked_by });
  if (to === 'in_progress' && goal?.status === 'pending') {
    goals.set(goal.id, { ...goal, status: 'in_progress', started_at: goal.started_at ?? unit.now });
  }
}

/** Somebody else's work may be cancelled, which ends the lease; finishing or restarting it is its holder's. */
function refuseHeld(task: Task, to: Status, { caller, now }: Pick<Unit, 'caller' | 'now'>): void {
  const live = task.lease_until !== null && task.lease_until > now;
  const own = task.lease_instance === caller.instance && task.lease_holder === caller.actor;
  if (!live || own || to === 'cancelled') return;
  throw new ConflictError(
    `${task.id} is held by ${task.lease_holder} until ${task.lease_until?.toISOString()}; only its holder can make it ${to}.`,
    {
      hint: `Take it over with claim_tasks {"ids":["${task.id}"],"take_over":true}, or cancel it.`,
    },
  );
}

/** To another parent of the same goal, to the top, or with everything below it to another goal. */
async function move(changes: Changes, id: string, patch: TaskPatch): Promise<void> {
  const { unit, tasks } = changes;
  const task = tasks.get(id) as Task;
  const leaves = patch.goal_id !== undefined && patch.goal_id !== task.goal_id;
  const parentId = patch.parent_task_id === undefined && !leaves ? task.parent_task_id : (patch.parent_task_id ?? null);
  if (parentId === task.parent_task_id && !leaves) return;
  const parent = parentId === null ? undefined : tasks.get(parentId);
  if (parentId !== null && (!parent || parent.deleted_at)) throw notFound([parentId]);
  const goalId = patch.goal_id ?? parent?.goal_id ?? task.goal_id;
  if (parent && parent.goal_id !== goalId) {
    throw new ConflictError(`${parentId} belongs to ${parent.goal_id}; a sub-task stays in its parent's goal.`, {
      hint: 'Leave out goal_id or choose another parent.',
    });
  }
  const goal = changes.goals.get(goalId) ?? (await unit.goals.lock([goalId]))[0];
  if (!goal || goal.deleted_at) throw notFound([goalId]);
  if (!isOpen(goal.status))
    throw new ConflictError(`${goalId} is ${goal.status}; tasks cannot be moved to it.`, { hint: 'Reopen it first.' });
  if (parent && !isOpen(parent.status) && isOpen(task.status))
    throw new ConflictError(`${parent.id} is ${parent.status}; open tasks cannot go below it.`);

  // Deleted ones go along, so that a restored sub-task is in its parent's goal.
  const below = (await unit.tasks.branches({ goals: [], tasks: [id] })).filter((row) => row.id !== id);
  if (parentId !== null && (parentId === id || below.some((child) => child.id === parentId))) {
    throw cycleError([id, ...chain(below, id, parentId), id]);
  }
  await refuseDepth(changes, { id, parentId, below });
  tasks.set(id, { ...task, goal_id: goalId, project: goal.project, parent_task_id: parentId });
  if (goalId !== task.goal_id) {
    for (const child of await unit.tasks.lock(below.map((row) => row.id))) {
      if (!changes.was.has(child.id)) changes.was.set(child.id, child);
      tasks.set(child.id, { ...(tasks.get(child.id) ?? child), goal_id: goalId, project: goal.project });
    }
  }
  if (parentId !== null) {
    const former = task.parent_task_id ?? '';
    const kept = (await unit.tasks.reach([id, parentId])).filter(
      ({ from, to }) =>
        !(from === finishOf(id) && to === finishOf(former)) && !(from === startOf(former) && to === startOf(id)),
    );
    const cycle = findCycle([
      ...kept,
      { from: startOf(parentId), to: startOf(id) },
      { from: finishOf(id), to: finishOf(parentId) },
    ]);
    if (cycle) throw cycleError(cycle);
  }
}

async function refuseDepth(
  { unit }: Changes,
  {
    id,
    parentId,
    below,
  }: { id: string; parentId: string | null; below: readonly { id: string; parent_task_id: string | null }[] },
) {
  const levels = (from: string): number =>
    1 + Math.max(0, ...below.filter((child) => child.parent_task_id === from).map((child) => levels(child.id)));
  const depth = (parentId === null ? 0 : await unit.tasks.depthOf(parentId)) + levels(id);
  if (depth > planLimits.depth)
    throw new ConflictError(`${id} would reach ${depth} levels; sub-tasks go ${planLimits.depth} levels deep at most.`);
}

/** The ids from a task down to one below it. */
function chain(below: readonly { id: string; parent_task_id: string | null }[], top: string, bottom: string): string[] {
  const path: string[] = [];
  for (
    let id: string | null | undefined = bottom;
    id && id !== top;
    id = below.find((row) => row.id === id)?.parent_task_id
  )
    path.unshift(id);
  return path;
}
