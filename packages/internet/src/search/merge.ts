import type { Hit } from './clean.ts';

/** What one provider answered to one query, best first. */
export interface RankedList {
  provider: string;
  /** Number of the query, from 0. */
  query: number;
  hits: readonly Hit[];
}

export interface MergedHit extends Hit {
  providers: string[];
  queries: number[];
}

/** Cormack, Clarke, Büttcher 2009: it keeps one list's first place from outweighing two lists' second. */
const fusionConstant = 60;

/**
 * One list of different pages by reciprocal rank fusion. Title and address are those of the best place, the snippet is the first that
 * is not empty. Equal scores keep the order of the lists.
 */
export function mergeLists(lists: readonly RankedList[]): MergedHit[] {
  const merged = new Map<string, { hit: MergedHit; score: number; best: number }>();
  for (const { provider, query, hits } of lists) {
    const seen = new Set<string>();
    for (const hit of hits) {
      if (seen.has(hit.page)) continue;
      seen.add(hit.page);
      const place = seen.size;
      const score = 1 / (fusionConstant + place);
      const known = merged.get(hit.page);
      if (known === undefined) {
        merged.set(hit.page, { hit: { ...hit, providers: [provider], queries: [query] }, score, best: place });
      } else {
        const isBetter = place < known.best;
        known.hit = {
          ...combine(isBetter ? hit : known.hit, isBetter ? known.hit : hit),
          ...sources(known.hit, provider, query),
        };
        known.score += score;
        known.best = Math.min(known.best, place);
      }
    }
  }
  return [...merged.values()].sort((a, b) => b.score - a.score).map(({ hit }) => hit);
}

function combine({ url, page, title, snippet, site, date = '' }: Hit, other: Hit): Hit {
  const known = date || other.date;
  return { url, page, title, site, snippet: snippet || other.snippet, ...(known && { date: known }) };
}

const sources = ({ providers, queries }: MergedHit, provider: string, query: number) => ({
  providers: [...new Set([...providers, provider])],
  queries: [...new Set([...queries, query])],
});
