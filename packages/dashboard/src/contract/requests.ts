import { GoalId, groupings, inputs, TaskId } from '@mcp-servers/goals/work';
import * as z from 'zod';

/** Bodies of requests: the inputs of the goal agent's tools, so that both doors take the same. Unknown fields are refused. */

/** `POST /api/goals`. */
export const NewGoal = inputs.createGoal;
export type NewGoal = z.input<typeof NewGoal>;

/** `POST /api/goals/:id/tasks`. */
export const NewTasks = inputs.createTasks.omit({ goal_id: true });
export type NewTasks = z.input<typeof NewTasks>;

const patched = inputs.patch.omit({ id: true });

/** `PATCH /api/goals/:id`: only the named fields change, null clears one. `If-Match` says the same as `expected_version`. */
export const GoalPatch = patched
  .pick({
    expected_version: true,
    title: true,
    description: true,
    status: true,
    priority: true,
    project: true,
    due_at: true,
    add_tags: true,
    remove_tags: true,
    metadata: true,
  })
  .extend({
    open_tasks: z.enum(['refuse', 'complete', 'cancel']).default('refuse').describe('of a goal that is closed'),
  });
export type GoalPatch = z.input<typeof GoalPatch>;

/** `PATCH /api/tasks/:id`. */
export const TaskPatch = patched.omit({ project: true });
export type TaskPatch = z.input<typeof TaskPatch>;

/** `POST /api/events/:event/undo`; an empty body undoes the whole change the event is part of. */
export const UndoRequest = z.strictObject({
  event_only: z.boolean().optional().describe('that event alone, not the rest of its change'),
  preview: z.boolean().optional().describe('change nothing'),
});
export type UndoRequest = z.input<typeof UndoRequest>;

/** Values of a query string: `?status=pending,in_progress&ready=true`. */
const list = <S extends z.ZodType<unknown, string>>(item: S) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item).min(1).max(50));
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const number = (from: number, to: number) => z.coerce.number<string>().int().min(from).max(to);
const { shape } = inputs.filters;
const names = shape.tags_any.unwrap().element;
const cursor = z.string().max(1000).optional();
const limit = number(1, 100).default(50);

const filters = {
  project: shape.project,
  status: list(shape.status.unwrap().element).optional(),
  priority: list(shape.priority.unwrap().element).optional(),
  overdue: flag.optional(),
  deleted: flag.optional(),
  stale_days: number(1, 3650).optional(),
  tags_any: list(names).optional(),
  tags_all: list(names).optional(),
  due_before: shape.due_before,
  due_after: shape.due_after,
  updated_since: shape.updated_since,
};
const taskFilters = {
  goal_id: GoalId.optional(),
  parent_task_id: TaskId.optional(),
  ready: flag.optional(),
  blocked: flag.optional(),
  leased: flag.optional(),
  assignee: shape.assignee,
  external_ref: shape.external_ref,
};
const sort = z.enum(['relevance', 'updated', 'created', 'due', 'priority']).optional();
const q = z.string().trim().min(1).max(500);

/** `GET /api/goals`. `q` searches: "a phrase", OR, -without. */
export const GoalQuery = z.strictObject({ q: q.optional(), ...filters, sort, limit, cursor });
export type GoalQuery = z.input<typeof GoalQuery>;

/** `GET /api/tasks`. */
export const TaskQuery = z.strictObject({ q: q.optional(), ...filters, ...taskFilters, sort, limit, cursor });
export type TaskQuery = z.input<typeof TaskQuery>;

/** `GET /api/search`: goals and tasks together. */
export const SearchQuery = z.strictObject({
  q,
  kind: z.enum(['goal', 'task']).optional(),
  ...filters,
  sort,
  limit,
  cursor,
});
export type SearchQuery = z.input<typeof SearchQuery>;

/** `GET /api/goals/:id`, `GET /api/tasks/:id`: how many tasks of the tree. */
export const DetailQuery = z.strictObject({ tasks: number(1, 5000).default(1000) });
export type DetailQuery = z.input<typeof DetailQuery>;

/** `DELETE /api/goals/:id`, `DELETE /api/tasks/:id`. */
export const DeleteQuery = z.strictObject({ preview: flag.optional(), force: flag.optional() });
export type DeleteQuery = z.input<typeof DeleteQuery>;

/** `GET /api/items/:id/history`. */
export const HistoryQuery = z.strictObject({ limit, cursor });
export type HistoryQuery = z.input<typeof HistoryQuery>;

/** `GET /api/activity`. */
export const ActivityQuery = z.strictObject({
  types: list(z.string().max(40)).optional(),
  actor: shape.assignee,
  project: shape.project,
  since: shape.updated_since,
  limit,
  cursor,
});
export type ActivityQuery = z.input<typeof ActivityQuery>;

/** `GET /api/calls`. */
export const CallQuery = z.strictObject({
  server: z.string().max(100).optional(),
  status: z.enum(['success', 'error']).optional(),
  limit: number(1, 1000).default(100),
});
export type CallQuery = z.input<typeof CallQuery>;

/** `GET /api/stats`. */
export const StatsQuery = z.strictObject({
  goal_id: GoalId.optional(),
  project: shape.project,
  group_by: z.enum(groupings).optional(),
  days: number(1, 90).default(14),
  stale_days: number(1, 3650).default(7),
  limit: number(1, 100).default(20),
});
export type StatsQuery = z.input<typeof StatsQuery>;

/** `GET /api/goals/:id/plan`. */
export const PlanQuery = z.strictObject({
  workers: number(1, 100).default(10),
  default_minutes: number(1, 525_600).default(60),
});
export type PlanQuery = z.input<typeof PlanQuery>;
