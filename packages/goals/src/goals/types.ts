import type { Priority, Status } from '../items/fields.ts';

/** A goal as stored, its tags beside it. */
export interface Goal {
  id: string;
  title: string;
  description: string | null;
  status: Status;
  project: string;
  priority: Priority;
  due_at: Date | null;
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

export interface NewGoal {
  seq: number;
  title: string;
  description?: string | undefined;
  project?: string | undefined;
  priority?: Priority | undefined;
  due_at?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  tags?: string[] | undefined;
}

/** How far a goal is, computed from its tasks, never stored. */
export interface Progress {
  goal_id: string;
  total: number;
  pending: number;
  in_progress: number;
  completed: number;
  cancelled: number;
  blocked: number;
  percent: number;
}
