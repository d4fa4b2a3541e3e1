import { createHash } from 'node:crypto';
import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { splitIds } from '../items/ids.ts';
import type { EventFilter, HistoryEvent, LogPage, LogPosition } from './repository.ts';

const columns = 'e.id, e.at, e.type, e.goal_id, e.task_id, e.actor, e.client, e.before, e.after, e.undo_of';

type Bind = (value: unknown, type: string) => string;

/** Filters are part of the text, because a plan made for any values would use the index of none. */
function build(make: (bind: Bind) => string): { statement: ReturnType<typeof statement>; values: unknown[] } {
  const values: unknown[] = [];
  const text = make((value, type) => `$${values.push(value)}::${type}`);
  return { statement: statement(`events_${createHash('sha1').update(text).digest('hex')}`, text), values };
}

export function readHistory(
  database: Queryable,
  filter: EventFilter,
  { below, limit }: { below?: number | undefined; limit: number },
): Promise<HistoryEvent[]> {
  const built = build((bind) => {
    const where = conditions(filter, bind);
    if (below !== undefined) where.push(`e.id < ${bind(below, 'bigint')}`);
    const page = (from: string, more: readonly string[]): string =>
      `SELECT e.* FROM ${from} WHERE ${[...more, ...where, 'true'].join(' AND ')} ORDER BY e.id DESC LIMIT ${limit}`;
    return `SELECT ${columns}, coalesce(t.title, g.title) AS title
      FROM (SELECT * FROM (${filter.ids ? ofItems(filter.ids, bind, (more) => page(source(filter), more)) : page(source(filter), [])}) e ORDER BY e.id DESC LIMIT ${limit}) e
      LEFT JOIN tasks t ON t.id = e.task_id LEFT JOIN goals g ON g.id = e.goal_id ORDER BY e.id DESC`;
  });
  return database.query<HistoryEvent>(built.statement, built.values);
}

/** A page of each item from its own index; an event of a task named beside its goal comes from both. */
function ofItems(ids: readonly string[], bind: Bind, page: (more: readonly string[]) => string): string {
  const { goals, tasks } = splitIds(ids);
  const each = (list: readonly string[], column: string): string =>
    `SELECT e.* FROM unnest(${bind(list, 'text[]')}) AS item (id) CROSS JOIN LATERAL (${page([`e.${column} = item.id`])}) e`;
  return `SELECT DISTINCT ON (e.id) e.* FROM (${each(goals, 'goal_id')} UNION ALL ${each(tasks, 'task_id')}) e ORDER BY e.id DESC`;
}

export async function followLog(
  database: Queryable,
  filter: EventFilter,
  { after, limit }: { after?: LogPosition | undefined; limit: number },
): Promise<LogPage> {
  const built = build((bind) => {
    const where = ['e.xid < pg_snapshot_xmin(pg_current_snapshot())', ...conditions(filter, bind)];
    if (after) where.push(`(e.xid, e.id) > (${bind(after.xid, 'xid8')}, ${bind(after.id, 'bigint')})`);
    if (filter.ids) {
      const { goals, tasks } = splitIds(filter.ids);
      // Found by their own indexes first: in the order of the log, all of it would be read to find a few.
      where.push(`e.id = ANY (ARRAY(SELECT id FROM events WHERE goal_id = ANY (${bind(goals, 'text[]')})
        UNION SELECT id FROM events WHERE task_id = ANY (${bind(tasks, 'text[]')})))`);
    }
    return `SELECT s.log_id, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon, ${columns}, e.xid::text AS xid, coalesce(t.title, g.title) AS title
      FROM store_identity s
      LEFT JOIN (SELECT e.* FROM ${source(filter)} WHERE ${where.join(' AND ')} ORDER BY e.xid, e.id LIMIT ${limit}) e ON true
      LEFT JOIN tasks t ON t.id = e.task_id LEFT JOIN goals g ON g.id = e.goal_id
      ORDER BY e.xid, e.id`;
  });
  type Row = LogPage['events'][number] & { log_id: string; horizon: string };
  const rows = await database.query<Row>(built.statement, built.values);
  const [first] = rows;
  if (!first) throw new Error('store_identity has no row');
  return {
    log_id: first.log_id,
    events: rows.filter((row) => row.id !== null),
    horizon: { xid: first.horizon, id: 0 },
  };
}

/** Events of goals that are gone for good have no project any more; they belong to the whole log. */
const source = (filter: EventFilter): string =>
  inProject(filter) ? 'events e LEFT JOIN goals of_goal ON of_goal.id = e.goal_id' : 'events e';

const inProject = ({ ids, project }: EventFilter): boolean => project !== undefined || ids === undefined;

function conditions(filter: EventFilter, bind: Bind): string[] {
  const { actor, project, types, since } = filter;
  const where: string[] = [];
  if (inProject(filter)) {
    where.push(
      project === undefined ? "of_goal.project IS DISTINCT FROM 'demo'" : `of_goal.project = ${bind(project, 'text')}`,
    );
  }
  if (actor !== undefined) where.push(`e.actor = ${bind(actor, 'text')}`);
  if (types) where.push(`e.type = ANY (${bind(types, 'text[]')})`);
  if (since !== undefined) where.push(`e.at >= ${bind(since, 'timestamptz')}`);
  return where;
}
