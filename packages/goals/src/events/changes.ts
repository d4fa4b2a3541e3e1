import { statement } from '@mcp-servers/core/postgres';

const seen = `e.id, e.at, e.type, e.goal_id, e.task_id, e.actor, e.undo_of,
  ARRAY(SELECT jsonb_object_keys(coalesce(e.before, '{}') || coalesce(e.after, '{}'))) AS fields,
  coalesce(e.after -> 'link', e.before -> 'link') AS link, e.after ->> 'status' AS status`;

/** What undoing reads of the log. */
export const changeStatements = {
  // One transaction writes its events at one time. In a restored log, where all xids are one, only the time tells changes apart.
  change: statement(
    'events_change',
    `SELECT e.id, e.at, e.type, e.goal_id, e.task_id, e.actor, e.client, e.before, e.after, e.undo_of
     FROM events o JOIN events e ON e.xid = o.xid AND e.at = o.at AND e.actor = o.actor
     WHERE o.id = $1 ORDER BY e.id`,
  ),

  lastBy: statement(
    'events_last_by',
    `SELECT e.id FROM events e
     WHERE e.actor = $1 AND e.id < coalesce($2::bigint, 9223372036854775807) AND e.undo_of IS NULL
       AND e.type <> 'task_lease_expired'
     ORDER BY e.id DESC LIMIT 1`,
  ),

  later: statement(
    'events_later',
    `SELECT e.* FROM unnest($1::text[]) AS item (id) CROSS JOIN LATERAL (
       (SELECT ${seen} FROM events e WHERE e.goal_id = item.id AND e.task_id IS NULL AND item.id LIKE 'GOAL-%' AND e.id > $3)
       UNION ALL
       (SELECT ${seen} FROM events e WHERE e.task_id = item.id AND item.id LIKE 'TASK-%' AND e.id > $3)
     ) e
     UNION
     SELECT ${seen} FROM events e WHERE e.goal_id = ANY ($2::text[]) AND e.id > $3
     ORDER BY id DESC`,
  ),
};
