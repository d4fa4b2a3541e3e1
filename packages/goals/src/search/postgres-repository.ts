import { createHash } from 'node:crypto';
import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { type Bind, conditions, from, taskFilters } from './filters.ts';
import { asked, cut, headline, ranked, withText } from './matching.ts';
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

type Cursor = readonly [key: string, kind: string, seq: number];

/** Search and lists over goals and tasks on PostgreSQL: one statement, keyset pages. */
export function postgresSearch(database: Queryable): SearchRepository {
  return {
    async find(query, { limit, after }): Promise<Page> {
      const values: unknown[] = [];
      const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
      const text = (query.sort === 'relevance' ? buildRanked : buildList)(query, { bind, limit, after });
      const name = `find_${createHash('sha1').update(text).digest('hex')}`;
      const rows = await database.query<ItemSummary & { total: number; cut: boolean }>(statement(name, text), values);
      const [first] = rows;
      return { items: rows.filter((row) => row.id !== null), total: first?.total ?? 0, more: first?.cut ?? false };
    },
  };
}

interface PageOf {
  bind: Bind;
  limit: number;
  after: Cursor | undefined;
}

const kindsOf = (query: ItemQuery, bind: Bind) =>
  (['goal', 'task'] as const)
    .filter((kind) => (query.kind ?? kind) === kind && (kind === 'task' || taskFilters(query).length === 0))
    .map((kind) => ({ kind, where: conditions(kind, query, bind) }));

/** The best matches of a text. What they are is read for the page alone. */
function buildRanked(query: ItemQuery, { bind, limit, after }: PageOf): string {
  const text = { ...query, text: query.text ?? '' };
  const kinds = kindsOf(query, bind);
  const pages = kinds.map(
    ({ kind }) =>
      `SELECT ${summary(kind)}, best.note_id, best.rank AS sort_value FROM best JOIN ${kind}s i ON i.id = best.item_id WHERE best.kind = '${kind}'`,
  );
  return `WITH ${asked(text, bind)}, ${ranked(text, { bind, kinds })},
    best AS MATERIALIZED (
      SELECT * FROM hit ${after ? `WHERE ${beyond(after, bind)}` : ''} ORDER BY rank DESC, kind, seq DESC LIMIT ${limit}
    ), page AS (${pages.join(' UNION ALL ')}), counted AS (SELECT count(*) AS total FROM hit)
    SELECT page.*, ${headline('d.note_id = page.note_id', query.alike ?? false)} AS snippet, sort_value::text AS sort_key,
      counted.total, ${cut(query.alike ?? false)} AS cut
    FROM counted LEFT JOIN page ON true ORDER BY sort_value DESC, kind, seq DESC`;
}

function beyond([rank, kind, seq]: Cursor, bind: Bind): string {
  const value = bind(rank, 'real');
  return `(rank < ${value} OR rank = ${value} AND (kind > ${bind(kind, 'text')} OR kind = ${bind(kind, 'text')} AND seq < ${bind(seq, 'bigint')}))`;
}

function buildList(query: ItemQuery, { bind, limit, after }: PageOf): string {
  const order = orders[query.sort === 'relevance' ? 'updated' : query.sort];
  const direction = order.descending ? 'DESC' : 'ASC';
  const { text } = query;
  const kinds = kindsOf(query, bind);
  const branches = kinds.map((entry) => {
    const where = text === undefined ? entry.where : [...entry.where, 'i.id IN (SELECT item_id FROM found)'];
    const paged = after ? [...where, keyset(order, entry.kind, { after, bind })] : where;
    const source = from(entry.kind, query);
    return {
      page: `(SELECT ${summary(entry.kind)}, ${order.expression} AS sort_value
        FROM ${source} WHERE ${paged.join(' AND ')} ORDER BY ${order.expression} ${direction}, i.seq ${direction} LIMIT ${limit})`,
      count: `(SELECT 1 FROM ${source} WHERE ${where.join(' AND ')} LIMIT ${countLimit + 1})`,
    };
  });
  const matches = text === undefined ? '' : `${asked({ ...query, text }, bind)}, ${withText}, `;
  const snippet =
    text === undefined
      ? 'NULL'
      : headline('d.document @@ coalesce(q.query || q.begun, q.query) ORDER BY d.note_id', query.alike ?? false);
  return `WITH ${matches}page AS (
      SELECT * FROM (${branches.map((branch) => branch.page).join(' UNION ALL ')}) every
      ORDER BY sort_value ${direction}, kind, seq ${direction} LIMIT ${limit}
    ), counted AS (SELECT count(*) AS total FROM (${branches.map((branch) => branch.count).join(' UNION ALL ')}) matches)
    SELECT page.*, ${snippet} AS snippet, sort_value::text AS sort_key, counted.total, false AS cut
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
