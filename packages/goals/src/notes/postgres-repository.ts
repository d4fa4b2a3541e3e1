import { type Queryable, statement } from '@mcp-servers/core/postgres';
import type { Note, NotesRepository, StoredNote } from './repository.ts';

const columns = 'n.id, coalesce(n.task_id, n.goal_id) AS item_id, n.author, n.kind, n.body, n.created_at';

const latest = statement(
  'notes_latest',
  `SELECT n.* FROM unnest($1::text[]) AS item (id) CROSS JOIN LATERAL (
     (SELECT ${columns} FROM notes n WHERE n.goal_id = item.id AND item.id LIKE 'GOAL-%' ORDER BY n.id DESC LIMIT $2)
     UNION ALL
     (SELECT ${columns} FROM notes n WHERE n.task_id = item.id AND item.id LIKE 'TASK-%' ORDER BY n.id DESC LIMIT $2)
   ) n ORDER BY n.id DESC`,
);

const handoffs = statement(
  'notes_handoffs',
  `SELECT ${columns}, coalesce(t.title, g.title) AS title
   FROM notes n LEFT JOIN tasks t ON t.id = n.task_id JOIN goals g ON g.id = coalesce(n.goal_id, t.goal_id)
   WHERE n.kind = 'handoff' AND g.deleted_at IS NULL AND g.status IN ('pending', 'in_progress')
     AND (n.task_id IS NULL OR (t.deleted_at IS NULL AND t.status IN ('pending', 'in_progress')))
     AND CASE WHEN $1::text IS NULL THEN g.project <> 'demo' ELSE g.project = $1 END
   ORDER BY n.id DESC LIMIT $2`,
);

const add = statement(
  'notes_add',
  `INSERT INTO notes (goal_id, task_id, author, kind, body)
   SELECT CASE WHEN item_id LIKE 'GOAL-%' THEN item_id END, CASE WHEN item_id LIKE 'TASK-%' THEN item_id END, $2, kind, body
   FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (item_id text, kind text, body text)) WITH ORDINALITY AS x(item_id, kind, body, place)
   ORDER BY place
   RETURNING id`,
);

const remove = statement(
  'notes_remove',
  `WITH n AS (DELETE FROM notes WHERE id = ANY ($1::bigint[]) RETURNING *),
     unindexed AS (DELETE FROM search_documents d USING n WHERE d.item_id = coalesce(n.task_id, n.goal_id) AND d.note_id = n.id)
   SELECT n.id, coalesce(n.task_id, n.goal_id) AS item_id, n.author, n.kind, n.body, to_json(n.created_at) AS created_at FROM n`,
);

const putBack = statement(
  'notes_put_back',
  `INSERT INTO notes (id, goal_id, task_id, author, kind, body, created_at)
   OVERRIDING SYSTEM VALUE
   SELECT id, CASE WHEN item_id LIKE 'GOAL-%' THEN item_id END, CASE WHEN item_id LIKE 'TASK-%' THEN item_id END, author, kind,
          body, created_at
   FROM jsonb_to_recordset($1::jsonb) AS x(id bigint, item_id text, author text, kind text, body text, created_at timestamptz)`,
);

/** Notes on PostgreSQL, over the pool or inside a transaction. */
export function postgresNotes(database: Queryable): NotesRepository {
  return {
    latest: (ids, perItem) => database.query<Note>(latest, [ids, perItem]),
    handoffs: ({ project, limit }) => database.query(handoffs, [project ?? null, limit]),
    async add(notes, author) {
      const rows = await database.query<{ id: number }>(add, [JSON.stringify(notes), author]);
      return rows.map(({ id }) => id).sort((a, b) => a - b);
    },
    remove: (ids) => database.query<StoredNote>(remove, [ids]),
    async putBack(notes) {
      await database.query(putBack, [JSON.stringify(notes)]);
    },
  };
}
