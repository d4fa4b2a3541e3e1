import { type Statement, statement } from '@mcp-servers/core/postgres';

const columns = `t.id, t.goal_id, t.parent_task_id, t.title, t.description, t.status, t.project, t.priority, t.due_at, t.defer_until,
  t.position, t.estimate_minutes, t.percent, t.acceptance, t.assignee, t.lease_holder, t.lease_instance, t.lease_token,
  t.lease_until, t.blocked_by, t.result, t.external_ref, t.metadata, t.version, t.created_by, t.created_at, t.updated_at,
  t.started_at, t.completed_at, t.deleted_at,
  ARRAY(SELECT tag FROM task_tags WHERE task_id = t.id ORDER BY lower(tag)) AS tags`;

const treeColumns = `t.id, t.goal_id, t.parent_task_id, t.title, t.status, t.priority, t.percent, t.blocked_by, t.lease_holder,
  t.lease_until, t.version, t.position, t.seq`;

/** Best first: priority, due date, the position a person gave, age. */
const best = 't.priority_rank, t.due_at, t.position, t.seq';

/** What a pending, unblocked task (`t`, of goal `g`) still needs to be ready; the index has the rest. */
const canStart = `(t.defer_until IS NULL OR t.defer_until <= now())
  AND g.status IN ('pending', 'in_progress') AND g.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM tasks c WHERE c.parent_task_id = t.id AND c.status IN ('pending', 'in_progress') AND c.deleted_at IS NULL)
  AND (t.parent_task_id IS NULL OR NOT ancestor_blocked(t.parent_task_id))`;

export const readyCondition = `t.status = 'pending' AND t.blocked_by = 0 AND t.deleted_at IS NULL AND ${canStart}`;
const lapsed = `t.status = 'in_progress' AND t.lease_until < now() AND t.blocked_by = 0 AND t.deleted_at IS NULL AND ${canStart}`;

export type ScopeKind = 'goal' | 'project' | 'all';

/** One statement per kind of scope, so that each has the plan of its own index. Work in project `demo` is nobody's unless named. */
const scopes: Record<ScopeKind, string> = {
  goal: 't.goal_id = $1',
  project: 't.project = $1',
  all: "t.project <> coalesce($1, 'demo')",
};

export function perScope(name: string, text: (scope: string) => string): Record<ScopeKind, Statement> {
  return {
    goal: statement(`${name}_goal`, text(scopes.goal)),
    project: statement(`${name}_project`, text(scopes.project)),
    all: statement(`${name}_all`, text(scopes.all)),
  };
}

/** What a claim sets. Times that the log keeps have no more digits than it. */
const underLease = `status = 'in_progress', started_at = coalesce(t.started_at, date_trunc('milliseconds', now())), assignee = $3,
  lease_holder = $3, lease_instance = $4::uuid, lease_token = gen_random_uuid(), lease_until = now() + make_interval(mins => $5::int)`;
const former = `(SELECT json_build_object('assignee', k.assignee, 'started_at', k.started_at) FROM taken k WHERE k.id = t.id) AS former`;

export const taskStatements = {
  get: statement('tasks_get', `SELECT ${columns} FROM tasks t WHERE t.id = ANY ($1::text[])`),

  // Rows are read by the next statement: after a wait for a lock, this one would still see the tags of before the wait.
  lock: statement('tasks_lock', 'SELECT FROM tasks WHERE id = ANY ($1::text[]) ORDER BY seq FOR NO KEY UPDATE'),

  links: statement(
    'tasks_links',
    `SELECT l.to_task_id AS task_id, l.type, 'in' AS direction, o.id AS other_id, o.title AS other_title, o.status AS other_status
     FROM task_links l JOIN tasks o ON o.id = l.from_task_id WHERE l.to_task_id = ANY ($1::text[]) AND o.deleted_at IS NULL
     UNION ALL
     SELECT l.from_task_id, l.type, 'out', o.id, o.title, o.status
     FROM task_links l JOIN tasks o ON o.id = l.to_task_id WHERE l.from_task_id = ANY ($1::text[]) AND o.deleted_at IS NULL`,
  ),

  tree: statement(
    'tasks_tree',
    `WITH RECURSIVE below AS (
       SELECT ${treeColumns} FROM tasks t WHERE t.parent_task_id = ANY ($2::text[]) AND t.deleted_at IS NULL
       UNION ALL
       SELECT ${treeColumns} FROM tasks t JOIN below b ON t.parent_task_id = b.id WHERE t.deleted_at IS NULL
     )
     SELECT every.*, count(*) OVER () AS total FROM (
       SELECT ${treeColumns} FROM tasks t WHERE t.goal_id = ANY ($1::text[]) AND t.deleted_at IS NULL
       UNION ALL SELECT * FROM below
     ) every ORDER BY parent_task_id IS NOT NULL, position, seq LIMIT $3`,
  ),

  ready: perScope(
    'tasks_ready',
    (scope) => `SELECT ${columns} FROM (
       (SELECT t.* FROM tasks t JOIN goals g ON g.id = t.goal_id WHERE ${scope} AND ${readyCondition} ORDER BY ${best} LIMIT $2)
       UNION ALL
       (SELECT t.* FROM tasks t JOIN goals g ON g.id = t.goal_id WHERE ${scope} AND ${lapsed} ORDER BY ${best} LIMIT $2)
     ) t ORDER BY ${best} LIMIT $2`,
  ),

  claim: perScope(
    'tasks_claim',
    (scope) => `WITH taken AS (
       SELECT t.id, t.assignee, t.started_at FROM tasks t JOIN goals g ON g.id = t.goal_id WHERE ${scope} AND ${readyCondition}
       ORDER BY ${best} LIMIT $2 FOR NO KEY UPDATE OF t SKIP LOCKED
     )
     UPDATE tasks t SET ${underLease} WHERE t.id = ANY (ARRAY(SELECT id FROM taken)) RETURNING ${columns}, ${former}`,
  ),

  claimNamed: statement(
    'tasks_claim_named',
    `WITH taken AS (
       SELECT t.id, t.assignee, t.started_at FROM tasks t JOIN goals g ON g.id = t.goal_id
       WHERE t.id = ANY ($1::text[]) AND ${readyCondition}
       ORDER BY t.seq LIMIT $2 FOR NO KEY UPDATE OF t SKIP LOCKED
     )
     UPDATE tasks t SET ${underLease} WHERE t.id = ANY (ARRAY(SELECT id FROM taken)) RETURNING ${columns}, ${former}`,
  ),

  waiting: perScope(
    'tasks_waiting',
    (scope) => `WITH open AS (
       SELECT t.id, t.status, t.blocked_by, t.defer_until, t.lease_holder, t.lease_until,
              EXISTS (SELECT 1 FROM tasks c WHERE c.parent_task_id = t.id AND c.status IN ('pending', 'in_progress') AND c.deleted_at IS NULL) AS parent
       FROM tasks t WHERE ${scope} AND t.status IN ('pending', 'in_progress') AND t.deleted_at IS NULL
       LIMIT 10000
     )
     SELECT count(*) FILTER (WHERE status = 'pending' AND blocked_by > 0) AS blocked,
            count(*) FILTER (WHERE status = 'pending' AND blocked_by = 0 AND defer_until > now()) AS deferred,
            count(*) FILTER (WHERE status = 'in_progress') AS held,
            count(*) FILTER (WHERE status = 'pending' AND blocked_by = 0 AND parent) AS parents,
            min(defer_until) FILTER (WHERE status = 'pending' AND defer_until > now()) AS next_deferred_at,
            (SELECT coalesce(json_agg(b), '[]') FROM (
               SELECT b.id, b.title, b.status, count(*) AS holds_up, b.lease_holder, b.lease_until
               FROM open o JOIN task_links l ON l.to_task_id = o.id AND l.type = 'blocks' JOIN tasks b ON b.id = l.from_task_id
               WHERE o.blocked_by > 0 AND b.status IN ('pending', 'in_progress') AND b.deleted_at IS NULL
               GROUP BY b.id ORDER BY count(*) DESC, b.seq LIMIT 3) b) AS blockers,
            (SELECT coalesce(json_agg(h), '[]') FROM (
               SELECT id, lease_holder, lease_until FROM open WHERE lease_until > now() ORDER BY lease_until LIMIT 3) h) AS leases
     FROM open`,
  ),

  leasedTo: statement(
    'tasks_leased_to',
    `SELECT ${columns} FROM tasks t WHERE t.lease_until IS NOT NULL AND t.lease_holder = $1 AND t.deleted_at IS NULL
     ORDER BY t.lease_until LIMIT $2`,
  ),

  openChildren: statement(
    'tasks_open_children',
    `SELECT id, parent_task_id, title FROM tasks
     WHERE parent_task_id = ANY ($1::text[]) AND status IN ('pending', 'in_progress') AND deleted_at IS NULL ORDER BY seq`,
  ),

  openOf: statement(
    'tasks_open_of_goals',
    `SELECT id, goal_id, title, status FROM tasks
     WHERE goal_id = ANY ($1::text[]) AND status IN ('pending', 'in_progress') AND deleted_at IS NULL ORDER BY seq`,
  ),

  depthOf: statement(
    'tasks_depth_of',
    `WITH RECURSIVE up AS (
       SELECT id, parent_task_id, 1 AS depth FROM tasks WHERE id = $1
       UNION ALL SELECT t.id, t.parent_task_id, up.depth + 1 FROM tasks t JOIN up ON t.id = up.parent_task_id WHERE up.depth < 100
     ) SELECT max(depth) AS depth FROM up`,
  ),

  allocate: statement(
    'tasks_allocate',
    `SELECT to_json(ARRAY(SELECT nextval('goals_seq_seq') FROM generate_series(1, $1::int))) AS goals,
            to_json(ARRAY(SELECT nextval('tasks_seq_seq') FROM generate_series(1, $2::int))) AS tasks`,
  ),

  insert: statement(
    'tasks_insert',
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(seq bigint, id text, goal_id text, parent_task_id text, title text, description text,
         project text, priority text, due_at timestamptz, defer_until timestamptz, position integer, estimate_minutes integer,
         acceptance jsonb, assignee text, blocked_by integer, external_ref text, metadata jsonb, tags jsonb)
     ), last AS (
       SELECT coalesce(max(t.position) + 1, 0) AS place FROM tasks t WHERE t.goal_id IN (SELECT goal_id FROM given)
     ), added AS (
       INSERT INTO tasks (seq, id, goal_id, parent_task_id, title, description, project, priority, due_at, defer_until, position,
         estimate_minutes, acceptance, assignee, blocked_by, external_ref, metadata, created_by)
       OVERRIDING SYSTEM VALUE
       SELECT seq, id, goal_id, parent_task_id, title, description, project, coalesce(priority, 'medium'), due_at, defer_until, place + position,
         estimate_minutes, coalesce(acceptance, '[]'), assignee, blocked_by, external_ref, coalesce(metadata, '{}'), $2
       FROM given, last RETURNING seq, id, version, position
     ), tagged AS (
       INSERT INTO task_tags (task_id, tag)
       SELECT DISTINCT ON (added.id, lower(tag)) added.id, tag
       FROM added JOIN given USING (seq), jsonb_array_elements_text(given.tags) WITH ORDINALITY AS given_tag (tag, place)
       ORDER BY added.id, lower(tag), given_tag.place
     )
     SELECT id, version, position FROM added ORDER BY seq`,
  ),

  save: statement(
    'tasks_save',
    `UPDATE tasks t SET goal_id = x.goal_id, project = x.project, parent_task_id = x.parent_task_id, title = x.title, description = x.description, status = x.status,
       priority = x.priority, due_at = x.due_at, defer_until = x.defer_until, position = x.position,
       estimate_minutes = x.estimate_minutes, percent = x.percent, acceptance = x.acceptance, assignee = x.assignee,
       lease_holder = x.lease_holder, lease_instance = x.lease_instance, lease_token = x.lease_token, lease_until = x.lease_until,
       result = x.result, external_ref = x.external_ref, metadata = x.metadata, started_at = x.started_at,
       completed_at = x.completed_at, deleted_at = x.deleted_at
     FROM jsonb_to_recordset($1::jsonb) AS x(id text, goal_id text, project text, parent_task_id text, title text, description text, status text, priority text,
       due_at timestamptz, defer_until timestamptz, position integer, estimate_minutes integer, percent smallint, acceptance jsonb,
       assignee text, lease_holder text, lease_instance uuid, lease_token uuid, lease_until timestamptz, result jsonb,
       external_ref text, metadata jsonb, started_at timestamptz, completed_at timestamptz, deleted_at timestamptz)
     WHERE t.id = x.id RETURNING t.id, t.version, t.updated_at, t.blocked_by`,
  ),

  link: statement(
    'tasks_link',
    `INSERT INTO task_links (from_task_id, to_task_id, type, created_by, created_at)
     SELECT from_task_id, to_task_id, type, coalesce(x.created_by, $2), coalesce(x.created_at, now())
     FROM jsonb_to_recordset($1::jsonb)
       AS x(from_task_id text, to_task_id text, type text, created_by text, created_at timestamptz)
     ON CONFLICT DO NOTHING`,
  ),

  unlink: statement(
    'tasks_unlink',
    `DELETE FROM task_links l USING jsonb_to_recordset($1::jsonb) AS x(from_task_id text, to_task_id text, type text)
     WHERE l.from_task_id = x.from_task_id AND l.to_task_id = x.to_task_id AND l.type = x.type
     RETURNING l.from_task_id, l.to_task_id, l.type, l.created_by, to_json(l.created_at) AS created_at`,
  ),

  linksAmong: statement(
    'tasks_links_among',
    `SELECT from_task_id, to_task_id, type FROM task_links
     WHERE from_task_id = ANY ($1::text[]) AND to_task_id = ANY ($1::text[])`,
  ),

  linksOf: statement(
    'tasks_links_of',
    `SELECT from_task_id, to_task_id, type FROM task_links WHERE from_task_id = ANY ($1::text[])
     UNION SELECT from_task_id, to_task_id, type FROM task_links WHERE to_task_id = ANY ($1::text[])`,
  ),

  takenRefs: statement(
    'tasks_refs_taken',
    `SELECT x.id, x.project, x.external_ref, t.id AS taken_by
     FROM jsonb_to_recordset($1::jsonb) AS x(id text, project text, external_ref text)
     JOIN tasks t ON t.project = x.project AND t.external_ref = x.external_ref AND t.deleted_at IS NULL AND t.id <> x.id`,
  ),

  refsOfGoal: statement(
    'tasks_refs_of_goal',
    'SELECT id, external_ref FROM tasks WHERE goal_id = $1 AND external_ref IS NOT NULL AND deleted_at IS NULL ORDER BY seq',
  ),

  lockGraph: statement('tasks_lock_graph', "SELECT pg_advisory_xact_lock(hashtext('mcp-servers/task_links'))"),

  reach: statement(
    'tasks_reach',
    `WITH RECURSIVE reach (from_id, from_kind, id, kind) AS (
       SELECT NULL::text, NULL::text, id, 'S' FROM unnest($1::text[]) AS start (id)
       UNION
       SELECT r.id, r.kind, n.id, n.kind FROM reach r CROSS JOIN LATERAL (
         SELECT r.id, 'F' WHERE r.kind = 'S'
         UNION ALL SELECT c.id, 'S' FROM tasks c WHERE r.kind = 'S' AND c.parent_task_id = r.id
         UNION ALL SELECT l.to_task_id, 'S' FROM task_links l WHERE r.kind = 'F' AND l.from_task_id = r.id AND l.type = 'blocks'
         UNION ALL SELECT t.parent_task_id, 'F' FROM tasks t WHERE r.kind = 'F' AND t.id = r.id AND t.parent_task_id IS NOT NULL
       ) AS n (id, kind)
     )
     SELECT from_kind || ':' || from_id AS "from", kind || ':' || id AS "to" FROM reach WHERE from_id IS NOT NULL`,
  ),

  releaseExpired: statement(
    'tasks_release_expired',
    `WITH lapsed AS (
       SELECT id, lease_holder, lease_until FROM tasks WHERE lease_until < now() AND deleted_at IS NULL FOR NO KEY UPDATE SKIP LOCKED
     )
     UPDATE tasks t SET status = CASE WHEN t.status = 'in_progress' THEN 'pending' ELSE t.status END,
       lease_holder = NULL, lease_instance = NULL, lease_token = NULL, lease_until = NULL
     FROM lapsed WHERE t.id = lapsed.id RETURNING t.id, t.goal_id, t.version, lapsed.lease_holder, lapsed.lease_until`,
  ),

  becameReady: statement(
    'tasks_became_ready',
    `WITH RECURSIVE freed AS (
       SELECT to_task_id AS id FROM task_links WHERE from_task_id = ANY ($1::text[]) AND type = 'blocks'
       UNION SELECT t.id FROM tasks t JOIN freed ON t.parent_task_id = freed.id
     )
     SELECT t.id, t.title, count(*) OVER () AS total FROM tasks t JOIN goals g ON g.id = t.goal_id
     WHERE t.id IN (SELECT id FROM freed UNION SELECT parent_task_id FROM tasks WHERE id = ANY ($1::text[])) AND ${readyCondition}
     ORDER BY ${best} LIMIT 20`,
  ),

  blockersOf: statement(
    'tasks_blockers_of',
    `SELECT l.to_task_id AS task_id, b.id, b.title FROM task_links l JOIN tasks b ON b.id = l.from_task_id
     WHERE l.to_task_id = ANY ($1::text[]) AND l.type = 'blocks' AND b.status IN ('pending', 'in_progress') AND b.deleted_at IS NULL
     ORDER BY b.seq`,
  ),

  moveToProject: statement(
    'tasks_move_to_project',
    'UPDATE tasks SET project = $2 WHERE goal_id = $1 AND project <> $2 RETURNING id, version',
  ),
};
