import { statement } from '@mcp-servers/core/postgres';

/** Rows of an import as they are in the source; what it does not say is as for a new one. Identities are given. */
export const importStatements = {
  lock: statement('import_lock', "SELECT pg_advisory_xact_lock(hashtext('mcp-servers/import'))"),

  /** Planning a large source takes longer than the server lets a transaction be idle; the import has a bound of its own. */
  patience: statement('import_patience', "SELECT set_config('idle_in_transaction_session_timeout', '300000', true)"),

  /** Numbers of goals and tasks from here on are free. */
  sequences: statement(
    'import_sequences',
    `SELECT g.last_value + g.is_called::int AS goals, t.last_value + t.is_called::int AS tasks FROM goals_seq_seq g, tasks_seq_seq t`,
  ),

  // Only ever forwards, one by one: setval beside other sessions could set it back.
  advanceGoals: statement(
    'import_advance_goals',
    "SELECT max(nextval('goals_seq_seq')) FROM generate_series($1::bigint, $2::bigint)",
  ),
  advanceTasks: statement(
    'import_advance_tasks',
    "SELECT max(nextval('tasks_seq_seq')) FROM generate_series($1::bigint, $2::bigint)",
  ),

  positions: statement(
    'import_positions',
    'SELECT goal_id, max(position) + 1 AS next FROM tasks WHERE goal_id = ANY ($1::text[]) GROUP BY goal_id',
  ),

  goals: statement(
    'import_insert_goals',
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(seq bigint, title text, description text, status text, project text, priority text,
         due_at timestamptz, metadata jsonb, tags jsonb, created_by text, created_at timestamptz, started_at timestamptz,
         completed_at timestamptz, deleted_at timestamptz)
     ), added AS (
       INSERT INTO goals (seq, title, description, status, project, priority, due_at, metadata, created_by, created_at, started_at,
         completed_at, deleted_at)
       OVERRIDING SYSTEM VALUE
       SELECT seq, title, description, coalesce(status, 'pending'), coalesce(project, 'default'), coalesce(priority, 'medium'), due_at,
         coalesce(metadata, '{}'), coalesce(created_by, $2), coalesce(created_at, now()), started_at, completed_at, deleted_at
       FROM given RETURNING seq, id
     )
     INSERT INTO goal_tags (goal_id, tag)
     SELECT added.id, tag FROM added JOIN given USING (seq), jsonb_array_elements_text(coalesce(given.tags, '[]')) AS tag
     ON CONFLICT DO NOTHING`,
  ),

  tasks: statement(
    'import_insert_tasks',
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(seq bigint, goal_id text, parent_task_id text, title text, description text,
         status text, project text, priority text, due_at timestamptz, defer_until timestamptz, position integer, estimate_minutes integer,
         percent smallint, acceptance jsonb, assignee text, blocked_by integer, result jsonb, external_ref text, metadata jsonb, tags jsonb,
         created_by text, created_at timestamptz, started_at timestamptz, completed_at timestamptz, deleted_at timestamptz)
     ), added AS (
       INSERT INTO tasks (seq, goal_id, parent_task_id, title, description, status, project, priority, due_at, defer_until, position,
         estimate_minutes, percent, acceptance, assignee, blocked_by, result, external_ref, metadata, created_by, created_at, started_at,
         completed_at, deleted_at)
       OVERRIDING SYSTEM VALUE
       SELECT seq, goal_id, parent_task_id, title, description, coalesce(status, 'pending'), project, coalesce(priority, 'medium'), due_at,
         defer_until, position, estimate_minutes, coalesce(percent, 0), coalesce(acceptance, '[]'), assignee, blocked_by, result,
         external_ref, coalesce(metadata, '{}'), coalesce(created_by, $2), coalesce(created_at, now()), started_at, completed_at, deleted_at
       FROM given RETURNING seq, id
     )
     INSERT INTO task_tags (task_id, tag)
     SELECT added.id, tag FROM added JOIN given USING (seq), jsonb_array_elements_text(coalesce(given.tags, '[]')) AS tag
     ON CONFLICT DO NOTHING`,
  ),

  notes: statement(
    'import_insert_notes',
    `INSERT INTO notes (goal_id, task_id, author, kind, body, created_at)
     SELECT goal_id, task_id, author, kind, body, coalesce(created_at, now())
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (goal_id text, task_id text, author text, kind text, body text, created_at timestamptz))
       WITH ORDINALITY AS x(goal_id, task_id, author, kind, body, created_at, place)
     ORDER BY place RETURNING id`,
  ),

  entries: statement(
    'import_write_entries',
    `INSERT INTO import_entries (source, key, goal_id, task_id, fields)
     SELECT $2, key, goal_id, task_id, coalesce(fields, '{}')
     FROM jsonb_to_recordset($1::jsonb) AS x(key text, goal_id text, task_id text, fields jsonb)
     ON CONFLICT (source, key) DO UPDATE SET fields = excluded.fields, goal_id = excluded.goal_id, task_id = excluded.task_id, imported_at = now()`,
  ),
};
