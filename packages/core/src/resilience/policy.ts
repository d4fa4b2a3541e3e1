import { AppError, CancelledError, UnavailableError } from '../errors.ts';
import { runAttempt } from './attempt.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createBulkhead } from './bulkhead.ts';
import { type Clock, systemClock } from './clock.ts';
import type { PolicyCounts, PolicyEvent } from './events.ts';

export interface PolicyLimits {
  /** Calls running at once, backoff included. */
  concurrent: number;
  /** Calls waiting for one of those slots. */
  queued: number;
  /** After the first attempt. */
  retries: number;
  /** Of one attempt. */
  timeoutMs: number;
  /** A longer `retryAfterSeconds` of an error is not waited for: the caller gets the error at once. */
  longestRetryAfterSeconds: number;
  /** Consecutive failures that open the breaker. */
  failures: number;
  openSeconds: number;
}

const defaultLimits: Readonly<PolicyLimits> = {
  concurrent: 10,
  queued: 100,
  retries: 3,
  timeoutMs: 30_000,
  longestRetryAfterSeconds: 5,
  failures: 5,
  openSeconds: 60,
};

export interface PolicyCall {
  /** Ends the call wherever it is: queue, attempt or backoff. */
  signal?: AbortSignal | undefined;
  /** True when doing it twice changes nothing more. Only such calls are retried. */
  idempotent?: boolean;
  timeoutMs?: number;
}

export type PolicyState = {
  name: string;
  active: number;
  queued: number;
  /** Since the start. */
  counts: PolicyCounts;
} & ReturnType<Breaker['state']>;

export interface Policy {
  /**
   * Runs `work` under bulkhead, retry, breaker and timeout, in this order. Retried are AppErrors that say `retryable`.
   * Throws UnavailableError (breaker open, queue full), CancelledError, NetworkError (timeout) or what `work` threw last.
   */
  execute<T>(work: (signal: AbortSignal) => Promise<T>, call?: PolicyCall): Promise<T>;
  state(): PolicyState;
}

/**
 * One policy per upstream; `name` appears in messages. Written here and not taken from cockatiel, whose clock cannot be
 * injected, whose backoff and queue ignore the caller's signal, and whose breaker takes a cancelled probe for a success.
 */
export function createPolicy(options: {
  name: string;
  clock?: Clock;
  /** Uniform in [0, 1). */
  random?: () => number;
  limits?: Partial<PolicyLimits>;
  /** Called with the policy's name, see `policyMetrics`. */
  onEvent?: (policy: string, event: PolicyEvent) => void;
}): Policy {
  const { name, clock = systemClock, random = Math.random } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const counts: PolicyCounts = { answered: 0, failed: 0, retried: 0, refused: 0, opened: 0, closed: 0 };
  const onEvent = (event: PolicyEvent) => {
    counts[event] += 1;
    options.onEvent?.(name, event);
  };
  const bulkhead = createBulkhead({ name, ...limits });
  const breaker = createBreaker({ name, clock, onEvent, ...limits });

  async function enter(signal: AbortSignal | undefined): Promise<() => void> {
    try {
      return await bulkhead.enter(signal);
    } catch (error) {
      if (error instanceof UnavailableError) onEvent('refused');
      throw error;
    }
  }

  /** Milliseconds before retry `n` (from 0), or undefined when the error is final. */
  const waitBeforeRetry = (error: unknown, n: number): number | undefined => {
    if (!(error instanceof AppError) || !error.retryable || n >= limits.retries || !breaker.admits()) return undefined;
    const asked = error.retryAfterSeconds ?? 0;
    if (asked > limits.longestRetryAfterSeconds) return undefined;
    return Math.max(asked, backoffSeconds(n, random())) * 1000;
  };

  return {
    async execute(work, call = {}) {
      const { signal, idempotent = false, timeoutMs = limits.timeoutMs } = call;
      if (signal?.aborted) throw new CancelledError(undefined, { cause: signal.reason });
      const leave = await enter(signal);
      try {
        for (let n = 0; ; n += 1) {
          try {
            return await breaker.run(() => runAttempt(work, { name, clock, timeoutMs, idempotent, signal }));
          } catch (error) {
            const wait = idempotent ? waitBeforeRetry(error, n) : undefined;
            if (wait === undefined) throw error;
            onEvent('retried');
            await pause(wait, clock, signal);
          }
        }
      } finally {
        leave();
      }
    },
    state: () => ({ name, ...bulkhead.state(), ...breaker.state(), counts: { ...counts } }),
  };
}

/** d * U[0.5, 1] with d = min(10, 2^n): 1, 2, 4 s at most for the three retries. */
export function backoffSeconds(n: number, random: number): number {
  return Math.min(10, 2 ** n) * (0.5 + random / 2);
}

async function pause(ms: number, clock: Clock, signal: AbortSignal = new AbortController().signal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    throw signal.aborted ? new CancelledError(undefined, { cause: signal.reason }) : error;
  }
}
