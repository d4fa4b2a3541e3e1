import type { Client } from './plans.fixture.ts';

/** Where ids begin to be those of items made later. */
export interface SeedSize {
  tasks: number;
  goals: number;
}

const words = `add check move test write read cache queue worker server client page table index schema query report invoice payment
order customer account session token login password email template message event stream socket timeout retry limit backup restore
deploy release branch commit review merge build pipeline container image volume network proxy router balancer certificate domain
header cookie form field button menu layout theme font colour icon chart graph metric alert dashboard log trace span sample budget
cost price discount tax currency country language translation address phone contact calendar meeting reminder document folder`;

/** Common values come more often than rare ones, as they do in a real store: the tenth word a tenth as often as the first. */
const helpers = `
  CREATE FUNCTION pg_temp.word() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT w[1 + floor(power(cardinality(w), random()))::int - 1] FROM (SELECT '{${words.split(/\s+/).join(',')}}'::text[] AS w) x $$;
  CREATE TEMP TABLE phrases (n int PRIMARY KEY, text text);
  INSERT INTO phrases SELECT n, (SELECT string_agg(pg_temp.word(), ' ') FROM generate_series(1, 6) WHERE n >= 0) FROM generate_series(0, 2999) AS n;
  ANALYZE phrases;
  CREATE FUNCTION pg_temp.id_of(prefix text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT prefix || lpad(n::text, greatest(4, length(n::text)), '0') $$;
  CREATE FUNCTION pg_temp.status_of(r float8) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN r < 0.6 THEN 'completed' WHEN r < 0.9 THEN 'pending' WHEN r < 0.95 THEN 'in_progress' ELSE 'cancelled' END $$;
  CREATE FUNCTION pg_temp.priority_of(r float8) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN r < 0.7 THEN 'medium' WHEN r < 0.85 THEN 'low' WHEN r < 0.97 THEN 'high' ELSE 'critical' END $$`;

const goals = `INSERT INTO goals (seq, id, title, description, status, project, priority, due_at, created_by, created_at, updated_at, deleted_at)
  OVERRIDING SYSTEM VALUE
  SELECT i.n, pg_temp.id_of('GOAL-', i.n), p.text, p.text || ' ' || i.n,
    CASE WHEN random() < 0.5 THEN 'completed' WHEN random() < 0.4 THEN 'in_progress' ELSE 'pending' END,
    ('{api,website,mobile,default,demo}'::text[])[1 + floor(power(5, random()))::int - 1], pg_temp.priority_of(random()),
    CASE WHEN random() < 0.2 THEN now() + (random() * 60 - 20) * interval '1 day' END, 'seed',
    now() - (1 - i.n / $1::float8) * interval '1 year', now() - (1 - i.n / $1::float8) * random() * interval '1 year',
    CASE WHEN random() < 0.01 THEN now() END
  FROM generate_series(1, $1::int) AS i (n) JOIN phrases p ON p.n = i.n * 7 % 3000`;

/** A tenth of the goals has half of the tasks. A task in ten lies below another one of its goal, one in a hundred is deleted. */
const tasks = `INSERT INTO tasks (seq, id, goal_id, project, title, description, status, priority, due_at, defer_until, position,
    estimate_minutes, assignee, external_ref, metadata, created_by, created_at, updated_at, started_at, completed_at, deleted_at)
  OVERRIDING SYSTEM VALUE
  SELECT d.n, pg_temp.id_of('TASK-', d.n), g.id, g.project, initcap(p.text), p.text || '. ' || more.text || ' ' || d.n, d.status, pg_temp.priority_of(random()),
    CASE WHEN random() < 0.3 THEN created + (random() * 120) * interval '1 day' END,
    CASE WHEN d.status = 'pending' AND random() < 0.05 THEN now() + interval '3 days' END, d.n, CASE WHEN random() < 0.3 THEN 60 END,
    CASE WHEN random() < 0.3 THEN ('{ada,grace,linus,margaret}'::text[])[1 + floor(power(4, random()))::int - 1] END,
    CASE WHEN random() < 0.05 THEN 'issue-' || d.n END, jsonb_build_object('area', d.n % 7), 'seed', created,
    changed, CASE WHEN d.status <> 'pending' THEN created + (changed - created) / 2 END,
    CASE WHEN d.status IN ('completed', 'cancelled') THEN changed END, CASE WHEN random() < 0.01 THEN changed END
  FROM (
    SELECT n, pg_temp.status_of(random()) AS status, created, created + random() * (now() - created) AS changed,
      pg_temp.id_of('GOAL-', 1 + floor($2::int * CASE WHEN random() < 0.5 THEN random() / 10 ELSE random() END)::int) AS goal_id
    FROM (SELECT n, now() - (1 - n / $1::float8) * interval '1 year' AS created FROM generate_series(1, $1::int) AS n) numbered
  ) d JOIN goals g ON g.id = d.goal_id JOIN phrases p ON p.n = d.n * 7919::bigint % 3000 JOIN phrases more ON more.n = d.n * 31::bigint % 3000
  ORDER BY d.n`;

const parents = `UPDATE tasks t SET parent_task_id = p.id
  FROM (SELECT id, lag(id) OVER (PARTITION BY goal_id ORDER BY seq) AS id_before, seq FROM tasks) x JOIN tasks p ON p.id = x.id_before
  WHERE t.id = x.id AND x.seq % 10 = 3 AND p.seq % 10 <> 3`;

const links = `INSERT INTO task_links (from_task_id, to_task_id, type, created_by)
  SELECT id_before, id, CASE WHEN random() < 0.8 THEN 'blocks' ELSE 'related' END, 'seed'
  FROM (
    SELECT id, lag(id) OVER (PARTITION BY goal_id ORDER BY seq) AS id_before, parent_task_id IS NOT NULL AS child FROM tasks
  ) x WHERE id_before IS NOT NULL AND random() < 0.25 AND NOT child`;

const blocked = `UPDATE tasks t SET blocked_by = x.n
  FROM (SELECT l.to_task_id AS id, count(*) AS n FROM task_links l JOIN tasks b ON b.id = l.from_task_id
    WHERE l.type = 'blocks' AND b.status IN ('pending', 'in_progress') AND b.deleted_at IS NULL GROUP BY 1) x
  WHERE t.id = x.id`;

const leases = `UPDATE tasks SET lease_holder = 'ada', lease_instance = gen_random_uuid(), lease_token = gen_random_uuid(),
    lease_until = now() + interval '20 minutes'
  WHERE seq % 500 = 0 AND status = 'in_progress' AND deleted_at IS NULL`;

const tags = (kind: 'goal' | 'task') => `INSERT INTO ${kind}_tags (${kind}_id, tag)
  SELECT id, pg_temp.word() FROM ${kind}s, generate_series(1, 3) WHERE random() < 0.5 ON CONFLICT DO NOTHING`;

const notes = `INSERT INTO notes (goal_id, task_id, author, kind, body, created_at)
  SELECT CASE WHEN seq % 50 = 0 THEN goal_id END, CASE WHEN seq % 50 <> 0 THEN id END, coalesce(assignee, 'ada'),
    CASE WHEN seq % 100 = 1 THEN 'handoff' ELSE 'progress' END, p.text || ' ' || seq, updated_at
  FROM tasks JOIN phrases p ON p.n = seq * 13 % 3000 WHERE random() < 0.2 ORDER BY updated_at`;

const events = `INSERT INTO events (at, type, goal_id, task_id, actor, before, after)
  SELECT at, type, goal_id, id, actor, before, after FROM (
    SELECT created_at AS at, 'task_created' AS type, goal_id, id, created_by AS actor, NULL::jsonb AS before,
      jsonb_build_object('title', title, 'status', 'pending', 'version', 1) AS after FROM tasks
    UNION ALL
    SELECT updated_at, 'task_updated', goal_id, id, coalesce(assignee, 'ada'), jsonb_build_object('status', 'pending'),
      jsonb_build_object('status', status, 'version', 2) FROM tasks WHERE status <> 'pending'
    UNION ALL
    SELECT created_at, 'goal_created', id, NULL, created_by, NULL, jsonb_build_object('title', title, 'version', 1) FROM goals
  ) e ORDER BY at`;

const keys = `INSERT INTO idempotency_keys (key, actor, request_hash, created_at)
  SELECT 'key-' || n, 'seed', 'hash', now() - random() * interval '1 day' FROM generate_series(1, 10000) AS n`;

/**
 * Fills a migrated, empty database, the same way each time. Past the triggers and, for the two GIN indexes of the search, in one
 * go at the end; what triggers would have kept right is made right for all rows at once.
 */
export async function seedStore(client: Client, { tasks: taskCount, goals: goalCount }: SeedSize): Promise<void> {
  await client.query('SET session_replication_role = replica');
  await client.query("SET maintenance_work_mem = '256MB'");
  await client.query('SET synchronous_commit = off');
  await client.query('SET jit = off');
  await client.query(helpers);
  await client.query('SELECT setseed(0.42)');
  await client.query(goals, [goalCount]);
  await client.query(tasks, [taskCount, goalCount]);
  for (const step of [parents, links, blocked, leases, tags('goal'), tags('task'), events, keys])
    await client.query(step);
  await client.query("SELECT setval('goals_seq_seq', $1), setval('tasks_seq_seq', $2)", [goalCount, taskCount]);
  await writeDocuments(client);
  await client.query('RESET session_replication_role');
  await client.query('VACUUM ANALYZE');
}

/** Documents of goals and tasks, and notes with theirs, which their own trigger writes. */
async function writeDocuments(client: Client): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index i
     JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
     WHERE i.indrelid = 'search_documents'::regclass AND m.amname = 'gin'`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await client.query('SELECT index_items(ARRAY(SELECT id FROM goals UNION ALL SELECT id FROM tasks))');
  await client.query('ALTER TABLE notes ENABLE ALWAYS TRIGGER notes_indexed');
  await client.query(notes);
  await client.query('ALTER TABLE notes ENABLE TRIGGER notes_indexed');
  for (const { definition } of indexes) await client.query(definition);
}
