import { createHash } from 'node:crypto';
import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { type Bind, conditions, needsTask } from './filters.ts';
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
  due: { expression: "coalesce(i.due_at, 'infinity')", type: 'timestamptz', descending: false },
  priority: { expression: 'i.priority_rank::int', type: 'int', descending: false },
};
const relevance: Order = { expression: 'hit.rank', type: 'real', descending: true };

/** Matches that are ranked; a word that more items than these contain is ranked among the first found. */
const rankLimit = 1000;

type Cursor = readonly [key: string, kind: string, seq: number];

/** Search and lists over goals and tasks on PostgreSQL: one statement, keyset pages. */
export function postgresSearch(database: Queryable): SearchRepository {
  return {
    async find(query, { limit, after }): Promise<Page> {
      const values: unknown[] = [];
      const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
      const text = buildFind(query, { bind, limit, after });
      const name = `find_${createHash('sha1').update(text).digest('hex')}`;
      const rows = await database.query<ItemSummary & { total: number }>(statement(name, text), values);
      return { items: rows.filter((row) => row.id !== null), total: rows[0]?.total ?? 0 };
    },
  };
}

function buildFind(
  query: ItemQuery,
  { bind, limit, after }: { bind: Bind; limit: number; after: Cursor | undefined },
): string {
  const order = query.sort === 'relevance' ? relevance : orders[query.sort];
  const kinds = (['goal', 'task'] as const).filter(
    (kind) => (query.kind ?? kind) === kind && (kind === 'task' || !needsTask(query)),
  );
  const hits = query.text === undefined ? '' : `${matching(query.text, bind)},`;
  const branches = kinds.map((kind) => {
    const from = source(kind, query);
    const where = conditions(kind, query, bind);
    const paged = after ? [...where, keyset(order, kind, { after, bind })] : where;
    const direction = order.descending ? 'DESC' : 'ASC';
    return {
      page: `(SELECT ${summary(kind)}, ${query.text === undefined ? 'NULL::text AS body' : 'hit.body'}, ${order.expression} AS sort_value
        FROM ${from} WHERE ${paged.join(' AND ')} ORDER BY ${order.expression} ${direction}, i.seq ${direction} LIMIT ${limit})`,
      count: `(SELECT 1 FROM ${from} WHERE ${where.join(' AND ')} LIMIT ${countLimit + 1})`,
    };
  });
  const direction = order.descending ? 'DESC' : 'ASC';
  const snippet = query.text === undefined ? 'NULL::text' : snippetOf('page.body');
  return `WITH ${hits} page AS (
      SELECT * FROM (${branches.map((branch) => branch.page).join(' UNION ALL ')}) every
      ORDER BY sort_value ${direction}, kind, seq ${direction} LIMIT ${limit}
    ), counted AS (SELECT count(*) AS total FROM (${branches.map((branch) => branch.count).join(' UNION ALL ')}) matches)
    SELECT page.*, ${snippet} AS snippet, sort_value::text AS sort_key, counted.total
    FROM counted LEFT JOIN page ON true ORDER BY sort_value ${direction}, kind, seq ${direction}`;
}

function source(kind: 'goal' | 'task', query: ItemQuery): string {
  const table = kind === 'goal' ? 'goals i' : 'tasks i';
  const goal = kind === 'task' && query.ready !== undefined ? ' JOIN goals g ON g.id = i.goal_id' : '';
  return table + goal + (query.text === undefined ? '' : ' JOIN hit ON hit.item_id = i.id');
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

/**
 * Full text in both configurations, the last word also as a prefix; only when nothing matches, words that look alike (which also
 * serves scripts that PostgreSQL does not cut into words). Per item the best of its own text and its notes.
 */
function matching(words: string, bind: Bind): string {
  const text = bind(words, 'text');
  const begun = lastWord(words);
  const prefix = begun
    ? ` || (websearch_to_tsquery('simple', ${bind(begun.head, 'text')}) && to_tsquery('simple', ${bind(`${begun.last}:*`, 'text')}))`
    : '';
  return `q AS (
      SELECT websearch_to_tsquery('english', ${text}) || websearch_to_tsquery('simple', ${text})${prefix} AS query
    ), found AS MATERIALIZED (
      SELECT d.item_id, d.body, d.document FROM search_documents d, q WHERE d.document @@ q.query LIMIT ${rankLimit}
    ), alike AS (
      SELECT a.* FROM find_alike(${text}, ${rankLimit}) a WHERE NOT EXISTS (SELECT 1 FROM found)
    ), hit AS (
      SELECT DISTINCT ON (item_id) item_id, body, rank FROM (
        SELECT item_id, body, ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', document, q.query, 1) AS rank FROM found, q
        UNION ALL SELECT item_id, body, rank FROM alike
      ) every ORDER BY item_id, rank DESC
    )`;
}

const snippetOf = (body: string): string =>
  `(SELECT ts_headline('english', left(${body}, 4000), q.query, 'StartSel=**, StopSel=**, MaxFragments=1, MaxWords=20, MinWords=8')
    FROM q WHERE ${body} <> '')`;

/** The word still being written, and what stands before it; undefined when the text ends in an operator or a quote. */
function lastWord(text: string): { head: string; last: string } | undefined {
  const [, head = '', last] = /^(|.*\s)([\p{L}\p{N}_]{2,})$/su.exec(text.trim()) ?? [];
  return last === undefined || /["-]/.test(head) ? undefined : { head, last: last.toLowerCase() };
}
