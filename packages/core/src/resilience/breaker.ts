import { AppError, type ErrorCode, UnavailableError } from '../errors.ts';
import type { Clock } from './clock.ts';

export interface Breaker {
  /** Runs the attempt, or throws UnavailableError at once while the breaker is open. */
  run<T>(attempt: () => Promise<T>): Promise<T>;
  /** True when an attempt made now would be let through. */
  admits(): boolean;
  state(): { breaker: 'closed' | 'open' | 'half_open'; failures: number; retryAfterSeconds?: number };
}

type State =
  | { readonly kind: 'closed'; failures: number }
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'half_open' };

/** Answers about this call, not about the health of who gave them. A rate limit is not one of them. */
const notAFailure: ReadonlySet<ErrorCode> = new Set(['validation', 'not_found', 'conflict', 'auth', 'cancelled']);

/**
 * Opens after `failures` consecutive failures, for `openSeconds`; then one attempt is let through, and only its result
 * closes the breaker or opens it again. Results of attempts begun in an earlier state change nothing.
 */
export function createBreaker(options: { name: string; failures: number; openSeconds: number; clock: Clock }): Breaker {
  const { name, clock } = options;
  let state: State = { kind: 'closed', failures: 0 };
  let lastFailure = '';

  const admits = () => state.kind === 'closed' || (state.kind === 'open' && clock.now() >= state.until);
  const waitSeconds = () => (state.kind === 'open' ? Math.max(1, Math.ceil((state.until - clock.now()) / 1000)) : 1);

  const admit = (): State => {
    if (!admits()) throw refusal();
    if (state.kind === 'open') state = { kind: 'half_open' };
    return state;
  };
  const refusal = () => {
    const retryAfterSeconds = waitSeconds();
    const now =
      state.kind === 'open' ? `is not called for ${retryAfterSeconds} s more` : 'is being tried by another call now';
    return new UnavailableError(`${name} failed ${options.failures} times in a row and ${now}.${lastFailure}`, {
      hint: `Call again in ${retryAfterSeconds} s.`,
      retryAfterSeconds,
    });
  };
  const succeeded = (began: State) => {
    if (state === began) state = { kind: 'closed', failures: 0 };
  };
  const failed = (began: State, error: unknown) => {
    if (state !== began) return;
    lastFailure = error instanceof AppError ? ` Last failure: ${error.message}` : '';
    if (state.kind === 'closed' && state.failures + 1 < options.failures) state.failures += 1;
    else state = { kind: 'open', until: clock.now() + options.openSeconds * 1000 };
  };
  const refused = (began: State, code: ErrorCode) => {
    if (state !== began || state.kind !== 'half_open') return;
    // A cancelled probe says nothing: the next call probes. Any other refusal is an answer, so the upstream is back.
    state = code === 'cancelled' ? { kind: 'open', until: clock.now() } : { kind: 'closed', failures: 0 };
  };

  return {
    admits,
    async run(attempt) {
      const began = admit();
      try {
        const value = await attempt();
        succeeded(began);
        return value;
      } catch (error) {
        if (error instanceof AppError && notAFailure.has(error.code)) refused(began, error.code);
        else failed(began, error);
        throw error;
      }
    },
    state() {
      if (state.kind === 'closed') return { breaker: 'closed', failures: state.failures };
      return { breaker: state.kind, failures: options.failures, retryAfterSeconds: waitSeconds() };
    },
  };
}
