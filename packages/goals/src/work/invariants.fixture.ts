/** Every sentence names rows that must not exist. */
export const forbidden: Readonly<Record<string, string>> = {
  'a count of blockers that is not the number of open ones': `SELECT t.id FROM tasks t WHERE t.blocked_by <> (
    SELECT count(*) FROM task_links l JOIN tasks b ON b.id = l.from_task_id
    WHERE l.to_task_id = t.id AND l.type = 'blocks' AND b.status IN ('pending', 'in_progress') AND b.deleted_at IS NULL)`,
  'half a lease':
    'SELECT id FROM tasks WHERE num_nonnulls(lease_holder, lease_instance, lease_token, lease_until) NOT IN (0, 4)',
  'a lease on a task that is not in progress':
    "SELECT id FROM tasks WHERE lease_token IS NOT NULL AND status <> 'in_progress'",
  'a token that two tasks share':
    'SELECT lease_token FROM tasks WHERE lease_token IS NOT NULL GROUP BY 1 HAVING count(*) > 1',
  "a task in another project than its goal's":
    'SELECT t.id FROM tasks t JOIN goals g ON g.id = t.goal_id WHERE t.project <> g.project',
  'a sub-task in another goal than its parent':
    'SELECT t.id FROM tasks t JOIN tasks p ON p.id = t.parent_task_id WHERE p.goal_id <> t.goal_id',
  'an open task under a closed goal': `SELECT t.id FROM tasks t JOIN goals g ON g.id = t.goal_id
    WHERE t.status IN ('pending', 'in_progress') AND t.deleted_at IS NULL AND g.status IN ('completed', 'cancelled')`,
  'an open task below a closed one': `SELECT t.id FROM tasks t JOIN tasks p ON p.id = t.parent_task_id
    WHERE t.status IN ('pending', 'in_progress') AND t.deleted_at IS NULL AND p.status IN ('completed', 'cancelled')`,
  'something below what is deleted': `SELECT t.id FROM tasks t JOIN goals g ON g.id = t.goal_id LEFT JOIN tasks p ON p.id = t.parent_task_id
    WHERE t.deleted_at IS NULL AND (g.deleted_at IS NOT NULL OR p.deleted_at IS NOT NULL)`,
  'a lease on a deleted task': 'SELECT id FROM tasks WHERE deleted_at IS NOT NULL AND lease_token IS NOT NULL',
  'a tag of another case beside itself':
    'SELECT task_id FROM task_tags GROUP BY task_id, lower(tag) HAVING count(*) > 1',
  'a completed task without its time, or a time without completion':
    "SELECT id FROM tasks WHERE (status = 'completed') <> (completed_at IS NOT NULL)",
  'a version that is not one more than the updates of its row': `SELECT i.id FROM (SELECT id, version FROM tasks UNION ALL SELECT id, version FROM goals) i
    WHERE i.version <> 1 + (SELECT count(*) FROM updates u WHERE u.id = i.id)`,
  'an item without the event of its creation': `SELECT i.id FROM (SELECT id FROM tasks UNION ALL SELECT id FROM goals) i
    WHERE (SELECT count(*) FROM events e WHERE coalesce(e.task_id, e.goal_id) = i.id AND e.type IN ('task_created', 'goal_created')) <> 1`,
  'a change that no event tells': `SELECT u.id, u.version, field FROM updates u, jsonb_object_keys(u.changed) AS field WHERE NOT EXISTS (
    SELECT 1 FROM events e WHERE coalesce(e.task_id, e.goal_id) = u.id AND (e.after ->> 'version')::bigint = u.version AND e.after ? field)`,
  'a version that was skipped or given twice': `SELECT id FROM (
    SELECT id, version, lag(version, 1, 1::bigint) OVER (PARTITION BY id ORDER BY version) AS before FROM updates) u WHERE version <> before + 1`,
  'a claim of a task that another held': `SELECT e.id FROM (
      SELECT id, task_id, type, after, lag(after ->> 'status') OVER (PARTITION BY task_id ORDER BY (after ->> 'version')::bigint) AS before
      FROM events WHERE task_id IS NOT NULL AND after ? 'status') e
    WHERE e.type = 'task_claimed' AND e.before = 'in_progress'`,
  'a title that search does not know': `SELECT i.id FROM (SELECT id, title, goal_id FROM tasks UNION ALL SELECT id, title, id FROM goals) i
    WHERE NOT EXISTS (SELECT 1 FROM search_documents d WHERE d.item_id = i.id AND d.note_id = 0 AND d.title = i.title AND d.goal_id = i.goal_id)`,
  'a description that search does not know': `SELECT i.id FROM (SELECT id, description FROM tasks UNION ALL SELECT id, description FROM goals) i
    JOIN search_documents d ON d.item_id = i.id AND d.note_id = 0 WHERE d.body <> coalesce(i.description, '')`,
  'a note without its event, or an event without its note': `SELECT coalesce(n.item, e.item) AS id
    FROM (SELECT coalesce(task_id, goal_id) AS item, body, count(*) AS times FROM notes GROUP BY 1, 2) n
    FULL JOIN (
      SELECT coalesce(task_id, goal_id) AS item, coalesce(after, before) ->> 'body' AS body, sum(CASE type WHEN 'note_added' THEN 1 ELSE -1 END) AS times
      FROM events WHERE type IN ('note_added', 'note_removed') GROUP BY 1, 2) e ON e.item = n.item AND e.body = n.body
    WHERE coalesce(n.times, 0) <> coalesce(e.times, 0)`,
  'a parent chain that is a loop or too deep': `WITH RECURSIVE up AS (
      SELECT id, parent_task_id, 1 AS depth FROM tasks
      UNION ALL SELECT up.id, t.parent_task_id, depth + 1 FROM up JOIN tasks t ON t.id = up.parent_task_id WHERE depth < 10)
    SELECT id FROM up WHERE depth > 8`,
};

/** Writes down every update of a row behind the product's back: its version, and the columns that the log must tell of. */
export const watch = `DO $$ BEGIN
  DROP TABLE IF EXISTS updates;
  CREATE TABLE updates (id text, version bigint, changed jsonb);
  CREATE OR REPLACE FUNCTION watch_update() RETURNS trigger LANGUAGE plpgsql AS $f$
  BEGIN
    INSERT INTO updates SELECT NEW.id, NEW.version, jsonb_object_agg(n.key, n.value)
    FROM jsonb_each(to_jsonb(NEW)) n JOIN jsonb_each(to_jsonb(OLD)) o USING (key)
    WHERE n.value <> o.value
      -- The program's times end at milliseconds.
      AND CASE WHEN n.key LIKE '%\\_at' THEN date_trunc('milliseconds', (n.value #>> '{}')::timestamptz)
        IS DISTINCT FROM date_trunc('milliseconds', (o.value #>> '{}')::timestamptz) ELSE true END
      AND n.key NOT IN ('version', 'updated_at', 'blocked_by', 'priority_rank', 'lease_instance', 'lease_token', 'lease_until')
      -- Is given up for a moment when another task of the same call takes it.
      AND n.key <> 'external_ref';
    RETURN NULL;
  END $f$;
  CREATE OR REPLACE TRIGGER watched AFTER UPDATE ON goals FOR EACH ROW EXECUTE FUNCTION watch_update();
  CREATE OR REPLACE TRIGGER watched AFTER UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION watch_update();
END $$`;
