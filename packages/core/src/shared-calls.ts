import { CancelledError } from './errors.ts';

export interface SharedCalls {
  /**
   * Runs `work`, or joins the call with this key that runs already. Each caller leaves with its own signal (CancelledError); the work
   * is aborted when the last one has left.
   */
  run<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Flight {
  promise: Promise<unknown>;
  controller: AbortController;
  callers: number;
}

export function createSharedCalls(): SharedCalls {
  const flights = new Map<string, Flight>();

  function start(key: string, work: (signal: AbortSignal) => Promise<unknown>): Flight {
    const controller = new AbortController();
    const promise = work(controller.signal).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    promise.catch(() => {}); // Callers get it; after the last one left nobody does.
    const flight: Flight = { promise, controller, callers: 0 };
    flights.set(key, flight);
    return flight;
  }

  return {
    async run<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
      if (signal.aborted) throw new CancelledError(undefined, { cause: signal.reason });
      const flight = flights.get(key) ?? start(key, work);
      flight.callers += 1;
      const left = Promise.withResolvers<never>();
      const leave = () => left.reject(new CancelledError(undefined, { cause: signal.reason }));
      signal.addEventListener('abort', leave, { once: true });
      try {
        return (await Promise.race([flight.promise, left.promise])) as T;
      } finally {
        signal.removeEventListener('abort', leave);
        flight.callers -= 1;
        if (flight.callers === 0) {
          // A later caller must not join what is being aborted.
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(new CancelledError());
        }
      }
    },
  };
}
