import { type Queryable, statement } from '@mcp-servers/core/postgres';
import type { GoalsRepository } from './repository.ts';
import type { Goal, Progress } from './types.ts';

const columns = `g.id, g.title, g.description, g.status, g.project, g.priority, g.due_at, g.metadata, g.version, g.created_by,
  g.created_at, g.updated_at, g.started_at, g.completed_at, g.deleted_at,
  ARRAY(SELECT tag FROM goal_tags WHERE goal_id = g.id ORDER BY lower(tag)) AS tags`;

const get = statement('goals_get', `SELECT ${columns} FROM goals g WHERE g.id = ANY ($1::text[])`);

// Rows are read by the next statement: after a wait for a lock, this one would still see the tags of before the wait.
const lock = statement('goals_lock', 'SELECT FROM goals WHERE id = ANY ($1::text[]) ORDER BY seq FOR NO KEY UPDATE');

const share = statement(
  'goals_share',
  'SELECT id, status, project, deleted_at FROM goals WHERE id = ANY ($1::text[]) ORDER BY seq FOR SHARE',
);

const progress = statement(
  'goals_progress',
  `SELECT g.id AS goal_id, count(t.id) AS total,
          count(*) FILTER (WHERE t.status = 'pending') AS pending, count(*) FILTER (WHERE t.status = 'in_progress') AS in_progress,
          count(*) FILTER (WHERE t.status = 'completed') AS completed, count(*) FILTER (WHERE t.status = 'cancelled') AS cancelled,
          count(*) FILTER (WHERE t.status IN ('pending', 'in_progress') AND t.blocked_by > 0) AS blocked
   FROM goals g LEFT JOIN tasks t ON t.goal_id = g.id AND t.deleted_at IS NULL
   WHERE g.id = ANY ($1::text[]) GROUP BY g.id`,
);

const inProgress = statement(
  'goals_in_progress',
  `SELECT ${columns} FROM goals g
   WHERE g.status = 'in_progress' AND g.deleted_at IS NULL
     AND CASE WHEN $1::text IS NULL THEN g.project <> 'demo' ELSE g.project = $1 END
   ORDER BY g.updated_at DESC, g.seq DESC LIMIT $2`,
);

const insert = statement(
  'goals_insert',
  `WITH given AS (
     SELECT * FROM jsonb_to_record($1::jsonb) AS x(seq bigint, title text, description text, project text, priority text,
       due_at timestamptz, metadata jsonb, tags jsonb)
   ), g AS (
     INSERT INTO goals (seq, title, description, project, priority, due_at, metadata, created_by)
     OVERRIDING SYSTEM VALUE
     SELECT seq, title, description, coalesce(project, 'default'), coalesce(priority, 'medium'), due_at, coalesce(metadata, '{}'), $2
     FROM given
     RETURNING *
   ), tagged AS (
     INSERT INTO goal_tags (goal_id, tag)
     SELECT g.id, tag FROM g, given, jsonb_array_elements_text(coalesce(given.tags, '[]')) AS tag
     ON CONFLICT DO NOTHING
     RETURNING tag
   )
   SELECT g.id, g.title, g.description, g.status, g.project, g.priority, g.due_at, g.metadata, g.version, g.created_by,
          g.created_at, g.updated_at, g.started_at, g.completed_at, g.deleted_at,
          ARRAY(SELECT tag FROM tagged ORDER BY lower(tag)) AS tags
   FROM g`,
);

const save = statement(
  'goals_save',
  `UPDATE goals g SET title = x.title, description = x.description, status = x.status, project = x.project, priority = x.priority,
     due_at = x.due_at, metadata = x.metadata, started_at = x.started_at, completed_at = x.completed_at, deleted_at = x.deleted_at
   FROM jsonb_to_recordset($1::jsonb) AS x(id text, title text, description text, status text, project text, priority text,
     due_at timestamptz, metadata jsonb, started_at timestamptz, completed_at timestamptz, deleted_at timestamptz)
   WHERE g.id = x.id RETURNING g.id, g.version, g.updated_at`,
);

const start = statement(
  'goals_start',
  // Times that the log keeps have no more digits than it.
  `WITH was AS (SELECT id, started_at FROM goals WHERE id = ANY ($1::text[]) AND status = 'pending' ORDER BY seq FOR NO KEY UPDATE)
   UPDATE goals g SET status = 'in_progress', started_at = coalesce(g.started_at, date_trunc('milliseconds', now()))
   FROM was WHERE g.id = was.id RETURNING g.id, was.started_at AS started_before, g.started_at, g.version`,
);

const purge = statement('goals_purge', 'DELETE FROM goals WHERE id = ANY ($1::text[]) AND deleted_at IS NOT NULL');
const purgeProject = statement('goals_purge_project', 'DELETE FROM goals WHERE project = $1 RETURNING id');

/** Goals on PostgreSQL, over the pool or inside a transaction. */
export function postgresGoals(database: Queryable): GoalsRepository {
  return {
    get: (ids) => database.query<Goal>(get, [ids]),
    share: (ids) => database.query(share, [ids]),
    inProgress: ({ project, limit }) => database.query<Goal>(inProgress, [project ?? null, limit]),
    save: (goals) => database.query(save, [JSON.stringify(goals)]),
    start: (ids) => database.query(start, [ids]),
    purgeProject: (project) => database.query(purgeProject, [project]),

    async purge(ids) {
      await database.query(purge, [ids]);
    },

    async lock(ids) {
      await database.query(lock, [ids]);
      return database.query<Goal>(get, [ids]);
    },

    async progress(ids) {
      const rows = await database.query<Omit<Progress, 'percent'>>(progress, [ids]);
      return rows.map((row) => ({ ...row, percent: percentDone(row) }));
    },

    async insert(goal, createdBy) {
      const [row] = await database.query<Goal>(insert, [JSON.stringify(goal), createdBy]);
      if (!row) throw new Error('the insert of a goal returned no row');
      return row;
    },
  };
}

/** Cancelled tasks are no longer part of the work. */
function percentDone({ total, completed, cancelled }: Omit<Progress, 'percent'>): number {
  const work = total - cancelled;
  return work === 0 ? 0 : Math.floor((100 * completed) / work);
}
