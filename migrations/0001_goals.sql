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
CREATE INDEX idx_goals_deleted ON goals (updated_at DESC, seq DESC) WHERE deleted_at IS NOT NULL;
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
-- The latest of one project must not be looked for among those of all others.
CREATE INDEX idx_tasks_project ON tasks (project, updated_at DESC, seq DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_ready ON tasks (priority_rank, due_at, position, seq) WHERE status = 'pending' AND blocked_by = 0 AND deleted_at IS NULL;
CREATE INDEX idx_tasks_goal_ready ON tasks (goal_id, priority_rank, due_at, position, seq) WHERE status = 'pending' AND blocked_by = 0 AND deleted_at IS NULL;
CREATE INDEX idx_tasks_open_due ON tasks (due_at, seq) WHERE due_at IS NOT NULL AND status IN ('pending', 'in_progress') AND deleted_at IS NULL;
CREATE INDEX idx_tasks_blocked ON tasks (project, goal_id) WHERE blocked_by > 0 AND status IN ('pending', 'in_progress') AND deleted_at IS NULL;
CREATE INDEX idx_tasks_priority ON tasks (priority_rank, seq) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_due ON tasks (coalesce(due_at, 'infinity'::timestamptz), seq) WHERE deleted_at IS NULL;
CREATE INDEX idx_tasks_deleted ON tasks (updated_at DESC, seq DESC) WHERE deleted_at IS NOT NULL;
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
CREATE INDEX idx_notes_created ON notes USING brin (created_at);
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

-- One row per goal, task or note, written by index_items() in the transaction of the change. `title` holds what a note shares with its
-- item, so that words of both are found together.
CREATE TABLE search_documents (
  item_id text NOT NULL,
  note_id bigint NOT NULL DEFAULT 0,
  kind text NOT NULL CHECK (kind IN ('goal', 'task', 'note')),
  goal_id text NOT NULL REFERENCES goals (id) ON DELETE CASCADE DEFERRABLE,
  title text NOT NULL,
  body text NOT NULL,
  document tsvector NOT NULL,
  PRIMARY KEY (item_id, note_id)
);
-- A search reads the list of what is not yet merged into the index from end to end: it is kept short.
CREATE INDEX idx_search_documents_document ON search_documents USING gin (document) WITH (gin_pending_list_limit = 512);
CREATE INDEX idx_search_documents_goal ON search_documents (goal_id);

-- Every word there is or was: misspellings and parts of words are looked up here, which grows far slower than the documents. Not unique,
-- because two transactions with the same new word must not wait for each other.
CREATE TABLE search_words (word text COLLATE "C" NOT NULL);
CREATE INDEX idx_search_words_word ON search_words (word);
CREATE INDEX idx_search_words_similar ON search_words USING gin (word gin_trgm_ops);

-- Without case, accents and punctuation beyond ASCII, which the parser takes for letters where the locale is C; ASCII stays as it is.
CREATE FUNCTION fold(content text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF octet_length(content) = char_length(content) THEN RETURN content; END IF;
  content := regexp_replace(normalize(lower(content), NFKD), '[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u206f]+', '', 'g');
  content := regexp_replace(normalize(content, NFC), '[\u00a0-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u060c\u061b\u061f\u2000-\u2bff\u3000-\u3004\u3008-\u3020\u3030\u303d\u30fb]+', ' ', 'g');
  RETURN replace(replace(replace(translate(content, 'łøđıħŧ', 'lodiht'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
END $$;

-- getUserById, src/app.ts, ERR-42 -> the words they are made of.
CREATE FUNCTION split_names(content text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF content ~ '[a-z0-9][A-Z]|[A-Z][A-Z][a-z]' THEN
    content := regexp_replace(regexp_replace(content, '([A-Z])([A-Z][a-z])', '\1 \2', 'g'), '([a-z0-9])([A-Z])', '\1 \2', 'g');
  END IF;
  IF content ~ '[[:alnum:]][-./:@#+=][[:alnum:]]' THEN content := translate(content, '-_./:@#+=?&', '           '); END IF;
  RETURN content;
END $$;

-- Words are found inflected; unlike the configurations of the same languages these leave no words out, so that a search for `will` works.
CREATE TEXT SEARCH DICTIONARY search_english (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH DICTIONARY search_russian (TEMPLATE = snowball, Language = russian);
CREATE TEXT SEARCH DICTIONARY search_arabic (TEMPLATE = snowball, Language = arabic);
CREATE TEXT SEARCH CONFIGURATION search_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION search_english ALTER MAPPING REPLACE english_stem WITH search_english;
CREATE TEXT SEARCH CONFIGURATION search_russian (COPY = search_english);
ALTER TEXT SEARCH CONFIGURATION search_russian ALTER MAPPING FOR word, hword, hword_part WITH search_russian;
CREATE TEXT SEARCH CONFIGURATION search_arabic (COPY = search_english);
ALTER TEXT SEARCH CONFIGURATION search_arabic ALTER MAPPING FOR word, hword, hword_part WITH search_arabic;

CREATE FUNCTION language_of(content text) RETURNS regconfig LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF octet_length(content) = char_length(content) THEN RETURN 'search_english'; END IF;
  RETURN CASE WHEN content ~ '[\u0400-\u04ff]' THEN 'search_russian' WHEN content ~ '[\u0600-\u06ff]' THEN 'search_arabic' ELSE 'search_english' END;
END $$;

-- Runs of scripts that PostgreSQL does not cut into words (Thai, Lao, Burmese, Khmer, Japanese, Chinese) as overlapping pairs of letters,
-- at places that follow each other, so that any part of a run is found as a phrase of pairs.
CREATE FUNCTION letter_pairs(content text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN coalesce((
    SELECT string_agg(quote_literal(substr(run, i, 2)) || ':' || least(place, 16383), ' ')::tsvector
    FROM (
      SELECT m.run[1] AS run, i, row_number() OVER (ORDER BY m.no, i) + m.no AS place
      FROM regexp_matches(content, '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+', 'g')
        WITH ORDINALITY AS m (run, no), generate_series(1, char_length(m.run[1])) AS i
    ) pairs
  ), '');
END $$;

-- Names and code are there whole and in parts, words inflected; titles and tags (A, B) as written, too.
CREATE FUNCTION search_vector(content text, weight "char") RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  words text;
  whole text;
  vector tsvector;
BEGIN
  IF content = '' THEN RETURN ''; END IF;
  -- Most texts are ASCII without names, and this is most of what writing a goal costs: one look finds out.
  IF octet_length(content) = char_length(content) THEN
    vector := to_tsvector('search_english', content);
    IF content ~ '[a-z0-9][A-Z]|[A-Z][A-Z][a-z]|[[:alnum:]][-./:@#+=][[:alnum:]]' THEN
      vector := vector || to_tsvector('search_english', split_names(content));
    END IF;
    IF weight < 'C' THEN vector := vector || to_tsvector('simple', content); END IF;
  ELSE
    words := split_names(content);
    whole := fold(content);
    vector := to_tsvector(language_of(whole), whole);
    IF words <> content THEN vector := vector || to_tsvector(language_of(whole), fold(words)); END IF;
    IF weight < 'C' THEN vector := vector || to_tsvector('simple', whole); END IF;
    vector := vector || letter_pairs(whole);
  END IF;
  RETURN setweight(vector, weight);
END $$;

-- What is searched of a goal or task; `more` weighs less than its title.
CREATE VIEW searched_items AS
  SELECT g.id, 'goal' AS kind, g.id AS goal_id, g.title, left(coalesce(g.description, ''), 20000) AS body,
         coalesce((SELECT string_agg(tag, ' ' ORDER BY tag) FROM goal_tags WHERE goal_id = g.id), '') AS more
  FROM goals g
  UNION ALL
  SELECT t.id, 'task', t.goal_id, t.title, left(coalesce(t.description, ''), 20000),
         coalesce((SELECT string_agg(tag, ' ' ORDER BY tag) FROM task_tags WHERE task_id = t.id), '')
  FROM tasks t;

-- OFFSET 0: each word is looked at once, not wherever it stands.
CREATE FUNCTION learn_words(documents tsvector[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_words
  SELECT word FROM (
    SELECT DISTINCT word COLLATE "C" AS word FROM unnest(documents) AS document, unnest(tsvector_to_array(document)) AS word OFFSET 0
  ) given
  WHERE word >= 'a' AND char_length(word) BETWEEN 3 AND 40 AND word !~ '^(goal|task)-[0-9]+$'
    AND NOT EXISTS (SELECT FROM search_words known WHERE known.word = given.word);
END $$;

-- Writes the documents of these goals and tasks as they are now, and those of their notes where title, tags or goal are others.
-- In PL/pgSQL, which keeps the plans of its statements for the session.
CREATE FUNCTION index_items(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  documents tsvector[];
BEGIN
  WITH item AS MATERIALIZED (
    SELECT * FROM searched_items WHERE id = ANY (ids)
  ), tagged AS MATERIALIZED ( -- The tasks of a plan share their tags.
    SELECT more, search_vector(more, 'B') AS document FROM (SELECT DISTINCT more FROM item) every
  ), written AS (
    INSERT INTO search_documents (item_id, kind, goal_id, title, body, document)
    SELECT id, kind, goal_id, title, body, (quote_literal(lower(id)) || ':1A')::tsvector
           || search_vector(title, 'A') || tagged.document || search_vector(body, 'C')
    FROM item JOIN tagged USING (more)
    ON CONFLICT (item_id, note_id) DO UPDATE
      SET goal_id = excluded.goal_id, title = excluded.title, body = excluded.body, document = excluded.document
    RETURNING document
  )
  SELECT array_agg(document) INTO documents FROM written;
  PERFORM learn_words(documents);
  IF EXISTS (SELECT FROM search_documents WHERE item_id = ANY (ids) AND note_id > 0) THEN
    UPDATE search_documents d
    SET goal_id = i.goal_id, title = concat_ws(' ', i.title, i.more), document = note_vector(d.body, concat_ws(' ', i.title, i.more))
    FROM searched_items i
    WHERE i.id = ANY (ids) AND d.item_id = i.id AND d.note_id > 0
      AND (d.goal_id <> i.goal_id OR d.title <> concat_ws(' ', i.title, i.more));
  END IF;
END $$;

-- A note is found by words of its own beside those of its item.
CREATE FUNCTION note_vector(body text, item text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN search_vector(body, 'D') || search_vector(item, 'D');
END $$;

CREATE FUNCTION index_notes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  documents tsvector[];
BEGIN
  WITH item AS MATERIALIZED (
    SELECT * FROM searched_items WHERE id = ANY (ARRAY(SELECT coalesce(task_id, goal_id) FROM added))
  ), written AS (
    INSERT INTO search_documents (item_id, note_id, kind, goal_id, title, body, document)
    SELECT i.id, n.id, 'note', i.goal_id, concat_ws(' ', i.title, i.more), left(n.body, 20000),
           note_vector(left(n.body, 20000), concat_ws(' ', i.title, i.more))
    FROM added n JOIN item i ON i.id = coalesce(n.task_id, n.goal_id)
    RETURNING document
  )
  SELECT array_agg(document) INTO documents FROM written;
  PERFORM learn_words(documents);
  RETURN NULL;
END $$;
CREATE TRIGGER notes_indexed AFTER INSERT ON notes REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION index_notes();

-- Words known to the search that look like this one, with letters wrong, missing, added or swapped, or that contain it.
-- Always by the index: after an import the planner takes the table for small until it is analysed.
CREATE FUNCTION words_like(looked_for text) RETURNS tsquery LANGUAGE plpgsql STABLE SET pg_trgm.similarity_threshold = 0.3 SET enable_seqscan = off AS $$
DECLARE
  variants text[] := ts_lexize('search_english', looked_for) || ARRAY(
    SELECT overlay(looked_for PLACING reverse(substr(looked_for, i, 2)) FROM i FOR 2)
    FROM generate_series(1, least(char_length(looked_for) - 1, 20)) AS i);
  nearest text;
BEGIN
  SELECT string_agg(quote_literal(word), ' | ') INTO nearest FROM (
    SELECT word, max(nearness) OVER () - nearness AS behind FROM (
      SELECT DISTINCT known.word, greatest(
        similarity(known.word, looked_for),
        CASE WHEN known.word LIKE '%' || looked_for || '%' THEN 0.75 END,
        (SELECT max(similarity(known.word, variant)) - 0.05 FROM unnest(variants) AS variant)) AS nearness
      FROM search_words known
      WHERE known.word % ANY (looked_for || variants) OR known.word LIKE '%' || looked_for || '%'
    ) near ORDER BY nearness DESC, word LIMIT 20
  ) best WHERE behind <= 0.15 AND word !~ '\\';
  RETURN nearest::tsquery;
END $$;

-- What a term of a search asks for: `written` as it stands or inflected, `begun` also as the beginning of a word, `alike` misspelt.
-- NULL when nothing looks like it. `common` is true for words that say nothing unless they stand alone.
CREATE FUNCTION search_term(term jsonb, mode text, OUT asked tsquery, OUT common boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
  written text := fold(term->>'text');
  words text := lower(fold(split_names(term->>'text')));
  runs constant text := '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+';
  run text;
  word text;
  pieces tsquery;
BEGIN
  asked := phraseto_tsquery(language_of(written), written);
  pieces := phraseto_tsquery(language_of(words), words);
  IF asked <> pieces THEN asked := asked || pieces; END IF;
  common := NOT (term->>'phrase')::boolean AND numnode(phraseto_tsquery('english', words)) = 0;
  pieces := NULL;
  IF words ~ runs THEN
    pieces := phraseto_tsquery('simple', regexp_replace(written, runs, ' ', 'g'));
    FOR run IN SELECT m[1] FROM regexp_matches(written, runs, 'g') AS m LOOP
      pieces := pieces && (
        SELECT string_agg(quote_literal(substr(run, i, 2)) || CASE WHEN char_length(run) = 1 THEN ':*' ELSE '' END, ' <-> ' ORDER BY i)::tsquery
        FROM generate_series(1, greatest(char_length(run) - 1, 1)) AS i);
    END LOOP;
    asked := asked || pieces;
    common := false;
  ELSIF (term->>'phrase')::boolean OR (term->>'not')::boolean THEN
    RETURN;
  ELSIF mode = 'alike' THEN
    IF common THEN RETURN; END IF;
    FOR word IN SELECT * FROM regexp_split_to_table(words, '[[:space:][:punct:]]+') LOOP
      CONTINUE WHEN word = '';
      pieces := coalesce(pieces && word_query, word_query)
        FROM (SELECT CASE WHEN char_length(word) < 3 THEN plainto_tsquery('simple', word) ELSE words_like(word) END AS word_query) one;
      EXIT WHEN pieces IS NULL;
    END LOOP;
    asked := CASE WHEN pieces IS NOT NULL THEN asked || pieces END;
  ELSE
    IF written ~* '^(goal|task)-[0-9]+$' THEN asked := asked || quote_literal(lower(written))::tsquery; END IF;
    -- Korean hangs its particles on the word.
    IF written ~ '^[\uac00-\ud7a3]+$' OR (mode = 'begun' AND (term->>'begun')::boolean AND written ~ '^[^[:space:]\\]{2,}$') THEN
      asked := asked || (quote_literal(lower(written)) || ':*')::tsquery;
      word := substring(words FROM '([^[:space:][:punct:]]+)$');
      pieces := phraseto_tsquery(language_of(words), regexp_replace(words, '[^[:space:][:punct:]]+$', ''));
      IF numnode(pieces) > 0 AND word IS NOT NULL THEN asked := asked || tsquery_phrase(pieces, (quote_literal(word) || ':*')::tsquery); END IF;
    END IF;
  END IF;
END $$;

-- All documents of an item as one.
CREATE AGGREGATE joined_documents(tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');

-- `wanted` is a list of alternatives, each a list of terms {text, phrase, not, begun}, of which all must be there, or not be there;
-- in the mode `any` one of them is enough.
CREATE FUNCTION search_query(wanted jsonb, mode text) RETURNS tsquery LANGUAGE plpgsql STABLE SET client_min_messages = warning AS $$
DECLARE
  alternative jsonb;
  term jsonb;
  found record;
  every tsquery;
  commons tsquery;
  result tsquery;
BEGIN
  IF mode = 'begun' AND NOT jsonb_path_exists(wanted, '$[*][*] ? (@.begun == true)') THEN RETURN NULL; END IF;
  FOR alternative IN SELECT * FROM jsonb_array_elements(wanted) LOOP
    every := NULL;
    commons := NULL;
    FOR term IN SELECT * FROM jsonb_array_elements(alternative) LOOP
      found := search_term(term, CASE mode WHEN 'any' THEN 'alike' ELSE mode END);
      IF found.asked IS NULL THEN
        every := NULL;
        commons := NULL;
        EXIT;
      END IF;
      CONTINUE WHEN numnode(found.asked) = 0;
      IF (term->>'not')::boolean THEN found.asked := !! found.asked; END IF;
      IF found.common THEN commons := coalesce(commons && found.asked, found.asked);
      ELSIF mode = 'any' THEN every := coalesce(every || found.asked, found.asked);
      ELSE every := coalesce(every && found.asked, found.asked);
      END IF;
    END LOOP;
    every := coalesce(every, commons);
    result := coalesce(result || every, result, every);
  END LOOP;
  RETURN result;
END $$;

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
-- Hundreds of tasks may come at once, with their ids.
CREATE TRIGGER tasks_id BEFORE INSERT ON tasks FOR EACH ROW WHEN (NEW.id IS NULL) EXECUTE FUNCTION set_id('TASK-');
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

-- What an import made of each entry of its source, so that a second import of it changes only what the source changed since.
-- `fields` has a hash of every value the source named.
CREATE TABLE import_entries (
  source text NOT NULL,
  key text NOT NULL,
  goal_id text REFERENCES goals (id) ON DELETE CASCADE DEFERRABLE,
  task_id text REFERENCES tasks (id) ON DELETE CASCADE DEFERRABLE,
  fields jsonb NOT NULL DEFAULT '{}'::jsonb,
  imported_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, key),
  CHECK (num_nonnulls(goal_id, task_id) = 1)
);
CREATE INDEX idx_import_entries_goal ON import_entries (goal_id) WHERE goal_id IS NOT NULL;
CREATE INDEX idx_import_entries_task ON import_entries (task_id) WHERE task_id IS NOT NULL;

-- Down Migration

DROP TABLE import_entries, server_instances, idempotency_keys, events, agents, search_documents, search_words, notes, task_links, task_tags, goal_tags, tasks, goals, store_identity CASCADE;
DROP AGGREGATE joined_documents(tsvector);
DROP FUNCTION ancestor_blocked, refresh_blocked_by, task_open_changed, task_links_added, task_links_removed,
  set_id, raise_version, raise_task_version, index_items, index_notes, unindex_items,
  search_query, search_term, words_like, note_vector, search_vector, learn_words, letter_pairs, language_of, split_names, fold;
DROP TEXT SEARCH CONFIGURATION search_english, search_russian, search_arabic;
DROP TEXT SEARCH DICTIONARY search_english, search_russian, search_arabic;
