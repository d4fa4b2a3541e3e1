import { randomInt } from 'node:crypto';

/** Reproducible chance. */
export interface Random {
  /** 0 to below `end`. */
  int(end: number): number;
  chance(probability: number): boolean;
  /** Throws when the list is empty. */
  pick<T>(list: readonly T[]): T;
}

/** The same numbers for the same seed: mulberry32, which is enough for choosing calls. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (end: number): number => Math.floor(next() * end);
  return {
    int,
    chance: (probability) => next() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[int(list.length)] as T;
    },
  };
}

/** `PROPERTY_SEED`, or another one in every run. */
export const chosenSeed = (): number => Number(process.env.PROPERTY_SEED ?? randomInt(2 ** 31));
