import type { LinkType, Priority, Status } from '../items/fields.ts';

/** A task as stored, its tags beside it. */
export interface Task {
  id: string;
  goal_id: string;
  parent_task_id: string | null;
  title: string;
  description: string | null;
  status: Status;
  project: string;
  priority: Priority;
  due_at: Date | null;
  defer_until: Date | null;
  position: number;
  estimate_minutes: number | null;
  percent: number;
  acceptance: string[];
  assignee: string | null;
  lease_holder: string | null;
  lease_instance: string | null;
  lease_token: string | null;
  lease_until: Date | null;
  /** Open tasks that block this one. */
  blocked_by: number;
  result: unknown;
  external_ref: string | null;
  metadata: Record<string, unknown>;
  tags: string[];
  version: number;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  deleted_at: Date | null;
}

/** A task as a claim left it, with what the claim wrote over. */
export interface ClaimedTask extends Task {
  former: { assignee: string | null; started_at: string | null };
}

export interface NewTask {
  seq: number;
  goal_id: string;
  parent_task_id: string | null;
  title: string;
  position: number;
  blocked_by: number;
  project: string;
  description?: string | undefined;
  priority?: Priority | undefined;
  due_at?: string | undefined;
  defer_until?: string | undefined;
  estimate_minutes?: number | undefined;
  acceptance?: string[] | undefined;
  assignee?: string | undefined;
  external_ref?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  tags?: string[] | undefined;
}

export interface Link {
  from_task_id: string;
  to_task_id: string;
  type: LinkType;
}

/** A link with who made it, and when, so that it can come back as it was. */
export interface StoredLink extends Link {
  created_by: string;
  /** ISO 8601 with microseconds. */
  created_at: string;
}

/** One end of a link, seen from the other. */
export interface LinkedTask {
  task_id: string;
  type: LinkType;
  /** `in`: the other task points at this one (for blocks: it blocks this one). */
  direction: 'in' | 'out';
  other_id: string;
  other_title: string;
  other_status: Status;
}

/** A line of a goal's tree. */
export interface TreeTask {
  id: string;
  goal_id: string;
  parent_task_id: string | null;
  title: string;
  status: Status;
  priority: Priority;
  percent: number;
  blocked_by: number;
  lease_holder: string | null;
  lease_until: Date | null;
  version: number;
}

/** A task as deleting, restoring and moving see it. */
export interface BranchTask {
  id: string;
  goal_id: string;
  parent_task_id: string | null;
  title: string;
  status: Status;
  lease_holder: string | null;
  lease_instance: string | null;
  lease_until: Date | null;
  version: number;
  deleted_at: Date | null;
}

/** A dependency edge in the sense of `cycle.ts`: `to` cannot happen before `from`. */
export interface Edge {
  from: string;
  to: string;
}

export interface Scope {
  goal_id?: string | undefined;
  project?: string | undefined;
}
