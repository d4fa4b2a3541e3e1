-- Up Migration

-- At most one row: which Redis holds the cache, and whether it may be read. Without a row the cache is off and was never on.
-- `epoch` rises with every switch; entries written under an older one are void.
CREATE TABLE cache_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch bigint NOT NULL DEFAULT 1,
  off boolean NOT NULL DEFAULT true,
  redis text,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What a transaction changed, on every path, also by triggers. A session that tells the cache (it says so by
-- mcp_servers.tells_cache) reads the list before it commits. Any other writer, such as a server without Redis or a person with psql,
-- has the cache switched off with its commit: the same as the servers do when they cannot reach Redis.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids text;
BEGIN
  IF current_setting('mcp_servers.tells_cache', true) = 'on' THEN
    EXECUTE format('SELECT string_agg(DISTINCT %I, '','') FROM changed', TG_ARGV[0]) INTO ids;
    IF ids IS NOT NULL THEN
      PERFORM set_config('mcp_servers.changed', concat_ws(',', nullif(current_setting('mcp_servers.changed', true), ''), ids), true);
    END IF;
  ELSE
    WHILE EXISTS (SELECT FROM cache_state) LOOP
      UPDATE cache_state SET off = true, epoch = epoch + 1, changed_at = clock_timestamp() WHERE NOT off;
      EXIT WHEN FOUND;
      -- Nobody switches it on before this transaction has ended.
      PERFORM FROM cache_state WHERE off FOR SHARE;
      EXIT WHEN FOUND;
    END LOOP;
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  watched record;
  event text;
BEGIN
  FOR watched IN VALUES ('goals', 'id'), ('tasks', 'id'), ('goal_tags', 'goal_id'), ('task_tags', 'task_id') LOOP
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
      -- Nobody can have read a new row before.
      CONTINUE WHEN event = 'INSERT' AND watched.column2 = 'id';
      EXECUTE format(
        'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_change(%L)',
        watched.column1 || '_change_noted_' || lower(event), event, watched.column1,
        CASE event WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, watched.column2);
    END LOOP;
  END LOOP;
END $$;

-- Down Migration

DROP FUNCTION note_change CASCADE;

DROP TABLE cache_state;
