import { type Queryable, statement } from '@mcp-servers/core/postgres';

/** What was done in a span of time, of a project or of all but the demo. */
export interface DaySpan {
  project?: string | undefined;
  from: Date;
  /** Not included. */
  until: Date;
  /** Tasks and notes to name. */
  limit: number;
}

export interface Day {
  created: number;
  completed: number;
  /** The latest first. */
  completed_tasks: { id: string; title: string; goal_id: string; goal_title: string }[];
  /** Decisions, blockers and handoffs, the latest first. */
  notes: { id: string; title: string; kind: string; author: string; body: string }[];
}

export interface DaysRepository {
  day(span: DaySpan): Promise<Day>;
}

const inProject = (table: string): string =>
  `CASE WHEN $1::text IS NULL THEN ${table}.project <> 'demo' ELSE ${table}.project = $1 END`;

// $1 project, $2 from, $3 until, $4 limit. What was completed since a time was changed since, and of that time there is an index.
const day = statement(
  'stats_day',
  `WITH completed AS MATERIALIZED (
       SELECT t.id, t.title, t.goal_id, g.title AS goal_title, t.completed_at
       FROM tasks t JOIN goals g ON g.id = t.goal_id
       WHERE t.status = 'completed' AND t.updated_at >= $2 AND t.completed_at >= $2 AND t.completed_at < $3
         AND t.deleted_at IS NULL AND ${inProject('t')}
     )
     SELECT (SELECT count(*) FROM tasks t
             WHERE t.created_at >= $2 AND t.created_at < $3 AND t.deleted_at IS NULL AND ${inProject('t')}) AS created,
            (SELECT count(*) FROM completed) AS completed,
            (SELECT coalesce(json_agg(c), '[]') FROM (
               SELECT id, title, goal_id, goal_title FROM completed ORDER BY completed_at DESC LIMIT $4) c) AS completed_tasks,
            (SELECT coalesce(json_agg(n), '[]') FROM (
               SELECT coalesce(n.task_id, n.goal_id) AS id, coalesce(t.title, g.title) AS title, n.kind, n.author, n.body
               FROM notes n LEFT JOIN tasks t ON t.id = n.task_id JOIN goals g ON g.id = coalesce(n.goal_id, t.goal_id)
               WHERE n.kind IN ('decision', 'blocker', 'handoff') AND n.created_at >= $2 AND n.created_at < $3
                 AND g.deleted_at IS NULL AND t.deleted_at IS NULL AND ${inProject('g')}
               ORDER BY n.id DESC LIMIT $4) n) AS notes`,
);

/** Days on PostgreSQL. */
export function postgresDays(database: Queryable): DaysRepository {
  return {
    async day({ project, from, until, limit }) {
      const [row] = await database.query<Day>(day, [project ?? null, from, until, limit]);
      if (row === undefined) throw new Error('an aggregate returned no row');
      return row;
    },
  };
}
