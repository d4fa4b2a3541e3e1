const window = 1024;

export interface Latencies {
  add(ms: number, failed: boolean): void;
  snapshot(): { calls: number; errors: number; p50Ms?: number; p95Ms?: number };
}

/** Counts of all calls and percentiles of the last 1,024, in 8 KB. Percentiles are absent until the first call. */
export function createLatencies(): Latencies {
  const recent = new Float64Array(window);
  let calls = 0;
  let errors = 0;
  return {
    add(ms, failed) {
      recent[calls % window] = ms;
      calls += 1;
      if (failed) errors += 1;
    },
    snapshot() {
      const sorted = recent.slice(0, Math.min(calls, window)).sort();
      const p50Ms = percentile(sorted, 0.5);
      const p95Ms = percentile(sorted, 0.95);
      return { calls, errors, ...(p50Ms !== undefined && { p50Ms }), ...(p95Ms !== undefined && { p95Ms }) };
    },
  };
}

/** Nearest rank: the smallest value that at least this share of the calls did not exceed. */
function percentile(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
