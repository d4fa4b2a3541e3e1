import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { changeStatements as changes } from './changes.ts';
import { followLog, readHistory } from './history.ts';
import type { Event, EventsRepository, LaterEvent } from './repository.ts';

const columns = 'e.id, e.at, e.type, e.goal_id, e.task_id, e.actor, e.client, e.before, e.after, e.undo_of';

const latest = statement(
  'events_latest',
  `SELECT e.* FROM unnest($1::text[]) AS item (id) CROSS JOIN LATERAL (
     (SELECT ${columns} FROM events e WHERE e.goal_id = item.id AND e.task_id IS NULL AND item.id LIKE 'GOAL-%' ORDER BY e.id DESC LIMIT $2)
     UNION ALL
     (SELECT ${columns} FROM events e WHERE e.task_id = item.id AND item.id LIKE 'TASK-%' ORDER BY e.id DESC LIMIT $2)
   ) e ORDER BY e.id DESC`,
);

const since = statement(
  'events_since',
  `SELECT ${columns}, coalesce(t.title, g.title) AS title
   FROM events e LEFT JOIN tasks t ON t.id = e.task_id JOIN goals g ON g.id = e.goal_id
   WHERE e.at > $1 AND ($3::text IS NULL OR e.actor <> $3)
     AND CASE WHEN $2::text IS NULL THEN g.project <> 'demo' ELSE g.project = $2 END
   ORDER BY e.id DESC LIMIT $4`,
);

const sinceVersion = statement(
  'events_since_version',
  `SELECT ${columns} FROM events e
   WHERE (e.task_id = $1 OR (e.goal_id = $1 AND e.task_id IS NULL)) AND (e.after ->> 'version')::bigint > $2
   ORDER BY e.id LIMIT 20`,
);

/** The audit log on PostgreSQL. It is written by `finish` of the unit of work. */
export function postgresEvents(database: Queryable): EventsRepository {
  return {
    history: (filter, page) => readHistory(database, filter, page),
    follow: (filter, page) => followLog(database, filter, page),
    latest: (ids, perItem) => database.query<Event>(latest, [ids, perItem]),
    since: ({ at, project, notActor, limit }) => database.query(since, [at, project ?? null, notActor ?? null, limit]),
    change: (id) => database.query<Event>(changes.change, [id]),
    later: ({ items, wholeGoals }, than) => database.query<LaterEvent>(changes.later, [items, wholeGoals, than]),
    async lastBy(actor, below) {
      const [row] = await database.query<{ id: number }>(changes.lastBy, [actor, below ?? null]);
      return row?.id;
    },
    sinceVersion: (id, version) => database.query<Event>(sinceVersion, [id, version]),
  };
}
