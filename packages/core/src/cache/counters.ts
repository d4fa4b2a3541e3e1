import type { Counter, Metrics } from '../metrics.ts';

/** How a key that was asked for was answered; the four add up to the keys asked for. */
export type Outcome = 'hits' | 'misses' | 'fallbacks' | 'bypasses';
export type Counts = Record<Outcome, number>;

export interface Counters {
  add(outcome: Outcome, pattern: string, n: number): void;
  /** Over all patterns since the start. */
  totals(): Counts;
}

const about: Record<Outcome, string> = {
  hits: 'Rows that came from the cache',
  misses: 'Rows that were not in the cache and came from the database',
  fallbacks: 'Rows that came from the database because Redis failed or was late',
  bypasses: 'Rows that came from the database because the cache was off or not yet confirmed',
};

/** `cache_hits_total{cache,key_pattern}` and so on. */
export function createCounters(cache: string, metrics?: Pick<Metrics, 'counter'>): Counters {
  const totals: Counts = { hits: 0, misses: 0, fallbacks: 0, bypasses: 0 };
  const series = new Map<Outcome, Counter<'cache' | 'key_pattern'>>();
  for (const outcome of Object.keys(totals) as Outcome[]) {
    const counter = metrics?.counter(`cache_${outcome}_total`, about[outcome], ['cache', 'key_pattern'] as const);
    if (counter !== undefined) series.set(outcome, counter);
  }
  return {
    add(outcome, pattern, n) {
      if (n === 0) return;
      totals[outcome] += n;
      series.get(outcome)?.inc({ cache, key_pattern: pattern }, n);
    },
    totals: () => ({ ...totals }),
  };
}
