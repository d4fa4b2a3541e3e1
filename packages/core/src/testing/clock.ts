import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../resilience/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time forward, waking sleepers in order, each at its own time. */
  advance(ms: number): Promise<void>;
  /** Sleepers that have not been woken. */
  sleeping(): number;
}

/** A clock that stands still at 0 until it is moved. */
export function fakeClock(): FakeClock {
  let now = 0;
  const sleepers = new Set<{ at: number; wake(): void }>();
  return {
    now: () => now,
    sleeping: () => sleepers.size,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { at: now + ms, wake: resolve };
      const abort = () => {
        sleepers.delete(sleeper);
        reject(signal.reason);
      };
      if (signal.aborted) abort();
      else sleepers.add(sleeper);
      signal.addEventListener('abort', abort, { once: true });
      return promise;
    },
    async advance(ms) {
      const end = now + ms;
      // One turn of the event loop runs every promise that can go on without time passing.
      await setImmediate();
      for (;;) {
        const [next] = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        sleepers.delete(next);
        now = next.at;
        next.wake();
        await setImmediate();
      }
      now = end;
    },
  };
}
