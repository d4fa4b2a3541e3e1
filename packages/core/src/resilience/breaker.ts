import { AppError, type ErrorCode, UnavailableError } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { PolicyEvent } from './events.ts';

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
export function createBreaker(options: {
  name: string;
  failures: number;
  openSeconds: number;
  clock: Clock;
  onEvent(event: PolicyEvent): void;
}): Breaker {
  const { name, clock, onEvent } = options;
  let state: State = { kind: 'closed', failures: 0 };
  let lastFailure = '';

  const admits = () => state.kind === 'closed' || (state.kind === 'open' && clock.now() >= state.until);
  const waitSeconds = () => (state.kind === 'open' ? Math.max(1, Math.ceil((state.until - clock.now()) / 1000)) : 1);

  const admit = (): State => {
    if (!admits()) {
      onEvent('refused');
      throw refusal();
    }
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
  const close = () => {
    if (state.kind !== 'closed') onEvent('closed');
    state = { kind: 'closed', failures: 0 };
  };
  const succeeded = (began: State) => {
    onEvent('answered');
    if (state === began) close();
  };
  const failed = (began: State, error: unknown) => {
    onEvent('failed');
    if (state !== began) return;
    lastFailure = error instanceof AppError ? ` Last failure: ${error.message}` : '';
    if (state.kind === 'closed' && state.failures + 1 < options.failures) state.failures += 1;
    else {
      state = { kind: 'open', until: clock.now() + options.openSeconds * 1000 };
      onEvent('opened');
    }
  };
  const refused = (began: State, code: ErrorCode) => {
    if (code !== 'cancelled') onEvent('answered');
    if (state !== began || state.kind !== 'half_open') return;
    // A cancelled probe says nothing: the next call probes. Any other refusal is an answer, so the upstream is back.
    if (code === 'cancelled') state = { kind: 'open', until: clock.now() };
    else close();
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
