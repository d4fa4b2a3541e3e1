import { type AppError, CancelledError, InternalError, type Log, toAppError } from '@mcp-servers/core';
import type { RateLimiter } from '@mcp-servers/core/rate-limit';
import { type Clock, createPolicy, type PolicyEvent, type PolicyState } from '@mcp-servers/core/resilience';
import { type FailureReason, paused, reasonOf } from './failures.ts';
import type { Quota, SearchHits, SearchProvider, SearchQuery } from './types.ts';

export interface SourceOptions {
  clock: Clock;
  today: () => Date;
  log: Log;
  limiter: Pick<RateLimiter<string>, 'take'>;
  random?: () => number;
  onEvent?: (policy: string, event: PolicyEvent) => void;
}

export interface SourceState {
  name: string;
  /** True when the next search would ask it. */
  ready: boolean;
  breaker: PolicyState['breaker'];
  counts: PolicyState['counts'];
  quota?: Quota;
  /** ISO 8601; it is not asked before. */
  paused_until?: string;
  paused_because?: FailureReason;
  last_error?: { at: string; reason: FailureReason; message: string; hint?: string };
}

/** A provider behind its policy: limit, breaker, time limit and the pause it has asked for. */
export interface Source {
  readonly name: string;
  readonly provider: SearchProvider;
  /** `retries` is for the last one in the order; before it the next provider is the retry. Throws AppError. */
  ask(query: SearchQuery, call: { signal: AbortSignal; retries: boolean }): Promise<SearchHits>;
  state(): SourceState;
}

const timeoutMs = 15_000;
/** Waits for a limit a second: at most so many, none longer than that. */
const mostWaits = 6;
const longestWaitSeconds = 2;
const pausing: ReadonlySet<FailureReason> = new Set(['blocked', 'out_of_quota', 'key_refused', 'too_fast']);

export function createSource(provider: SearchProvider, options: SourceOptions): Source {
  const { clock, today, log, limiter } = options;
  const { name } = provider;
  const policy = createPolicy({
    name,
    clock,
    limits: { timeoutMs },
    ...(options.random && { random: options.random }),
    ...(options.onEvent && { onEvent: options.onEvent }),
  });
  let pause: { until: number; failure: AppError } | undefined;
  let quota: Quota | undefined;
  let lastError: SourceState['last_error'];

  const secondsPaused = () => Math.ceil(((pause?.until ?? 0) - clock.now()) / 1000);

  const refuseWhilePaused = () => {
    const seconds = secondsPaused();
    if (pause === undefined || seconds <= 0) return;
    throw paused(`${name} is left alone for ${toSpan(seconds)} more. ${pause.failure.message}`, {
      retryAfterSeconds: seconds,
      ...(pause.failure.hint && { hint: pause.failure.hint }),
    });
  };

  const note = (failure: AppError) => {
    const reason = reasonOf(failure);
    if (failure.code === 'cancelled' || reason === 'paused') return;
    const { retryAfterSeconds: seconds, message, hint } = failure;
    lastError = { at: today().toISOString(), reason, message, ...(hint && { hint }) };
    // A refused query or a slow answer says nothing about the next search; the breaker counts what is down.
    if (pausing.has(reason) && seconds) pause = { until: clock.now() + seconds * 1000, failure };
    log.warn({ provider: name, reason, message, retry_after_s: seconds }, 'search_provider_failed');
  };

  async function once(query: SearchQuery, call: { signal: AbortSignal; retries: boolean }): Promise<SearchHits> {
    await limiter.take(name, 'all');
    const { signal, retries: idempotent } = call;
    return policy.execute((inner) => provider.search(query, { signal: inner }), { signal, idempotent });
  }

  return {
    name,
    provider,
    async ask(query, call) {
      refuseWhilePaused();
      for (let waits = 0; ; waits += 1) {
        try {
          const answer = await once(query, call);
          if (answer.quota !== undefined) quota = answer.quota;
          pause = undefined;
          return answer;
        } catch (error) {
          const failure = toFailure(error, name, log);
          const seconds = failure.retryAfterSeconds ?? longestWaitSeconds + 1;
          const isShort = reasonOf(failure) === 'too_fast' && seconds <= longestWaitSeconds && waits < mostWaits;
          if (!isShort || failure.code !== 'rate_limit') {
            note(failure);
            throw failure;
          }
          await pauseFor(seconds, clock, call.signal);
        }
      }
    },
    state() {
      const { breaker, counts } = policy.state();
      const seconds = secondsPaused();
      const isPaused = pause !== undefined && seconds > 0;
      return {
        name,
        ready: !isPaused && breaker !== 'open',
        breaker,
        counts,
        ...(quota && { quota }),
        ...(pause && isPaused && { paused_until: new Date(today().getTime() + seconds * 1000).toISOString() }),
        ...(pause && isPaused && { paused_because: reasonOf(pause.failure) }),
        ...(lastError && { last_error: lastError }),
      };
    },
  };
}

/** A defect of one provider's code must not end the search: the next one is asked, and the log has the cause. */
function toFailure(error: unknown, provider: string, log: Log): AppError {
  const failure = toAppError(error);
  if (failure instanceof InternalError) {
    log.error({ provider, reference: failure.reference, err: failure.cause }, 'search_provider_broken');
  }
  return failure;
}

async function pauseFor(seconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(seconds * 1000, signal);
  } catch (error) {
    throw signal.aborted ? new CancelledError(undefined, { cause: signal.reason }) : error;
  }
}

/** Seconds as people say them. */
function toSpan(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 2 * 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
