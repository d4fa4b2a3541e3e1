import type { Scope } from '../tasks/types.ts';

/** What is counted: a goal's tasks, a project's, or all but the demo's. */
export interface StatsScope extends Scope {
  /** Throughput and times are measured over this many days, today included (UTC). */
  days: number;
  /** Open tasks without a change for this many days are stale. */
  staleDays: number;
}

export const groupings = ['goal', 'project', 'tag', 'assignee'] as const;
export type Grouping = (typeof groupings)[number];

/** Tasks of the scope or of one group in it. Times in hours, of the tasks completed within the days; null without any. */
export interface TaskCounts {
  total: number;
  pending: number;
  in_progress: number;
  completed: number;
  cancelled: number;
  blocked: number;
  leased: number;
  overdue: number;
  stale: number;
  /** Within the days. */
  created_lately: number;
  completed_lately: number;
  lead_p50: number | null;
  lead_p90: number | null;
  cycle_p50: number | null;
  cycle_p90: number | null;
}

export interface Group extends TaskCounts {
  name: string;
  title: string | null;
}

export interface GoalCounts {
  total: number;
  pending: number;
  in_progress: number;
  completed: number;
  cancelled: number;
  overdue: number;
}

export interface DayCounts {
  /** `2026-03-01`, UTC. */
  day: string;
  created: number;
  completed: number;
}

export interface TagCounts {
  tag: string;
  goals: number;
  tasks: number;
  open_tasks: number;
}

/** An open task as planning needs it. */
export interface OpenTask {
  id: string;
  parent_task_id: string | null;
  title: string;
  status: string;
  percent: number;
  estimate_minutes: number | null;
  defer_until: string | null;
}

/** An open task that must be finished before another one may start. */
export interface OpenBlock {
  from_task_id: string;
  to_task_id: string;
  from_goal_id: string;
  from_title: string;
  from_status: string;
}

/** Figures over many tasks; each method is one statement. */
export interface StatsRepository {
  tasks(scope: StatsScope): Promise<TaskCounts>;
  goals(scope: StatsScope): Promise<GoalCounts>;
  /** Those with most open tasks first. */
  groups(scope: StatsScope, by: Grouping, limit: number): Promise<Group[]>;
  /** Every day of the scope's, the earliest first. */
  throughput(scope: StatsScope): Promise<DayCounts[]>;
  /** The most used first. */
  tags(scope: StatsScope, limit: number): Promise<TagCounts[]>;
  /** A goal's open tasks, best first, and what blocks them, both of one moment. */
  openGraph(goalId: string, limit: number): Promise<{ tasks: OpenTask[]; blocks: OpenBlock[] }>;
}
