import { createHash } from 'node:crypto';
import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { type Bind, conditions, from, taskFilters } from './filters.ts';
import { matching, noText } from './matching.ts';
import {
  countLimit,
  type ItemQuery,
  type ItemSummary,
  type Page,
  type SearchRepository,
  type SortOrder,
} from './repository.ts';

interface Order {
  expression: string;
  type: string;
  descending: boolean;
}

const orders: Record<Exclude<SortOrder, 'relevance'>, Order> = {
  updated: { expression: 'i.updated_at', type: 'timestamptz', descending: true },
  created: { expression: 'i.created_at', type: 'timestamptz', descending: true },
  due: { expression: "coalesce(i.due_at, 'infinity'::timestamptz)", type: 'timestamptz', descending: false },
  priority: { expression: 'i.priority_rank', type: 'smallint', descending: false },
};
const relevance: Order = { expression: 'hit.rank', type: 'real', descending: true };

type Cursor = readonly [key: string, kind: string, seq: number];

/** Search and lists over goals and tasks on PostgreSQL: one statement, keyset pages. */
export function postgresSearch(database: Queryable): SearchRepository {
  return {
    async find(query, { limit, after }): Promise<Page> {
      const values: unknown[] = [];
      const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
      const text = buildFind(query, { bind, limit, after });
      const name = `find_${createHash('sha1').update(text).digest('hex')}`;
      const rows = await database.query<ItemSummary & { total: number; cut: boolean }>(statement(name, text), values);
      const [first] = rows;
      return { items: rows.filter((row) => row.id !== null), total: first?.total ?? 0, more: first?.cut ?? false };
    },
  };
}

function buildFind(
  query: ItemQuery,
  { bind, limit, after }: { bind: Bind; limit: number; after: Cursor | undefined },
): string {
  const order = query.sort === 'relevance' ? relevance : orders[query.sort];
  const direction = order.descending ? 'DESC' : 'ASC';
  const kinds = (['goal', 'task'] as const)
    .filter((kind) => (query.kind ?? kind) === kind && (kind === 'task' || taskFilters(query).length === 0))
    .map((kind) => ({ kind, where: conditions(kind, query, bind) }));
  const match = query.text === undefined ? noText : matching({ ...query, text: query.text }, { bind, kinds });
  const branches = kinds.map((entry) => {
    const where = [...entry.where, ...match.where];
    const paged = after ? [...where, keyset(order, entry.kind, { after, bind })] : where;
    const source = `${from(entry.kind, query)}${match.join}`;
    return {
      page: `(SELECT ${summary(entry.kind)}, ${match.noteId} AS note_id, ${order.expression} AS sort_value
        FROM ${source} WHERE ${paged.join(' AND ')} ORDER BY ${order.expression} ${direction}, i.seq ${direction} LIMIT ${limit})`,
      count: `(SELECT 1 FROM ${source} WHERE ${where.join(' AND ')} LIMIT ${countLimit + 1})`,
    };
  });
  return `WITH ${match.ctes} page AS (
      SELECT * FROM (${branches.map((branch) => branch.page).join(' UNION ALL ')}) every
      ORDER BY sort_value ${direction}, kind, seq ${direction} LIMIT ${limit}
    ), counted AS (SELECT count(*) AS total FROM (${branches.map((branch) => branch.count).join(' UNION ALL ')}) matches)
    SELECT page.*, ${match.snippet} AS snippet, sort_value::text AS sort_key, counted.total, ${match.cut} AS cut
    FROM counted LEFT JOIN page ON true ORDER BY sort_value ${direction}, kind, seq ${direction}`;
}

function summary(kind: 'goal' | 'task'): string {
  const task = (column: string, type: string): string =>
    kind === 'task' ? `i.${column}` : `NULL::${type} AS ${column}`;
  const tags = kind === 'goal' ? 'goal_tags WHERE goal_id' : 'task_tags WHERE task_id';
  return `'${kind}' AS kind, i.id, i.title, i.status, i.priority, i.project, ${task('goal_id', 'text')}, ${task('parent_task_id', 'text')},
    ${task('assignee', 'text')}, i.due_at, ${task('percent', 'smallint')}, ${task('blocked_by', 'integer')}, ${task('lease_holder', 'text')},
    ${task('lease_until', 'timestamptz')}, ARRAY(SELECT tag FROM ${tags} = i.id ORDER BY lower(tag)) AS tags,
    i.version, i.updated_at, i.deleted_at, i.seq`;
}

/** Rows after the cursor in the order (sort value, kind, number). Rows of another kind with the same value sort by kind. */
function keyset(order: Order, kind: string, { after, bind }: { after: Cursor; bind: Bind }): string {
  const [key, cursorKind, seq] = after;
  const beyond = order.descending ? '<' : '>';
  const value = bind(key, order.type);
  if (kind === cursorKind) return `(${order.expression}, i.seq) ${beyond} (${value}, ${bind(seq, 'bigint')})`;
  return `${order.expression} ${beyond}${kind > cursorKind ? '=' : ''} ${value}`;
}
