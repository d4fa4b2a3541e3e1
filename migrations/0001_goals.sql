-- Up Migration

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- One row: which store this is. `log_id` changes when a copy is restored, so that old event cursors are known to be void.
CREATE TABLE store_identity (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  store_id uuid NOT NULL DEFAULT gen_random_uuid(),
  log_id uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO store_identity DEFAULT VALUES;

-- Ids are padded to four digits and grow beyond: a bare lpad(.., 4, '0') would cut 10000 to 1000. Order by seq, never by id.
-- Not a generated column: beside a BEFORE UPDATE trigger it counts as changed by every UPDATE, which then locks the row against
-- all who only refer to it.
CREATE FUNCTION set_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.id := TG_ARGV[0] || lpad(NEW.seq::text, greatest(4, length(NEW.seq::text)), '0');
  RETURN NEW;
END $$;

CREATE TABLE goals (
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id text PRIMARY KEY CHECK (id = 'GOAL-' || lpad(seq::text, greatest(4, length(seq::text)), '0')),
  title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  description text,
  status text NOT NULL DEFAULT 'pending',
  project text NOT NULL DEFAULT 'default',
  priority text NOT NULL DEFAULT 'medium',
  priority_rank smallint GENERATED ALWAYS AS (CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END) STORED,
  due_at timestamptz,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
  version bigint NOT NULL DEFAULT 1,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  deleted_at timestamptz,
  CONSTRAINT valid_status CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  CONSTRAINT valid_priority CHECK (priority IN ('low', 'medium', 'high', 'critical'))
);

CREATE INDEX idx_goals_status ON goals (status);
CREATE INDEX idx_goals_created_at ON goals (created_at DESC, seq DESC);
CREATE INDEX idx_goals_status_created ON goals (status, created_at DESC);
CREATE INDEX idx_goals_metadata ON goals USING gin (metadata);
CREATE INDEX idx_goals_updated ON goals (updated_at DESC, seq DESC);
CREATE INDEX idx_goals_project ON goals (project, updated_at DESC, seq DESC);
CREATE INDEX idx_goals_open_due ON goals (due_at, seq) WHERE due_at IS NOT NULL AND status IN ('pending', 'in_progress') AND deleted_at IS NULL;

CREATE TABLE tasks (
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id text PRIMARY KEY CHECK (id = 'TASK-' || lpad(seq::text, greatest(4, length(seq::text)), '0')),
  goal_id text NOT NULL REFERENCES goals (id) ON DELETE CASCADE DEFERRABLE,
  parent_task_id text REFERENCES tasks (id) ON DELETE SET NULL DEFERRABLE,
  title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  description text,
  status text NOT NULL DEFAULT 'pending',
  priority text NOT NULL DEFAULT 'medium',
  priority_rank smallint GENERATED ALWAYS AS (CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END) STORED,
  due_at timestamptz,
  defer_until timestamptz,
  position integer NOT NULL DEFAULT 0,
  estimate_minutes integer CHECK (estimate_minutes > 0),
  percent smallint NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
  acceptance jsonb NOT NULL DEFAULT '[]'::jsonb,
  assignee text,
  lease_holder text,
  lease_instance uuid,
  lease_token uuid,
  lease_until timestamptz,
  blocked_by integer NOT NULL DEFAULT 0 CHECK (blocked_by >= 0),
  result jsonb,
  external_ref text,
  project text NOT NULL DEFAULT 'default',
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
  version bigint NOT NULL DEFAULT 1,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  deleted_at timestamptz,
  CONSTRAINT valid_status CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  CONSTRAINT valid_priority CHECK (priority IN ('low', 'medium', 'high', 'critical')),
  CONSTRAINT whole_lease CHECK (num_nonnulls(lease_holder, lease_instance, lease_token, lease_until) IN (0, 4))
);

COMMENT ON COLUMN tasks.project IS 'Copy of the goal''s project, kept by the transaction that moves the goal, for the unique external reference and the ready index.';
COMMENT ON COLUMN tasks.blocked_by IS 'Open tasks that block this one, kept by refresh_blocked_by().';

CREATE INDEX idx_tasks_goal_id ON tasks (goal_id, status);
CREATE INDEX idx_tasks_status ON tasks (status, project) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_parent_task_id ON tasks (parent_task_id);
CREATE INDEX idx_tasks_created_at ON tasks (created_at DESC, seq DESC);
CREATE INDEX idx_tasks_updated ON tasks (updated_at DESC, seq DESC);
CREATE INDEX idx_tasks_ready ON tasks (priority_rank, due_at, position, seq) WHERE status = 'pending' AND blocked_by = 0 AND deleted_at IS NULL;
CREATE INDEX idx_tasks_goal_ready ON tasks (goal_id, priority_rank, due_at, position, seq) WHERE status = 'pending' AND blocked_by = 0 AND deleted_at IS NULL;
CREATE INDEX idx_tasks_open_due ON tasks (due_at, seq) WHERE due_at IS NOT NULL AND status IN ('pending', 'in_progress') AND deleted_at IS NULL;
CREATE INDEX idx_tasks_leases ON tasks (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX idx_tasks_assignee ON tasks (assignee, updated_at DESC) WHERE assignee IS NOT NULL;
CREATE UNIQUE INDEX idx_tasks_external_ref ON tasks (project, external_ref) WHERE external_ref IS NOT NULL AND deleted_at IS NULL;

-- Tags keep their case and are unique ignoring it.
CREATE TABLE goal_tags (
  goal_id text NOT NULL REFERENCES goals (id) ON DELETE CASCADE DEFERRABLE,
  tag text NOT NULL CHECK (char_length(tag) BETWEEN 1 AND 64),
  PRIMARY KEY (goal_id, tag)
);
CREATE UNIQUE INDEX idx_goal_tags_ignoring_case ON goal_tags (goal_id, lower(tag));
CREATE INDEX idx_goal_tags_tag ON goal_tags (lower(tag));

CREATE TABLE task_tags (
  task_id text NOT NULL REFERENCES tasks (id) ON DELETE CASCADE DEFERRABLE,
  tag text NOT NULL CHECK (char_length(tag) BETWEEN 1 AND 64),
  PRIMARY KEY (task_id, tag)
);
CREATE UNIQUE INDEX idx_task_tags_ignoring_case ON task_tags (task_id, lower(tag));
CREATE INDEX idx_task_tags_tag ON task_tags (lower(tag));

CREATE TABLE task_links (
  from_task_id text NOT NULL REFERENCES tasks (id) ON DELETE CASCADE DEFERRABLE,
  to_task_id text NOT NULL REFERENCES tasks (id) ON DELETE CASCADE DEFERRABLE,
  type text NOT NULL CHECK (type IN ('blocks', 'related', 'discovered_from', 'duplicates')),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (from_task_id, to_task_id, type),
  CHECK (from_task_id <> to_task_id)
);
CREATE INDEX idx_task_links_to ON task_links (to_task_id, type);

CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  goal_id text REFERENCES goals (id) ON DELETE CASCADE DEFERRABLE,
  task_id text REFERENCES tasks (id) ON DELETE CASCADE DEFERRABLE,
  author text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('note', 'decision', 'blocker', 'handoff', 'progress')),
  body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (num_nonnulls(goal_id, task_id) = 1)
);
CREATE INDEX idx_notes_goal ON notes (goal_id, id DESC) WHERE goal_id IS NOT NULL;
CREATE INDEX idx_notes_task ON notes (task_id, id DESC) WHERE task_id IS NOT NULL;
CREATE INDEX idx_notes_handoffs ON notes (id DESC) WHERE kind = 'handoff';

-- Who is at work, on what.
CREATE TABLE agents (
  name text NOT NULL,
  session uuid NOT NULL,
  last_seen timestamptz NOT NULL DEFAULT now(),
  doing text,
  PRIMARY KEY (name, session)
);
CREATE INDEX idx_agents_last_seen ON agents (last_seen);

-- The audit log. Ids are handed out before commit: a follower reads xid < pg_snapshot_xmin(pg_current_snapshot()) in order of (xid, id).
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  type text NOT NULL,
  goal_id text,
  task_id text,
  actor text NOT NULL,
  client text,
  before jsonb,
  after jsonb,
  undo_of bigint
);
CREATE INDEX idx_events_order ON events (xid, id);
CREATE INDEX idx_events_goal ON events (goal_id, id DESC);
CREATE INDEX idx_events_task ON events (task_id, id DESC) WHERE task_id IS NOT NULL;
CREATE INDEX idx_events_actor ON events (actor, id DESC);
CREATE INDEX idx_events_at ON events USING brin (at);

CREATE TABLE idempotency_keys (
  key text NOT NULL,
  actor text NOT NULL,
  request_hash text NOT NULL,
  result jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (key, actor)
);
CREATE INDEX idx_idempotency_keys_created ON idempotency_keys (created_at);

-- Processes that have this database; a dashboard elsewhere sees them here.
CREATE TABLE server_instances (
  id uuid PRIMARY KEY,
  server text NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  version text NOT NULL,
  state text NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  report jsonb NOT NULL DEFAULT '{}'::jsonb
);

-- One row per goal, task or note, written by index_items() in the transaction of the change.
CREATE TABLE search_documents (
  item_id text NOT NULL,
  note_id bigint NOT NULL DEFAULT 0,
  kind text NOT NULL CHECK (kind IN ('goal', 'task', 'note')),
  goal_id text NOT NULL REFERENCES goals (id) ON DELETE CASCADE DEFERRABLE,
  title text NOT NULL,
  body text NOT NULL,
  words text NOT NULL,
  document tsvector NOT NULL,
  PRIMARY KEY (item_id, note_id)
);
CREATE INDEX idx_search_documents_document ON search_documents USING gin (document);
CREATE INDEX idx_search_documents_words ON search_documents USING gin (words gin_trgm_ops);
CREATE INDEX idx_search_documents_goal ON search_documents (goal_id);

-- Runs of scripts that PostgreSQL does not cut into words (Thai, Lao, Burmese, Khmer, Japanese, Chinese) as overlapping pairs of letters,
-- at places that follow each other, so that any part of a run is found as a phrase of pairs.
CREATE FUNCTION letter_pairs(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(content) = char_length(content) THEN ''::tsvector ELSE coalesce((
    SELECT string_agg(quote_literal(substr(run, i, 2)) || ':' || least(place, 16383), ' ')::tsvector
    FROM (
      SELECT m.run[1] AS run, i, row_number() OVER (ORDER BY m.no, i) + m.no AS place
      FROM regexp_matches(content, '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+', 'g')
        WITH ORDINALITY AS m (run, no), generate_series(1, char_length(m.run[1])) AS i
    ) pairs
  ), '') END
$$;

-- `simple` finds names and code exactly, `english` finds inflected words: both in one document.
CREATE FUNCTION search_document(title text, tags text, body text, weight "char") RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('english', title), 'A') || setweight(letter_pairs(title), 'A')
      || setweight(to_tsvector('simple', tags), 'B') || setweight(letter_pairs(tags), 'B')
      || setweight(to_tsvector('simple', body), weight) || setweight(to_tsvector('english', body), weight) || setweight(letter_pairs(body), weight)
$$;

-- Writes the documents of these goals and tasks as they are now. `words` is what misspellings and scripts without spaces are matched on.
-- In PL/pgSQL, which keeps the plans of its statements for the session.
CREATE FUNCTION index_items(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_documents (item_id, kind, goal_id, title, body, words, document)
  SELECT item.id, item.kind, item.goal_id, item.title, item.body,
         lower(item.id || ' ' || item.title || ' ' || item.tags || ' ' || left(item.body, 1000)),
         search_document(item.id || ' ' || item.title, item.tags, left(item.body, 20000), 'C')
  FROM (
    SELECT g.id, 'goal' AS kind, g.id AS goal_id, g.title, coalesce(g.description, '') AS body,
           coalesce((SELECT string_agg(tag, ' ') FROM goal_tags WHERE goal_id = g.id), '') AS tags
    FROM goals g WHERE g.id = ANY (ids)
    UNION ALL
    SELECT t.id, 'task', t.goal_id, t.title, coalesce(t.description, ''),
           coalesce((SELECT string_agg(tag, ' ') FROM task_tags WHERE task_id = t.id), '')
    FROM tasks t WHERE t.id = ANY (ids)
  ) item
  ON CONFLICT (item_id, note_id) DO UPDATE
    SET goal_id = excluded.goal_id, title = excluded.title, body = excluded.body, words = excluded.words, document = excluded.document;
  UPDATE search_documents d SET goal_id = t.goal_id
  FROM tasks t WHERE t.id = ANY (ids) AND d.item_id = t.id AND d.note_id > 0 AND d.goal_id <> t.goal_id;
END $$;

-- Documents with words that look like these or that contain them, of a goal, a project or all but the demo: for misspellings and for
-- parts of names (from three letters on). The threshold is the function's own, because the default of 0.6 misses one wrong letter in
-- a short word.
CREATE FUNCTION find_alike(looked_for text, of_goal text, of_project text, most integer)
RETURNS TABLE (item_id text, note_id bigint, rank real) LANGUAGE plpgsql STABLE SET pg_trgm.word_similarity_threshold = 0.45 AS $$
DECLARE
  wanted text := lower(looked_for);
  part text := CASE WHEN char_length(looked_for) > 2 THEN '%' || regexp_replace(lower(looked_for), '([\\%_])', '\\\1', 'g') || '%' END;
BEGIN
  IF of_goal IS NOT NULL THEN
    RETURN QUERY SELECT d.item_id, d.note_id, greatest(word_similarity(wanted, d.words), CASE WHEN d.words LIKE part THEN 0.9 END)::real
      FROM search_documents d WHERE d.goal_id = of_goal AND (wanted <% d.words OR d.words LIKE part) LIMIT most;
  ELSE
    RETURN QUERY SELECT d.item_id, d.note_id, greatest(word_similarity(wanted, d.words), CASE WHEN d.words LIKE part THEN 0.9 END)::real
      FROM search_documents d JOIN goals g ON g.id = d.goal_id
      WHERE (wanted <% d.words OR d.words LIKE part) AND CASE WHEN of_project IS NULL THEN g.project <> 'demo' ELSE g.project = of_project END
      LIMIT most;
  END IF;
END $$;

CREATE FUNCTION index_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_documents (item_id, note_id, kind, goal_id, title, body, words, document)
  SELECT coalesce(NEW.task_id, NEW.goal_id), NEW.id, 'note', coalesce(NEW.goal_id, t.goal_id), '', NEW.body,
         lower(left(NEW.body, 1000)), search_document('', '', left(NEW.body, 20000), 'D')
  FROM (SELECT 1) one LEFT JOIN tasks t ON t.id = NEW.task_id;
  RETURN NULL;
END $$;
CREATE TRIGGER notes_indexed AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION index_note();

CREATE FUNCTION unindex_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_documents WHERE item_id IN (SELECT id FROM gone);
  RETURN NULL;
END $$;
CREATE TRIGGER goals_unindexed AFTER DELETE ON goals REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION unindex_items();
CREATE TRIGGER tasks_unindexed AFTER DELETE ON tasks REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION unindex_items();

-- Every UPDATE raises the version, on every path. A change of blocked_by alone is not an update in the eyes of a person.
CREATE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE FUNCTION raise_task_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  IF NEW.blocked_by = OLD.blocked_by THEN NEW.updated_at := now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER goals_id BEFORE INSERT ON goals FOR EACH ROW EXECUTE FUNCTION set_id('GOAL-');
CREATE TRIGGER tasks_id BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION set_id('TASK-');
CREATE TRIGGER goals_version BEFORE UPDATE ON goals FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER tasks_version BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION raise_task_version();

-- Counts the open blockers of these tasks anew. The rows are locked first and counted in the next statement, whose snapshot
-- then sees every transaction that held a lock before: two blockers finished at once cannot leave a stale count.
CREATE FUNCTION refresh_blocked_by(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM tasks WHERE id = ANY (ids) ORDER BY seq FOR NO KEY UPDATE;
  UPDATE tasks t SET blocked_by = now_open.n
  FROM (
    SELECT d.id, (
      SELECT count(*)::integer FROM task_links l JOIN tasks b ON b.id = l.from_task_id
      WHERE l.to_task_id = d.id AND l.type = 'blocks' AND b.status IN ('pending', 'in_progress') AND b.deleted_at IS NULL
    ) AS n
    FROM unnest(ids) AS d (id)
  ) now_open
  WHERE t.id = now_open.id AND t.blocked_by <> now_open.n;
END $$;

-- EXCEPT, not a join: a session keeps the plan it made for one row, and a nested loop over thousands of rows is quadratic.
CREATE FUNCTION task_open_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE dependants text[];
BEGIN
  SELECT array_agg(DISTINCT l.to_task_id) INTO dependants
  FROM (
    SELECT id, status IN ('pending', 'in_progress') AND deleted_at IS NULL FROM was
    EXCEPT
    SELECT id, status IN ('pending', 'in_progress') AND deleted_at IS NULL FROM became
  ) changed JOIN task_links l ON l.from_task_id = changed.id AND l.type = 'blocks';
  IF dependants IS NOT NULL THEN PERFORM refresh_blocked_by(dependants); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tasks_open_changed AFTER UPDATE ON tasks REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION task_open_changed();

-- The blockers are locked against finishing until the new link is visible to whoever finishes them.
CREATE FUNCTION task_links_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE dependants text[];
BEGIN
  SELECT array_agg(DISTINCT to_task_id) INTO dependants FROM added WHERE type = 'blocks';
  IF dependants IS NULL THEN RETURN NULL; END IF;
  PERFORM 1 FROM tasks WHERE id IN (SELECT from_task_id FROM added WHERE type = 'blocks') ORDER BY seq FOR SHARE;
  PERFORM refresh_blocked_by(dependants);
  RETURN NULL;
END $$;
CREATE TRIGGER task_links_added AFTER INSERT ON task_links REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION task_links_added();

CREATE FUNCTION task_links_removed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE dependants text[];
BEGIN
  SELECT array_agg(DISTINCT to_task_id) INTO dependants FROM removed WHERE type = 'blocks';
  IF dependants IS NOT NULL THEN PERFORM refresh_blocked_by(dependants); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER task_links_removed AFTER DELETE ON task_links REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION task_links_removed();

-- True when a task above this one (its parent, and so on up) waits for a blocker.
CREATE FUNCTION ancestor_blocked(parent text) RETURNS boolean LANGUAGE sql STABLE AS $$
  WITH RECURSIVE above AS (
    SELECT parent_task_id, blocked_by FROM tasks WHERE id = parent
    UNION ALL
    SELECT t.parent_task_id, t.blocked_by FROM tasks t JOIN above ON t.id = above.parent_task_id
  )
  SELECT EXISTS (SELECT 1 FROM above WHERE blocked_by > 0)
$$;

-- Down Migration

DROP TABLE server_instances, idempotency_keys, events, agents, search_documents, notes, task_links, task_tags, goal_tags, tasks, goals, store_identity CASCADE;
DROP FUNCTION ancestor_blocked, refresh_blocked_by, task_open_changed, task_links_added, task_links_removed,
  set_id, raise_version, raise_task_version, index_items, find_alike, index_note, unindex_items, search_document, letter_pairs;
