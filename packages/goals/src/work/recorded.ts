import type { Goal } from '../goals/types.ts';
import type { Task } from '../tasks/types.ts';

/** Fields whose changes the audit log keeps: with them it replays to the stored rows. A renewed lease alone is no news. */
export const goalFields = [
  'title',
  'description',
  'status',
  'project',
  'priority',
  'due_at',
  'metadata',
  'tags',
  'started_at',
  'completed_at',
  'deleted_at',
] as const satisfies readonly (keyof Goal)[];

export const taskFields = [
  'goal_id',
  'parent_task_id',
  'title',
  'description',
  'status',
  'project',
  'priority',
  'due_at',
  'defer_until',
  'position',
  'estimate_minutes',
  'percent',
  'acceptance',
  'assignee',
  'lease_holder',
  'result',
  'external_ref',
  'metadata',
  'tags',
  'started_at',
  'completed_at',
  'deleted_at',
] as const satisfies readonly (keyof Task)[];
