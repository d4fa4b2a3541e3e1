import { setTimeout as sleep } from 'node:timers/promises';
import { type AppError, CancelledError } from '../errors.ts';

/** How long a caller is willing to wait. */
export interface Patience {
  signal: AbortSignal | undefined;
  /** On the clock of `performance.now()`. */
  deadline: number;
  /** The error to throw when the deadline has passed. */
  late: () => AppError;
}

/** Waits a few milliseconds; throws when the caller gave up or its time is over. */
export async function pause(ms: number, { signal, deadline, late }: Patience): Promise<void> {
  if (signal?.aborted) throw new CancelledError('Waiting for the database was cancelled.');
  if (performance.now() > deadline) throw late();
  await sleep(ms);
}
