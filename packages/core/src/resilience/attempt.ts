import { CancelledError, NetworkError } from '../errors.ts';
import type { Clock } from './clock.ts';

export interface AttemptOptions {
  name: string;
  clock: Clock;
  timeoutMs: number;
  idempotent: boolean;
  /** The caller's. */
  signal: AbortSignal | undefined;
}

/** Without a reason each abort makes an exception with its stack. */
const over = 'over';

/**
 * Runs `work` once. Its signal aborts on the timeout and with the caller, and neither waits for `work` to notice.
 * Throws NetworkError on timeout, CancelledError when the caller gave up, else what `work` threw.
 */
export async function runAttempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { name, clock, timeoutMs, idempotent, signal: caller }: AttemptOptions,
): Promise<T> {
  const stop = new AbortController();
  const done = new AbortController();
  const cancel = () => stop.abort(new CancelledError(undefined, { cause: caller?.reason }));
  if (caller?.aborted) cancel();
  else caller?.addEventListener('abort', cancel, { once: true });
  clock.sleep(timeoutMs, done.signal).then(
    () => stop.abort(timeoutError(name, timeoutMs, idempotent)),
    () => {}, // The attempt ended first.
  );
  try {
    stop.signal.throwIfAborted();
    return await interruptible(work(stop.signal), stop.signal);
  } catch (error) {
    // What `work` threw because of the abort is less clear than why it was aborted.
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    done.abort(over);
    caller?.removeEventListener('abort', cancel);
  }
}

/** The promise's result, or the signal's reason when that comes first. */
async function interruptible<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const interrupted = Promise.withResolvers<never>();
  const abort = () => interrupted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, interrupted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function timeoutError(name: string, timeoutMs: number, idempotent: boolean): NetworkError {
  const seconds = Number((timeoutMs / 1000).toFixed(1));
  return new NetworkError(`${name} did not answer within ${seconds} s.`, {
    retryable: idempotent,
    hint: idempotent ? 'Call again later.' : 'It may have been carried out: check before calling again.',
  });
}
