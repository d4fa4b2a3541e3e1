import { CancelledError, UnavailableError } from '../errors.ts';

export interface Bulkhead {
  /** Waits for a slot and returns the function that gives it back, to be called once. Throws UnavailableError when the queue is full. */
  enter(signal: AbortSignal | undefined): Promise<() => void>;
  state(): { active: number; queued: number };
}

/** At most `concurrent` calls at once, at most `queued` waiting, first come first served. */
export function createBulkhead(options: { name: string; concurrent: number; queued: number }): Bulkhead {
  const { name, concurrent, queued } = options;
  const queue = new Set<() => void>();
  let active = 0;

  /** The slot goes straight to the next in line: freed first, a newcomer could take it and push that one out. */
  const leave = () => {
    const [next] = queue;
    if (next === undefined) {
      active -= 1;
      return;
    }
    queue.delete(next);
    next();
  };

  return {
    async enter(signal) {
      if (active < concurrent) {
        active += 1;
        return leave;
      }
      if (queue.size >= queued) {
        throw new UnavailableError(`${name} has ${active} calls running and ${queue.size} waiting, the most allowed.`, {
          hint: 'Call again in a second, with fewer calls at once.',
          retryAfterSeconds: 1,
        });
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      queue.add(resolve);
      const abort = () => {
        queue.delete(resolve);
        reject(new CancelledError(undefined, { cause: signal?.reason }));
      };
      signal?.addEventListener('abort', abort, { once: true });
      try {
        await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
      return leave;
    },
    state: () => ({ active, queued: queue.size }),
  };
}
