import { Priority, Status } from '../items/fields.ts';
import { readyCondition } from '../tasks/statements.ts';
import type { ItemQuery } from './repository.ts';

/** Adds a value to the statement's parameters; answers its placeholder. */
export type Bind = (value: unknown, type: string) => string;

const open = "status IN ('pending', 'in_progress')";

/** The filters of a query that only tasks can pass. */
export function taskFilters(query: ItemQuery): string[] {
  const { ready, blocked, leased, parent_task_id, assignee, external_ref } = query;
  const given = Object.entries({ ready, blocked, leased, parent_task_id, assignee, external_ref });
  return given.filter(([, value]) => value !== undefined).map(([name]) => name);
}

/** The table of a kind as `i`, and the goal of a task as `g` where readiness is asked for. */
export function from(kind: 'goal' | 'task', query: ItemQuery): string {
  if (kind === 'goal') return 'goals i';
  return query.ready === undefined ? 'tasks i' : '(tasks i JOIN goals g ON g.id = i.goal_id)';
}

/** Conditions on a row `i` of goals or tasks; a task's readiness also needs its goal `g`. */
export function conditions(kind: 'goal' | 'task', query: ItemQuery, bind: Bind): string[] {
  const where: string[] = [query.deleted ? 'i.deleted_at IS NOT NULL' : 'i.deleted_at IS NULL'];
  const add = (value: unknown, text: (() => string) | undefined): void => {
    if (value !== undefined && text) where.push(text());
  };
  const own = kind === 'goal' ? 'i.id' : 'i.goal_id';
  const tags = kind === 'goal' ? { table: 'goal_tags', column: 'goal_id' } : { table: 'task_tags', column: 'task_id' };
  // One parameter each: of an array PostgreSQL would assume ten values.
  const tagged = (given: readonly string[]): string =>
    `SELECT ${tags.column} FROM ${tags.table} WHERE lower(tag) IN (${given.map((tag) => bind(tag, 'text')).join(', ')})`;

  if (query.project !== undefined) where.push(`i.project = ${bind(query.project, 'text')}`);
  else if (query.goal_id === undefined) where.push("i.project <> 'demo'");
  add(query.goal_id, () => `${own} = ${bind(query.goal_id, 'text')}`);
  add(query.parent_task_id, () => `i.parent_task_id = ${bind(query.parent_task_id, 'text')}`);
  // As literals, because how common they are decides which index is worth it.
  add(query.status, () => `i.status IN (${literals(Status.options, query.status)})`);
  add(query.priority, () => `i.priority_rank IN (${ranks(query.priority)})`);
  add(query.assignee, () => `i.assignee = ${bind(query.assignee, 'text')}`);
  add(query.external_ref, () => `i.external_ref = ${bind(query.external_ref, 'text')}`);
  add(query.ready, () => withNegation(query.ready, readyCondition.replaceAll('t.', 'i.')));
  add(query.blocked, () =>
    withNegation(
      query.blocked,
      `(i.${open} AND (i.blocked_by > 0 OR (i.parent_task_id IS NOT NULL AND ancestor_blocked(i.parent_task_id))))`,
    ),
  );
  add(query.leased, () => withNegation(query.leased, 'i.lease_until IS NOT NULL AND i.lease_until > now()'));
  add(query.overdue, () => withNegation(query.overdue, `i.due_at IS NOT NULL AND i.due_at < now() AND i.${open}`));
  add(
    query.stale_days,
    () =>
      `i.${open} AND ${since('i.updated_at')} AND i.updated_at < now() - make_interval(days => ${bind(query.stale_days, 'int')})`,
  );
  const due = "coalesce(i.due_at, 'infinity'::timestamptz)";
  add(query.due_before, () => `${since(due)} AND ${due} < ${bind(query.due_before, 'timestamptz')}`);
  add(query.due_after, () => `${until(due)} AND ${due} >= ${bind(query.due_after, 'timestamptz')}`);
  add(
    query.updated_since,
    () => `${until('i.updated_at')} AND i.updated_at >= ${bind(query.updated_since, 'timestamptz')}`,
  );
  add(query.tags_any, () => `i.id IN (${tagged(lower(query.tags_any))})`);
  for (const tag of lower(query.tags_all)) where.push(`i.id IN (${tagged([tag])})`);
  return where;
}

const lower = (tags: readonly string[] | undefined): string[] => [
  ...new Set((tags ?? []).map((tag) => tag.toLowerCase())),
];

// True of every time. Between two bounds PostgreSQL expects few rows and takes the index; beyond one alone a third of the table.
const since = (time: string): string => `${time} > '-infinity'::timestamptz`;
const until = (time: string): string => `${time} < 'infinity'::timestamptz`;

/** Known values alone get into the text of a statement. */
function literals(known: readonly string[], given: readonly string[] | undefined): string {
  return known
    .filter((value) => given?.includes(value))
    .map((value) => `'${value}'`)
    .join(', ');
}

/** The column of the indexes: 0 is the most urgent. */
function ranks(given: readonly string[] | undefined): string {
  return Priority.options
    .toReversed()
    .flatMap((priority, rank) => (given?.includes(priority) ? [rank] : []))
    .join(', ');
}
const withNegation = (wanted: boolean | undefined, condition: string): string =>
  wanted ? `(${condition})` : `NOT (${condition})`;
