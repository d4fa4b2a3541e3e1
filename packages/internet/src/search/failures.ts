import {
  type AppError,
  AuthError,
  type ErrorOptions,
  NetworkError,
  RateLimitError,
  UnavailableError,
  ValidationError,
} from '@mcp-servers/core';

/** Why a provider gave no results. Blocked, out of quota and empty are three different things, and empty is not a failure. */
export type FailureReason =
  | 'blocked'
  | 'out_of_quota'
  | 'too_fast'
  | 'key_refused'
  | 'query_refused'
  | 'not_possible'
  | 'changed'
  | 'down'
  | 'paused';

type Options = Omit<ErrorOptions, 'details'>;

const blockedSeconds = 15 * 60;
const quotaSeconds = 60 * 60;
const keySeconds = 10 * 60;

/** The provider takes us for a robot, or refuses this address. */
export const blocked = (message: string, options: Options = {}): AppError =>
  new UnavailableError(message, { retryAfterSeconds: blockedSeconds, ...options, details: { reason: 'blocked' } });

export const outOfQuota = (message: string, options: Options = {}): AppError =>
  new RateLimitError(message, { retryAfterSeconds: quotaSeconds, ...options, details: { reason: 'out_of_quota' } });

export const tooFast = (message: string, options: Options = {}): AppError =>
  new RateLimitError(message, { retryAfterSeconds: 1, ...options, details: { reason: 'too_fast' } });

export const keyRefused = (message: string, options: Options = {}): AppError =>
  new AuthError(message, { retryAfterSeconds: keySeconds, ...options, details: { reason: 'key_refused' } });

/** Another provider would refuse it as well: the search ends. */
export const queryRefused = (message: string, options: Options = {}): AppError =>
  new ValidationError(message, { ...options, details: { reason: 'query_refused' } });

/** Only this provider cannot do it. */
export const notPossible = (message: string, options: Options = {}): AppError =>
  new ValidationError(message, { ...options, details: { reason: 'not_possible' } });

/** The answer has another shape than the one this code knows. Never to be taken for "no results". */
export const changed = (message: string, options: Options = {}): AppError =>
  new NetworkError(message, { retryable: false, ...options, details: { reason: 'changed' } });

export const down = (message: string, options: Options = {}): AppError =>
  new NetworkError(message, { ...options, details: { reason: 'down' } });

export const paused = (message: string, options: Options = {}): AppError =>
  new UnavailableError(message, { ...options, details: { reason: 'paused' } });

/** The reason of any error of a provider: those above say it, those of the policy have it in their code. */
export function reasonOf(error: AppError): FailureReason {
  const reason = error.details?.reason;
  if (typeof reason === 'string') return reason as FailureReason;
  if (error.code === 'unavailable') return 'paused';
  if (error.code === 'rate_limit') return 'too_fast';
  return error.code === 'auth' ? 'key_refused' : 'down';
}
