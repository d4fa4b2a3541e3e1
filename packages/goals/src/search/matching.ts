import { type Bind, from } from './filters.ts';
import { countLimit, type ItemQuery } from './repository.ts';

/** Matches that are ranked; of a word that more documents contain, those found first are, and the answer says so. */
const rankLimit = countLimit + 1;

interface Kind {
  kind: 'goal' | 'task';
  /** Conditions on the item `i`. */
  where: readonly string[];
}

/** How a list of items `i` is narrowed to those that a text finds. */
export interface Matching {
  /** Common table expressions, each with a comma behind it. */
  ctes: string;
  /** Appended to FROM. */
  join: string;
  where: readonly string[];
  /** The document that an item was found in: columns note_id of the page's rows. */
  noteId: string;
  snippet: string;
  /** A condition: more documents matched than were looked at. */
  cut: string;
}

export const noText: Matching = {
  ...{ ctes: '', join: '', where: [], noteId: 'NULL::bigint', snippet: 'NULL::text', cut: 'false' },
};

const headline = (choice: string): string => `(
  SELECT ts_headline('english', left(chosen.body, 4000), q.query, 'StartSel=**, StopSel=**, MaxFragments=1, MaxWords=20, MinWords=8')
  FROM q, (SELECT d.body FROM q, search_documents d WHERE d.item_id = page.id AND ${choice} LIMIT 1) chosen WHERE chosen.body <> '')`;

/** Filters come before any limit: a common word must not hide what they ask for. */
export function matching(
  query: ItemQuery & { text: string },
  { bind, kinds }: { bind: Bind; kinds: Kind[] },
): Matching {
  const asked = toTsquery(query.text, bind);
  const q = `q AS (SELECT ${asked} AS query),`;
  const byRank = { join: ' JOIN hit ON hit.item_id = i.id', where: [], noteId: 'hit.note_id' };
  if (query.alike) {
    const scope = `${bind(query.goal_id ?? null, 'text')}, ${bind(query.project ?? null, 'text')}`;
    return {
      ...byRank,
      ctes: `${q} alike AS MATERIALIZED (SELECT * FROM find_alike(${bind(query.text, 'text')}, ${scope}, ${rankLimit})), ${best('alike')},`,
      snippet: headline('d.note_id = page.note_id'),
      cut: `(SELECT count(*) FROM alike) >= ${rankLimit}`,
    };
  }
  if (query.sort !== 'relevance') {
    return {
      ctes: q,
      join: '',
      where: [`EXISTS (SELECT 1 FROM search_documents d WHERE d.item_id = i.id AND d.document @@ ${asked})`],
      noteId: 'NULL::bigint',
      snippet: headline('d.document @@ q.query ORDER BY d.note_id'),
      cut: 'false',
    };
  }
  const found = kinds.map(
    ({
      kind,
      where,
    }) => `(SELECT d.item_id, d.note_id, ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', d.document, ${asked}, 1) AS rank
      FROM search_documents d JOIN ${from(kind, query)} ON i.id = d.item_id
      WHERE d.document @@ ${asked} AND d.item_id LIKE '${kind === 'goal' ? 'GOAL' : 'TASK'}-%' AND ${where.join(' AND ')} LIMIT ${rankLimit})`,
  );
  return {
    ...byRank,
    ctes: `${q} found AS MATERIALIZED (${found.join(' UNION ALL ')}), ${best('found')},`,
    snippet: headline('d.note_id = page.note_id'),
    cut: `(SELECT count(*) FROM found) >= ${rankLimit}`,
  };
}

const best = (matches: string): string =>
  `hit AS MATERIALIZED (SELECT DISTINCT ON (item_id) item_id, note_id, rank FROM ${matches} ORDER BY item_id, rank DESC, note_id)`;

/** Full text in both configurations, the last word also as a prefix, and pairs of letters of what is written without spaces. */
function toTsquery(words: string, bind: Bind): string {
  const text = bind(words, 'text');
  const parts = [`websearch_to_tsquery('english', ${text})`, `websearch_to_tsquery('simple', ${text})`];
  const begun = lastWord(words);
  if (begun) {
    const { head, last } = begun;
    const prefix = `to_tsquery('simple', ${bind(`${last}:*`, 'text')})`;
    parts.push(`(websearch_to_tsquery('simple', ${bind(head, 'text')}) && ${prefix})`);
  }
  const runs = hasMinus(words) ? [] : (words.match(withoutSpaces) ?? []);
  if (runs.length > 0) {
    const rest = bind(words.replaceAll(withoutSpaces, ' '), 'text');
    parts.push(`(${bind(runs.map(pairs).join(' & '), 'tsquery')} && websearch_to_tsquery('simple', ${rest}))`);
  }
  return `(${parts.join(' || ')})`;
}

/** Scripts that PostgreSQL does not cut into words; the same as in the function `letter_pairs` of the schema. */
const withoutSpaces = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+/g;

/** A run of letters -> the pairs it consists of, one behind the other; a single letter may begin any pair. */
function pairs(run: string): string {
  if (run.length === 1) return `'${run}':*`;
  return `(${Array.from({ length: run.length - 1 }, (_, index) => `'${run.slice(index, index + 2)}'`).join(' <-> ')})`;
}

const hasMinus = (text: string): boolean => /(^|\s)-\S/.test(text);

/** Without quotes and minus. What was asked for exactly, or not to be there, must not be answered with what looks alike. */
export const isPlain = (text: string): boolean => !text.includes('"') && !hasMinus(text);

/** The word still being written, and what stands before it; undefined when the text ends in an operator or a quote. */
function lastWord(text: string): { head: string; last: string } | undefined {
  const [, head = '', last] = /^(|.*\s)([\p{L}\p{N}_]{2,})$/su.exec(text.trim()) ?? [];
  return last === undefined || /["-]/.test(head) ? undefined : { head, last: last.toLowerCase() };
}
