import { createLog } from '@mcp-servers/core';
import { type FakeClock, fakeClock } from '@mcp-servers/core/testing';
import { createSearch, type Search, type SearchOptions } from './search.ts';
import type { RawHit, SearchHits, SearchProvider, SearchQuery } from './types.ts';

type Said =
  | RawHit[]
  | Error
  | (Partial<SearchHits> & { hits: RawHit[] })
  | ((query: SearchQuery, signal: AbortSignal) => Promise<SearchHits>);

export interface FakeProvider extends SearchProvider {
  readonly asked: SearchQuery[];
  /** Answers of the next calls, the last one for all that follow. */
  say(...answers: Said[]): void;
}

export const hit = (n: number, more: Partial<RawHit> = {}): RawHit => ({
  url: `https://site${n}.example.org/page`,
  title: `Page ${n}`,
  snippet: `About ${n}.`,
  ...more,
});

export const hits = (from: number, to: number): RawHit[] =>
  Array.from({ length: to - from + 1 }, (_, n) => hit(from + n));

export function fakeProvider(name: string, ...answers: Said[]): FakeProvider {
  const asked: SearchQuery[] = [];
  let next: Said[] = answers;
  return {
    name,
    markup: 'text',
    limit: { calls: 100, seconds: 1 },
    asked,
    say: (...more) => {
      next = more;
    },
    async search(query, { signal }) {
      asked.push(query);
      const said = next.length > 1 ? next.shift() : next[0];
      if (said instanceof Error) throw said;
      if (typeof said === 'function') return said(query, signal);
      const answer = Array.isArray(said) ? { hits: said } : said;
      return { hits: [], unsupported: [], more: false, notes: [], ...answer };
    },
  };
}

export interface Bench {
  search: Search;
  clock: FakeClock;
  /** Lines of the log. */
  lines: string[];
  ask(request: Parameters<Search['search']>[0], signal?: AbortSignal): ReturnType<Search['search']>;
}

/** A search over these providers, without limits, on a clock that moves by hand. */
export function withProviders(providers: SearchProvider[], options: Partial<SearchOptions> = {}): Bench {
  const clock = fakeClock();
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'trace', destination: { write: (line) => lines.push(line) } });
  const search = createSearch({
    providers,
    log,
    clock,
    random: () => 0,
    today: () => new Date(Date.parse('2026-06-15T12:00:00Z') + clock.now()),
    limiter: { take: async () => {}, close: () => {} },
    ...options,
  });
  const never = new AbortController().signal;
  return { search, clock, lines, ask: (request, signal = never) => search.search(request, { signal }) };
}
