import { type Bind, from } from './filters.ts';
import { parseSearch } from './query-text.ts';
import type { ItemQuery } from './repository.ts';

/** Documents that are ranked. Of a word that more contain: those found first, and those of the items changed last. */
const rankLimit = 501;
const newest = 100;

/** Documents with the words as written, from which on nobody means words that only begin so. */
const plenty = 100;

interface Kind {
  kind: 'goal' | 'task';
  /** Conditions on the item `i`. */
  where: readonly string[];
}

type TextQuery = ItemQuery & { text: string };

/** What is searched for, as common table expression `q`: `query`, and `begun` with the last word as the beginning of one. */
export function asked({ text, alike }: TextQuery, bind: Bind): string {
  const wanted = bind(JSON.stringify(parseSearch(text)), 'jsonb');
  return alike
    ? `q AS MATERIALIZED (SELECT search_query(${wanted}, 'alike') AS query, NULL::tsquery AS begun, ${wanted} AS wanted)`
    : `q AS MATERIALIZED (SELECT search_query(${wanted}, 'written') AS query, search_query(${wanted}, 'begun') AS begun)`;
}

/** Common table expression `found`, all items with the text: for lists in another order than that of relevance. */
export const withText = `found AS MATERIALIZED (
  SELECT d.item_id FROM search_documents d WHERE d.document @@ (SELECT coalesce(query || begun, query) FROM q))`;

/**
 * The best matches, as common table expressions, the last of them `hit`: item_id, note_id, kind, seq, rank. Filters come before any
 * limit: a common word must not hide what they ask for. Beginnings of words are looked up where whole words are not plenty; what looks
 * alike may also be spread over an item and its notes.
 */
export function ranked(query: TextQuery, { bind, kinds }: { bind: Bind; kinds: readonly Kind[] }): string {
  // OFFSET keeps PostgreSQL from reading whole tables for it, into a hash table.
  const checks = kinds.map(
    ({ kind, where }) =>
      `WHEN '${kind === 'goal' ? 'G' : 'T'}' THEN EXISTS (SELECT FROM ${from(kind, query)} WHERE i.id = d.item_id AND ${where.join(' AND ')} OFFSET 0)`,
  );
  const ofGoal = query.goal_id === undefined ? '' : `AND d.goal_id = ${bind(query.goal_id, 'text')}`;
  const visible = `${ofGoal} AND CASE left(d.item_id, 1) ${checks.join(' ')} ELSE false END`;
  const rank = (asked: string): string =>
    `d.item_id, d.note_id, ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', d.document, (SELECT ${asked} FROM q), 1) AS rank`;
  const documents = (asked: string, condition: string): string =>
    `SELECT ${rank(asked)} FROM search_documents d
      WHERE ${condition} ${visible}`;
  const latest = kinds.map(
    ({ kind, where }) =>
      `(SELECT i.id FROM ${from(kind, query)} WHERE ${where.join(' AND ')} ORDER BY i.updated_at DESC, i.seq DESC LIMIT ${newest})`,
  );
  const part = `part AS MATERIALIZED (${documents('begun', 'd.document @@ (SELECT begun FROM q) AND NOT d.document @@ (SELECT query FROM q)')}
      AND (SELECT count(*) FROM whole) < ${plenty} LIMIT ${rankLimit})`;
  const spread = `noted AS MATERIALIZED (
      SELECT DISTINCT d.item_id FROM search_documents d
      WHERE d.note_id > 0 AND d.document @@ (SELECT search_query(wanted, 'any') FROM q) ${visible} AND NOT EXISTS (SELECT FROM whole)
      LIMIT ${rankLimit}),
    part AS MATERIALIZED (
      SELECT noted.item_id, 0::bigint AS note_id, 0.01::real AS rank
      FROM noted, LATERAL (SELECT joined_documents(document) AS document FROM search_documents WHERE item_id = noted.item_id) item
      WHERE item.document @@ (SELECT query FROM q))`;
  return `whole AS MATERIALIZED (${documents('query', 'd.document @@ (SELECT query FROM q)')} LIMIT ${rankLimit}),
    ${query.alike ? spread : part},
    latest AS MATERIALIZED (
      SELECT ${rank('query')} FROM (${latest.join(' UNION ALL ')}) item CROSS JOIN LATERAL (SELECT * FROM search_documents WHERE item_id = item.id OFFSET 0) d
      WHERE d.document @@ (SELECT query FROM q) AND (SELECT count(*) FROM whole) >= ${rankLimit}),
    found AS (SELECT * FROM whole UNION ALL SELECT * FROM part UNION ALL SELECT * FROM latest),
    hit AS MATERIALIZED (
      SELECT DISTINCT ON (item_id COLLATE "C") item_id, note_id, rank, substr(item_id, 6)::bigint AS seq,
        CASE left(item_id, 1) WHEN 'G' THEN 'goal' ELSE 'task' END AS kind
      FROM found ORDER BY item_id COLLATE "C", rank DESC, note_id)`;
}

/** A condition: more documents matched than were looked at. */
export const cut = (alike: boolean): string =>
  `(SELECT count(*) FROM whole) >= ${rankLimit} OR (SELECT count(*) FROM ${alike ? 'noted' : 'part'}) >= ${rankLimit}`;

/** The place in the document that was found, with what was found between asterisks. */
export const headline = (choice: string, alike: boolean): string => `(
  SELECT ts_headline(${alike ? "'simple'" : 'language_of(chosen.body)'}, left(chosen.body, 4000), coalesce(q.query || q.begun, q.query), 'StartSel=**, StopSel=**, MaxFragments=1, MaxWords=20, MinWords=8')
  FROM q, (SELECT d.body FROM q, search_documents d WHERE d.item_id = page.id AND ${choice} LIMIT 1) chosen WHERE chosen.body <> '')`;
