export interface Summary {
  count: number;
  p50: number;
  p95: number;
  p99: number;
}

/** The value below which `share` (0-1) of the values lie: nearest rank. NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function summarize(values: readonly number[]): Summary {
  return {
    count: values.length,
    p50: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    p99: percentile(values, 0.99),
  };
}

/** A seeded generator of numbers in [0, 1): the same data in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Bounds {
  /** Calls of each contender at most. */
  count: number;
  /** Milliseconds after which no further round begins. */
  maxMs: number;
}

type Contender = (round: number) => Promise<unknown>;

/**
 * Runs the contenders in turns, one call each, so that a busy moment of the machine meets all of them alike.
 * Answers milliseconds per call of each; the first tenth of the rounds warms up and is left out.
 */
export async function inTurns<Name extends string>(
  { count, maxMs }: Bounds,
  contenders: Record<Name, Contender>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const warmUp = Math.ceil(count / 10);
  const until = performance.now() + maxMs;
  for (let round = 0; round < count + warmUp && performance.now() < until; round += 1) {
    for (const name of names) {
      const from = performance.now();
      await contenders[name](round);
      if (round >= warmUp) times[name].push(performance.now() - from);
    }
  }
  return times;
}

export interface Flight {
  perSecond: number;
  times: number[];
}

/** Keeps `width` calls under way until `count` are done or the time is over. */
export async function inFlight({ count, maxMs }: Bounds, width: number, call: Contender): Promise<Flight> {
  const times: number[] = [];
  const began = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count && performance.now() - began < maxMs) {
      const round = next++;
      const from = performance.now();
      await call(round);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return { perSecond: (1000 * times.length) / (performance.now() - began), times };
}
