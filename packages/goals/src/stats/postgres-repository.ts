import { type Queryable, type Statement, statement } from '@mcp-servers/core/postgres';
import { scopeKind, scopeValue } from '../tasks/postgres-repository.ts';
import { perScope, type ScopeKind } from '../tasks/statements.ts';
import {
  type DayCounts,
  type GoalCounts,
  type Group,
  type Grouping,
  groupings,
  type StatsRepository,
  type StatsScope,
  type TagCounts,
  type TaskCounts,
} from './repository.ts';

const open = "status IN ('pending', 'in_progress')";

/** Midnight (UTC) of the first day that counts; $2 is how many there are. In a subquery, which is computed once and not for each row. */
const firstDay =
  "(SELECT (date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => $2::int - 1)) AT TIME ZONE 'UTC')";

const byStatus = (alias: string): string => `count(*) AS total,
  count(*) FILTER (WHERE ${alias}.status = 'pending') AS pending, count(*) FILTER (WHERE ${alias}.status = 'in_progress') AS in_progress,
  count(*) FILTER (WHERE ${alias}.status = 'completed') AS completed, count(*) FILTER (WHERE ${alias}.status = 'cancelled') AS cancelled,
  count(*) FILTER (WHERE ${alias}.${open} AND ${alias}.due_at < now()) AS overdue`;

/** $2 days, $3 days until stale. Tasks below a blocked one wait with it. */
const counts = `${byStatus('t')},
  count(*) FILTER (WHERE t.${open} AND held.id IS NOT NULL) AS blocked,
  count(*) FILTER (WHERE t.lease_until > now()) AS leased,
  count(*) FILTER (WHERE t.${open} AND t.updated_at < (SELECT now() - make_interval(days => $3::int))) AS stale,
  count(*) FILTER (WHERE t.created_at >= ${firstDay}) AS created_lately,
  count(*) FILTER (WHERE t.status = 'completed' AND t.completed_at >= ${firstDay}) AS completed_lately`;

const hours = (since: string): string =>
  `percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM t.completed_at - t.${since}))::float8 / 3600)`;
const percentiles = `${hours('created_at')} AS lead, ${hours('started_at')} AS cycle`;

// What was completed lately was changed lately, and of that time there is an index.
const completedLately = `t.deleted_at IS NULL AND t.status = 'completed' AND t.completed_at >= ${firstDay}
  AND t.updated_at >= ${firstDay} AND t.updated_at < 'infinity'::timestamptz`;

/** From the blocked tasks down, because asking each task about those above it costs as many searches as there are tasks.
 * Through an array, for which PostgreSQL expects few rows and hashes those instead of all tasks; OFFSET 0 has it search the index. */
const held = (scope: string): string => `WITH RECURSIVE found AS (
    SELECT t.id FROM tasks t WHERE ${scope} AND t.blocked_by > 0 AND t.${open} AND t.deleted_at IS NULL
    UNION SELECT below.id FROM found CROSS JOIN LATERAL (SELECT c.id FROM tasks c WHERE c.parent_task_id = found.id OFFSET 0) below
  ), held AS (SELECT DISTINCT id FROM unnest(ARRAY(SELECT id FROM found)) AS id)`;

const times = `lead[1] AS lead_p50, lead[2] AS lead_p90, cycle[1] AS cycle_p50, cycle[2] AS cycle_p90`;

const groups: Record<Grouping, { key: string; name: string; title: string; join: string }> = {
  goal: { key: 't.goal_id', name: 'key', title: '(SELECT title FROM goals WHERE id = key)', join: '' },
  project: { key: 't.project', name: 'key', title: 'NULL::text', join: '' },
  tag: {
    key: 'lower(tt.tag)',
    name: 'min(tt.tag)',
    title: 'NULL::text',
    join: 'JOIN task_tags tt ON tt.task_id = t.id',
  },
  assignee: { key: 't.assignee', name: "coalesce(key, '(nobody)')", title: 'NULL::text', join: '' },
};

/** Percentiles apart from the counts: with them in it, PostgreSQL sorts all tasks by their group instead of hashing them. */
const grouped = (by: Grouping): Record<ScopeKind, Statement> => {
  const { key, name, title, join } = groups[by];
  const named = name.startsWith('min(') ? name : 'NULL::text';
  return perScope(
    `stats_by_${by}`,
    (scope) => `${held(scope)}, counted AS (
       SELECT ${key} AS key, ${named} AS spelt, ${counts}
       FROM tasks t LEFT JOIN held ON held.id = t.id ${join} WHERE ${scope} AND t.deleted_at IS NULL GROUP BY 1
     ), named AS (SELECT *, coalesce(spelt, ${name.startsWith('min(') ? 'key' : name}) AS name FROM counted),
     most AS (SELECT * FROM named ORDER BY pending + in_progress DESC, total DESC, name LIMIT $4),
     timed AS (SELECT ${key} AS key, ${percentiles} FROM tasks t ${join} WHERE ${scope} AND ${completedLately} GROUP BY 1)
     SELECT most.*, ${title.replace('key', 'most.key')} AS title, ${times}
     FROM most LEFT JOIN timed ON timed.key IS NOT DISTINCT FROM most.key
     ORDER BY pending + in_progress DESC, total DESC, name`,
  );
};

const sql = {
  tasks: perScope(
    'stats_tasks',
    (scope) => `${held(scope)}, counted AS (
         SELECT ${counts} FROM tasks t LEFT JOIN held ON held.id = t.id WHERE ${scope} AND t.deleted_at IS NULL
       ), timed AS (SELECT ${percentiles} FROM tasks t WHERE ${scope} AND ${completedLately})
       SELECT counted.*, ${times} FROM counted, timed`,
  ),

  goals: perScope(
    'stats_goals',
    (scope) =>
      `SELECT ${byStatus('t')} FROM goals t WHERE ${scope.replace('t.goal_id', 't.id')} AND t.deleted_at IS NULL`,
  ),

  by: Object.fromEntries(groupings.map((by) => [by, grouped(by)])) as Record<Grouping, Record<ScopeKind, Statement>>,

  throughput: perScope(
    'stats_throughput',
    (scope) => `WITH created AS (
       SELECT (t.created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS n FROM tasks t
       WHERE ${scope} AND t.deleted_at IS NULL AND t.created_at >= ${firstDay} AND t.created_at < 'infinity'::timestamptz GROUP BY 1
     ), completed AS (
       SELECT (t.completed_at AT TIME ZONE 'UTC')::date AS day, count(*) AS n FROM tasks t
       WHERE ${scope} AND ${completedLately} GROUP BY 1
     )
     SELECT day::text, coalesce(created.n, 0) AS created, coalesce(completed.n, 0) AS completed
     FROM (SELECT (now() AT TIME ZONE 'UTC')::date - back AS day FROM generate_series($2::int - 1, 0, -1) AS back) days
     LEFT JOIN created USING (day) LEFT JOIN completed USING (day) ORDER BY day`,
  ),

  tags: perScope(
    'stats_tags',
    (scope) => `WITH used AS (
       SELECT lower(gt.tag) AS folded, min(gt.tag) AS tag, count(*) AS goals, 0 AS tasks, 0 AS open_tasks
       FROM goal_tags gt JOIN goals t ON t.id = gt.goal_id WHERE ${scope.replace('t.goal_id', 't.id')} AND t.deleted_at IS NULL GROUP BY 1
       UNION ALL
       SELECT lower(tt.tag), min(tt.tag), 0, count(*), count(*) FILTER (WHERE t.${open})
       FROM task_tags tt JOIN tasks t ON t.id = tt.task_id WHERE ${scope} AND t.deleted_at IS NULL GROUP BY 1
     )
     SELECT min(tag) AS tag, sum(goals)::bigint AS goals, sum(tasks)::bigint AS tasks, sum(open_tasks)::bigint AS open_tasks
     FROM used GROUP BY folded ORDER BY sum(tasks) + sum(goals) DESC, folded LIMIT $2`,
  ),

  openGraph: statement(
    'stats_open_graph',
    `WITH open AS (
       SELECT t.id, t.parent_task_id, t.title, t.status, t.percent, t.estimate_minutes, t.defer_until,
              row_number() OVER (ORDER BY t.priority_rank, t.due_at, t.position, t.seq) AS place
       FROM tasks t WHERE t.goal_id = $1 AND t.${open} AND t.deleted_at IS NULL ORDER BY place LIMIT $2
     )
     SELECT (SELECT coalesce(json_agg(o ORDER BY place), '[]') FROM open o) AS tasks,
            (SELECT coalesce(json_agg(b), '[]') FROM (
               SELECT l.from_task_id, l.to_task_id, b.goal_id AS from_goal_id, b.title AS from_title, b.status AS from_status
               FROM open o JOIN task_links l ON l.to_task_id = o.id AND l.type = 'blocks' JOIN tasks b ON b.id = l.from_task_id
               WHERE b.${open} AND b.deleted_at IS NULL ORDER BY b.seq) b) AS blocks`,
  ),
};

/** Figures on PostgreSQL. Counting all tasks reads all tasks: no index makes that shorter. */
export function postgresStats(database: Queryable): StatsRepository {
  const ask = <R extends object>(
    statements: Record<ScopeKind, Statement>,
    scope: StatsScope,
    more: readonly unknown[],
  ) => database.query<R>(statements[scopeKind(scope)], [scopeValue(scope), ...more]);
  return {
    groups: (scope, by, limit) => ask<Group>(sql.by[by], scope, [scope.days, scope.staleDays, limit]),
    throughput: (scope) => ask<DayCounts>(sql.throughput, scope, [scope.days]),
    tags: (scope, limit) => ask<TagCounts>(sql.tags, scope, [limit]),

    async tasks(scope) {
      return one(await ask<TaskCounts>(sql.tasks, scope, [scope.days, scope.staleDays]));
    },

    async goals(scope) {
      return one(await ask<GoalCounts>(sql.goals, scope, []));
    },

    async openGraph(goalId, limit) {
      type Graph = Awaited<ReturnType<StatsRepository['openGraph']>>;
      return one(await database.query<Graph>(sql.openGraph, [goalId, limit]));
    },
  };
}

/** An aggregate answers one row, also over nothing. */
function one<R>([row]: readonly R[]): R {
  if (row === undefined) throw new Error('an aggregate returned no row');
  return row;
}
