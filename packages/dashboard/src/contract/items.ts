import * as z from 'zod';

export const Status = z.enum(['pending', 'in_progress', 'completed', 'cancelled']);
export type Status = z.infer<typeof Status>;

export const Priority = z.enum(['low', 'medium', 'high', 'critical']);
export type Priority = z.infer<typeof Priority>;

/** ISO 8601, UTC. */
export const Instant = z.iso.datetime();

const Count = z.int().min(0);

/** Of a goal, computed from its tasks. `percent` is of the tasks that are not cancelled. */
export const Progress = z.object({
  total: Count,
  pending: Count,
  in_progress: Count,
  completed: Count,
  cancelled: Count,
  blocked: Count,
  percent: z.number().min(0).max(100),
});
export type Progress = z.infer<typeof Progress>;

const row = {
  id: z.string(),
  title: z.string(),
  status: Status,
  priority: Priority,
  due_at: Instant.optional(),
  tags: z.array(z.string()).optional(),
  version: z.int().min(1),
  updated_at: Instant,
  deleted_at: Instant.optional(),
};
const taskRow = {
  goal_id: z.string(),
  parent_task_id: z.string().optional(),
  assignee: z.string().optional(),
  percent: z.int().optional(),
  open_blockers: z.int().optional(),
  lease_holder: z.string().optional(),
  lease_until: Instant.optional(),
};
/** Absent: `default`. */
const listed = { project: z.string().optional(), snippet: z.string().optional() };

/** A line of a list. */
export const GoalRow = z.object({ kind: z.literal('goal'), ...row, ...listed, progress: Progress });
export type GoalRow = z.infer<typeof GoalRow>;
export const TaskRow = z.object({ kind: z.literal('task'), ...row, ...listed, ...taskRow });
export type TaskRow = z.infer<typeof TaskRow>;
/** `snippet` marks what a search found with **two asterisks**. It is text, never HTML. */
export const ItemRow = z.discriminatedUnion('kind', [GoalRow, TaskRow]);
export type ItemRow = z.infer<typeof ItemRow>;

/** A page of a list. Go on with `?cursor=<next_cursor>` and the same filters until there is none. */
const page = {
  /** Counted up to 1,000. */
  total: Count,
  total_is_at_least: z.boolean().optional(),
  next_cursor: z.string().optional(),
};
export const GoalPage = z.object({ items: z.array(GoalRow), ...page });
export type GoalPage = z.infer<typeof GoalPage>;
export const TaskPage = z.object({ items: z.array(TaskRow), ...page });
export type TaskPage = z.infer<typeof TaskPage>;
export const ItemPage = z.object({ items: z.array(ItemRow), ...page });
export type ItemPage = z.infer<typeof ItemPage>;

const full = {
  description: z.string().optional(),
  project: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  created_by: z.string(),
  created_at: Instant,
  started_at: Instant.optional(),
  completed_at: Instant.optional(),
};

export const Goal = z.object({ ...row, ...full });
export type Goal = z.infer<typeof Goal>;

export const Task = z.object({
  ...row,
  ...full,
  ...taskRow,
  percent: z.int(),
  open_blockers: z.int(),
  position: z.int(),
  defer_until: Instant.optional(),
  estimate_minutes: z.int().optional(),
  acceptance: z.array(z.string()).optional(),
  result: z.unknown().optional(),
  external_ref: z.string().optional(),
});
export type Task = z.infer<typeof Task>;

export const Note = z.object({
  kind: z.enum(['note', 'decision', 'blocker', 'handoff', 'progress']),
  author: z.string(),
  at: Instant,
  body: z.string(),
});
export type Note = z.infer<typeof Note>;

/** A task within a tree, without its children: put it under `parent_task_id`, in the order given. */
export const TreeTask = z.object({
  id: z.string(),
  goal_id: z.string(),
  parent_task_id: z.string().optional(),
  title: z.string(),
  status: Status,
  priority: Priority,
  percent: z.int(),
  open_blockers: z.int(),
  lease_holder: z.string().optional(),
  lease_until: Instant.optional(),
  /** It can start now. */
  ready: z.boolean(),
  version: z.int().min(1),
});
export type TreeTask = z.infer<typeof TreeTask>;

/** `from` blocks `to`, is related to it, was discovered from it, or duplicates it. Ends may be tasks of other goals. */
export const Link = z.object({
  from: z.string(),
  to: z.string(),
  type: z.enum(['blocks', 'related', 'discovered_from', 'duplicates']),
});
export type Link = z.infer<typeof Link>;

/** `GET /api/goals/:id`. */
export const GoalDetail = z.object({
  goal: Goal,
  progress: Progress,
  /** At most `?tasks=` (1,000, up to 5,000); the rest by `GET /api/tasks?goal_id=`. */
  tasks: z.array(TreeTask),
  tasks_total: Count,
  links: z.array(Link),
  /** The latest 20, newest first. */
  notes: z.array(Note),
});
export type GoalDetail = z.infer<typeof GoalDetail>;

/** `GET /api/tasks/:id`. */
export const TaskDetail = z.object({
  task: Task,
  goal: z.object({ id: z.string(), title: z.string(), status: Status }),
  /** Everything below it. */
  tasks: z.array(TreeTask),
  tasks_total: Count,
  links: z.array(Link.extend({ other_id: z.string(), other_title: z.string(), other_status: Status })),
  /** Open tasks that block it. */
  blockers: z.array(z.object({ id: z.string(), title: z.string() })),
  notes: z.array(Note),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

/** Answers of `POST /api/goals` (201). `undo_event` takes it back by `POST /api/events/:event/undo`. */
const undo_event = z.int().optional();
const CreatedTask = z.object({
  id: z.string(),
  title: z.string(),
  ref: z.string().optional(),
  parent_task_id: z.string().optional(),
});
export const CreatedGoal = z.object({ goal: Goal, tasks: z.array(CreatedTask), undo_event });
export type CreatedGoal = z.infer<typeof CreatedGoal>;

/** `POST /api/goals/:id/tasks` (201). */
export const CreatedTasks = z.object({ goal_id: z.string(), tasks: z.array(CreatedTask), undo_event });
export type CreatedTasks = z.infer<typeof CreatedTasks>;

const written = {
  /** Names of the fields that changed; empty when all were so already. */
  changed: z.array(z.string()),
  undo_event,
  /** Of a goal: the open tasks that were closed with it, at most 50 by name. */
  closed_tasks: z.object({ count: Count, ids: z.array(z.string()) }).optional(),
};
/** `PATCH /api/goals/:id`. */
export const ChangedGoal = z.object({ goal: Goal, ...written });
export type ChangedGoal = z.infer<typeof ChangedGoal>;
/** `PATCH /api/tasks/:id`. */
export const ChangedTask = z.object({ task: Task, ...written });
export type ChangedTask = z.infer<typeof ChangedTask>;

/** `DELETE /api/goals/:id`, `/api/tasks/:id`: what goes along. With `?preview=true` nothing changes. */
export const Deleted = z.object({
  preview: z.boolean().optional(),
  goals: Count,
  tasks: Count,
  /** Tasks that others are at work on: without `?force=true` these refuse a deletion. */
  held: Count,
  /** At most 100. */
  items: z.array(z.looseObject({ id: z.string(), title: z.string(), status: Status })),
  /** Already deleted before. */
  unchanged: z.array(z.string()).optional(),
  /** Open tasks elsewhere that wait for one of these. */
  dependants: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
  undo_event,
});
export type Deleted = z.infer<typeof Deleted>;

/** One entry of the event log. `id` is the item; `goal_id` is there for tasks. `before` and `after` hold the fields that changed. */
export const Event = z.object({
  event: z.int(),
  at: Instant,
  type: z.string(),
  id: z.string(),
  /** As it is now; absent when it is gone for good. */
  title: z.string().optional(),
  goal_id: z.string().optional(),
  actor: z.string(),
  client: z.string().optional(),
  undo_of: z.int().optional(),
  before: z.record(z.string(), z.unknown()).optional(),
  after: z.record(z.string(), z.unknown()).optional(),
});
export type Event = z.infer<typeof Event>;

/** `GET /api/activity`, `GET /api/items/:id/history`: newest first. */
export const EventPage = z.object({ items: z.array(Event), next_cursor: z.string().optional() });
export type EventPage = z.infer<typeof EventPage>;

/** `POST /api/events/:event/undo`. Undoing `redo_event` does the change again. */
export const Undone = z.object({
  preview: z.boolean().optional(),
  change: z.object({ at: z.string(), actor: z.string(), types: z.record(z.string(), Count) }),
  items: z.array(z.looseObject({ id: z.string() })),
  remarks: z.array(z.string()).optional(),
  redo_event: z.int().optional(),
});
export type Undone = z.infer<typeof Undone>;

const Percentiles = z.object({ p50: z.number(), p90: z.number() });
const TaskFigures = z.object({
  total: Count,
  pending: Count,
  in_progress: Count,
  completed: Count,
  cancelled: Count,
  percent: z.number(),
  blocked: Count,
  leased: Count,
  overdue: Count,
  stale: Count,
  created_lately: Count,
  completed_lately: Count,
  lead_hours: Percentiles.optional(),
  cycle_hours: Percentiles.optional(),
});

/** `GET /api/stats`. */
export const Stats = z.object({
  tasks: TaskFigures,
  goals: z.object({
    total: Count,
    pending: Count,
    in_progress: Count,
    completed: Count,
    cancelled: Count,
    overdue: Count,
  }),
  /** A day each, UTC, earliest first. */
  throughput: z.array(z.object({ day: z.iso.date(), created: Count, completed: Count })),
  tags: z.array(z.object({ tag: z.string(), goals: Count, tasks: Count, open_tasks: Count })),
  /** With `?group_by=goal|project|tag|assignee`. */
  groups: z.array(TaskFigures.extend({ name: z.string(), title: z.string().optional() })).optional(),
  /** Which database this is, and how it does. */
  store: z.looseObject({ kind: z.enum(['given', 'embedded']), status: z.string() }),
});
export type Stats = z.infer<typeof Stats>;
