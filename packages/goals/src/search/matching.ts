import { type Bind, from } from './filters.ts';
import { countLimit, type ItemQuery } from './repository.ts';

/** Matches that are ranked; of a word that more documents contain, those found first are, and the answer says so. */
const rankLimit = countLimit + 1;

interface Kind {
  kind: 'goal' | 'task';
  /** Conditions on the item `i`. */
  where: readonly string[];
}

/**
 * CTEs `q`, `found` and `hit` (item, the note or text it was found in, rank). Full text in both configurations, the last word
 * also as a prefix; only when nothing matches, words that look alike or contain these (which also serves scripts that PostgreSQL
 * does not cut into words). The filters are applied before any limit: a common word must not hide what they ask for.
 */
export function matching(words: string, query: ItemQuery, { bind, kinds }: { bind: Bind; kinds: Kind[] }): string {
  const text = bind(words, 'text');
  const begun = lastWord(words);
  const prefix = begun
    ? ` || (websearch_to_tsquery('simple', ${bind(begun.head, 'text')}) && to_tsquery('simple', ${bind(`${begun.last}:*`, 'text')}))`
    : '';
  const asked = `(websearch_to_tsquery('english', ${text}) || websearch_to_tsquery('simple', ${text})${prefix})`;
  const ranked = query.sort === 'relevance';
  const rank = ranked ? `ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', d.document, ${asked}, 1)` : '0::real';
  const found = kinds.map(
    ({ kind, where }) => `(SELECT d.item_id, d.note_id, ${rank} AS rank
      FROM search_documents d JOIN ${from(kind, query)} ON i.id = d.item_id
      WHERE d.document @@ ${asked} AND ${where.join(' AND ')}${ranked ? ` LIMIT ${rankLimit}` : ''})`,
  );
  return `q AS (SELECT ${asked} AS query),
    found AS MATERIALIZED (${found.join(' UNION ALL ')}),
    alike AS MATERIALIZED (
      SELECT a.item_id, a.note_id, a.rank FROM find_alike(${text}) a
      WHERE ${isPlain(words)} AND NOT EXISTS (SELECT 1 FROM found)
    ),
    hit AS MATERIALIZED (
      SELECT DISTINCT ON (item_id) item_id, note_id, rank FROM (SELECT * FROM found UNION ALL SELECT * FROM alike) every
      ORDER BY item_id, rank DESC, note_id
    )`;
}

/** True when more documents matched than are ranked. */
export const cut = (query: ItemQuery): string =>
  query.text === undefined || query.sort !== 'relevance' ? 'false' : `(SELECT count(*) FROM found) >= ${rankLimit}`;

/** The place in the text where the words stand, for a row `page`. */
export const snippet = `(SELECT ts_headline('english', left(d.body, 4000), q.query, 'StartSel=**, StopSel=**, MaxFragments=1, MaxWords=20, MinWords=8')
    FROM q, search_documents d WHERE d.item_id = page.id AND d.note_id = page.note_id AND d.body <> '')`;

/** Without quotes and minus: what was asked for exactly, or asked not to be there, must not be answered with what looks alike. */
const isPlain = (text: string): boolean => !/"|(^|\s)-\S/.test(text);

/** The word still being written, and what stands before it; undefined when the text ends in an operator or a quote. */
function lastWord(text: string): { head: string; last: string } | undefined {
  const [, head = '', last] = /^(|.*\s)([\p{L}\p{N}_]{2,})$/su.exec(text.trim()) ?? [];
  return last === undefined || /["-]/.test(head) ? undefined : { head, last: last.toLowerCase() };
}
