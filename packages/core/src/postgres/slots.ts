import { bounded } from './timing.ts';

export interface Slots {
  /** Waits in line for a free slot, no longer than the limits. */
  take(limits: { signal?: AbortSignal | undefined; milliseconds: number; late: () => Error }): Promise<void>;
  give(): void;
  /** Resolves when every slot is free. */
  drained(): Promise<void>;
  counts(): { taken: number; waiting: number };
}

/** A counting semaphore in front of the driver's pool, whose own queue cannot be left and is lost when the pool is replaced. */
export function openSlots(max: number): Slots {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const draining: (() => void)[] = [];

  function give(): void {
    const next = waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    taken -= 1;
    if (taken === 0) for (const resolve of draining.splice(0)) resolve();
  }

  return {
    give,
    async take(limits) {
      if (taken < max) {
        taken += 1;
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      try {
        await bounded(promise, limits);
      } catch (error) {
        const place = waiting.indexOf(resolve);
        // Not in line any more: the slot was handed over in the same moment.
        if (place < 0) give();
        else waiting.splice(place, 1);
        throw error;
      }
    },
    drained: () => (taken === 0 ? Promise.resolve() : new Promise((resolve) => void draining.push(resolve))),
    counts: () => ({ taken, waiting: waiting.length }),
  };
}
