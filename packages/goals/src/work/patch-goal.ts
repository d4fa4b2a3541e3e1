import { ConflictError } from '@mcp-servers/core';
import type { Goal } from '../goals/types.ts';
import { isOpen, type Priority, type Status } from '../items/fields.ts';
import { noLease } from '../tasks/state.ts';
import type { Task } from '../tasks/types.ts';
import { mergeMetadata, mergeTags } from './patch.ts';
import type { Changes } from './update.ts';

export interface GoalPatch {
  title?: string | undefined;
  description?: string | null | undefined;
  status?: Status | undefined;
  priority?: Priority | undefined;
  project?: string | undefined;
  due_at?: string | null | undefined;
  add_tags?: string[] | undefined;
  remove_tags?: string[] | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** Fields of a patch that goals do not have. */
const taskOnly = [
  'goal_id',
  'parent_task_id',
  'position',
  'percent',
  'assignee',
  'acceptance',
  'estimate_minutes',
  'defer_until',
  'external_ref',
  'result',
];

/** Applies a patch to a locked goal; closing it deals with its open tasks as the call says. */
export async function patchGoal(changes: Changes, id: string, patch: GoalPatch): Promise<void> {
  const wrong = Object.entries(patch).find(([field, value]) => value !== undefined && taskOnly.includes(field));
  if (wrong)
    throw new ConflictError(`${id} is a goal; ${wrong[0]} is a field of tasks.`, {
      hint: 'Leave it out, or name a task.',
    });
  const goal = changes.goals.get(id) as Goal;
  const changed: Goal = {
    ...goal,
    title: patch.title ?? goal.title,
    description: patch.description === undefined ? goal.description : patch.description,
    priority: patch.priority ?? goal.priority,
    project: patch.project ?? goal.project,
    due_at: patch.due_at === undefined ? goal.due_at : patch.due_at === null ? null : new Date(patch.due_at),
    tags: mergeTags(goal.tags, patch),
    metadata: mergeMetadata(goal.metadata, patch.metadata),
  };
  if (patch.status !== undefined && patch.status !== goal.status) {
    if (!isOpen(patch.status)) await closeOpenTasks(changes, goal, patch.status);
    changed.status = patch.status;
    changed.completed_at = patch.status === 'completed' ? changes.unit.now : null;
    if (patch.status !== 'pending') changed.started_at ??= patch.status === 'cancelled' ? null : changes.unit.now;
  }
  changes.goals.set(id, changed);
}

async function closeOpenTasks(changes: Changes, goal: Goal, status: Status): Promise<void> {
  const open = await changes.unit.tasks.openOf([goal.id]);
  const stillOpen = open.filter(({ id }) => isOpen(changes.tasks.get(id)?.status ?? 'pending'));
  if (stillOpen.length === 0) return;
  if (changes.openTasks === 'refuse') {
    const shown = stillOpen.slice(0, 10).map((task) => `${task.id} "${task.title}" (${task.status})`);
    const more = stillOpen.length > shown.length ? ` and ${stillOpen.length - shown.length} more` : '';
    throw new ConflictError(
      `${goal.id} has ${stillOpen.length} open tasks, so it was not ${status}: ${shown.join(', ')}${more}.`,
      {
        hint: 'Close them first, or say open_tasks: "complete" or "cancel" to close them with the goal.',
        details: { open_tasks: stillOpen.map(({ id }) => id) },
      },
    );
  }
  const to = changes.openTasks === 'complete' ? 'completed' : 'cancelled';
  const locked = await changes.unit.tasks.lock(stillOpen.map(({ id }) => id));
  if (to === 'completed') await refuseBlocked(changes, goal, locked);
  const closed: string[] = [];
  for (const task of locked) {
    const current = changes.tasks.get(task.id) ?? task;
    // Its worker may have finished it while this call waited for the lock.
    if (!isOpen(current.status)) continue;
    if (!changes.was.has(task.id)) changes.was.set(task.id, task);
    closed.push(task.id);
    changes.tasks.set(task.id, {
      ...current,
      ...noLease,
      status: to,
      completed_at: to === 'completed' ? changes.unit.now : null,
      percent: to === 'completed' ? 100 : current.percent,
    });
  }
  if (closed.length > 0) changes.closedWith.set(goal.id, closed);
}

/** A rule that closing a goal does not override: what waits for a task of another goal cannot be completed. */
async function refuseBlocked(changes: Changes, goal: Goal, closing: readonly Task[]): Promise<void> {
  const blocked = closing.filter((task) => task.blocked_by > 0).map(({ id }) => id);
  const blockers = blocked.length > 0 ? await changes.unit.tasks.blockersOf(blocked) : [];
  const outside = blockers.find(
    (blocker) =>
      !closing.some(({ id }) => id === blocker.id) && isOpen(changes.tasks.get(blocker.id)?.status ?? 'pending'),
  );
  if (!outside) return;
  throw new ConflictError(
    `${goal.id} cannot be completed with its tasks: ${outside.task_id} waits for ${outside.id}.`,
    {
      hint: `Finish or cancel ${outside.id} first, or say open_tasks: "cancel".`,
    },
  );
}
