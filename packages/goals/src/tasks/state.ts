import { ConflictError } from '@mcp-servers/core';
import { isOpen, type Status } from '../items/fields.ts';
import type { Task } from './types.ts';

/** What the state machine must know beside the task itself. */
export interface StateFacts {
  now: Date;
  /** Status of the task's goal. */
  goalStatus: Status;
  /** The task it is part of; needed to reopen a closed one. */
  parent?: Pick<Task, 'id' | 'status'> | undefined;
  /** Ids of its open sub-tasks. */
  openChildren: readonly string[];
  /** Its open blockers, for the message; may be more than `blocked_by` shows. */
  blockers: readonly string[];
}

/**
 * The one state machine of tasks, on every path: a blocked task cannot be started or finished, a task with open sub-tasks cannot
 * be closed, nothing is reopened under a closed goal or task. Leaving `in_progress` ends the lease. Returns the changed copy.
 */
export function changeTaskStatus(task: Task, to: Status, facts: StateFacts): Task {
  if (task.status === to) return task;
  if (to === 'in_progress' || to === 'completed') refuseBlocked(task, to, facts);
  if (!isOpen(to)) refuseOpenChildren(task, to, facts);
  if (isOpen(to) && !isOpen(facts.goalStatus)) {
    throw new ConflictError(`${task.id} cannot become ${to}: its goal ${task.goal_id} is ${facts.goalStatus}.`, {
      hint: `Reopen the goal first: update_items with {"id":"${task.goal_id}","status":"in_progress"}.`,
    });
  }
  if (isOpen(to) && facts.parent && !isOpen(facts.parent.status)) {
    throw new ConflictError(`${task.id} cannot become ${to}: ${facts.parent.id} above it is ${facts.parent.status}.`, {
      hint: `Reopen the task above first: update_items with {"id":"${facts.parent.id}","status":"pending"}.`,
    });
  }
  const closed = !isOpen(to);
  return {
    ...task,
    ...(to === 'in_progress' ? {} : noLease),
    status: to,
    started_at: task.started_at ?? (to === 'pending' || to === 'cancelled' ? null : facts.now),
    completed_at: to === 'completed' ? facts.now : null,
    percent: to === 'completed' ? 100 : isOpen(task.status) || closed ? task.percent : 0,
  };
}

export const noLease = { lease_holder: null, lease_instance: null, lease_token: null, lease_until: null } as const;

function refuseBlocked(task: Task, to: Status, { blockers }: StateFacts): void {
  if (task.blocked_by === 0) return;
  throw new ConflictError(`${task.id} cannot become ${to}: it waits for ${list(blockers, task.blocked_by)}.`, {
    hint: 'Finish or cancel the blockers first, or cancel this task.',
    details: { blockers },
  });
}

function refuseOpenChildren(task: Task, to: Status, { openChildren }: StateFacts): void {
  if (openChildren.length === 0) return;
  throw new ConflictError(
    `${task.id} cannot become ${to}: ${list(openChildren, openChildren.length)} below it ${openChildren.length === 1 ? 'is' : 'are'} open.`,
    {
      hint: 'Close the sub-tasks first.',
      details: { open_subtasks: openChildren },
    },
  );
}

/** Up to five names, then how many more. */
function list(ids: readonly string[], count: number): string {
  const shown = ids.slice(0, 5);
  const more = count - shown.length;
  return shown.length === 0 ? `${count} open tasks` : shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
