import { setTimeout as delay } from 'node:timers/promises';
import { AppError, CancelledError } from '../errors.ts';

/** Clock, random source and sleep, so that tests decide them. Times in milliseconds. */
export interface Timing {
  now(): number;
  random(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemTiming: Timing = {
  now: () => performance.now(),
  random: Math.random,
  async sleep(milliseconds, signal) {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      throw signal?.aborted ? stopReason(signal) : error;
    });
  },
};

/** Wait before attempt n (from 0): first * 2^n up to `longest`, times U[0.5, 1]. */
export function backoff(attempt: number, limits: { first: number; longest: number }, timing: Timing): number {
  return Math.min(limits.longest, limits.first * 2 ** Math.min(attempt, 20)) * (0.5 + timing.random() / 2);
}

/** What an aborted signal means to the caller: the AppError it was aborted with, else a cancellation. */
export function stopReason(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason;
  return reason instanceof AppError ? reason : new CancelledError(undefined, { cause: reason });
}

/**
 * The promise's outcome, unless the signal fires or the time passes first. The promise goes on by itself;
 * its late failure is dropped, because nobody is left to hear it.
 */
export function bounded<T>(
  promise: Promise<T>,
  limits: { signal?: AbortSignal | undefined; milliseconds?: number; late?: () => Error },
): Promise<T> {
  const { signal, milliseconds, late } = limits;
  return new Promise<T>((resolve, reject) => {
    const stop = () => settle(() => reject(signal === undefined ? new CancelledError() : stopReason(signal)));
    const timer =
      milliseconds === undefined
        ? undefined
        : setTimeout(() => settle(() => reject(late?.() ?? new Error('Timed out'))), Math.max(0, milliseconds));
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      finish();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
