import { CancelledError } from '@mcp-servers/core';

/** Runs one piece of work after the other, in the order they came. A caller whose signal aborts leaves the line. */
export type OneAtATime = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export function createOneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return async (work, signal) => {
    const before = last;
    const mine = Promise.withResolvers<void>();
    last = before.then(() => mine.promise);
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(new CancelledError());
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      await Promise.race([before, left.promise]);
      return await work();
    } finally {
      signal.removeEventListener('abort', leave);
      mine.resolve();
    }
  };
}
