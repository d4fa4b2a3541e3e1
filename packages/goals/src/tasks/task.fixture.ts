import type { Task } from './types.ts';

const created = new Date('2026-01-01T00:00:00Z');

/** A pending task with nothing special about it, but for what is given. */
export function sampleTask(given: Partial<Task>): Task {
  return {
    id: 'TASK-0042',
    goal_id: 'GOAL-0001',
    parent_task_id: null,
    title: 'Sample',
    description: null,
    status: 'pending',
    project: 'default',
    priority: 'medium',
    due_at: null,
    defer_until: null,
    position: 0,
    estimate_minutes: null,
    percent: 0,
    acceptance: [],
    assignee: null,
    lease_holder: null,
    lease_instance: null,
    lease_token: null,
    lease_until: null,
    blocked_by: 0,
    result: null,
    external_ref: null,
    metadata: {},
    tags: [],
    version: 1,
    created_by: 'ann',
    created_at: created,
    updated_at: created,
    started_at: null,
    completed_at: null,
    deleted_at: null,
    ...given,
  };
}
