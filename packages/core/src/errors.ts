import { randomBytes } from 'node:crypto';

/** The closed set of error codes. Each has one class below and one row in `docs/architecture.md`. */
export type ErrorCode =
  | 'validation'
  | 'not_found'
  | 'conflict'
  | 'auth'
  | 'rate_limit'
  | 'network'
  | 'database'
  | 'unavailable'
  | 'cancelled'
  | 'internal';

export interface ErrorOptions {
  cause?: unknown;
  /** The next call to make, or the setting to change: one sentence for the model. */
  hint?: string;
  /** True when the same call may succeed later without any change. */
  retryable?: boolean;
  /** Seconds to wait before a retry makes sense. */
  retryAfterSeconds?: number;
  /** Facts for programs (ids, versions, allowed values). Never secrets. */
  details?: Record<string, unknown>;
}

/** What a tool or adapter throws on purpose. The message is written for the model and holds no secret. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.details = options.details;
  }
}

/** Input that can never work as given. */
export class ValidationError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('validation', message, options);
  }
}

export class NotFoundError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('not_found', message, options);
  }
}

/** The stored state does not allow it: stale version, cycle, lease held by another. */
export class ConflictError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('conflict', message, options);
  }
}

export class AuthError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('auth', message, options);
  }
}

export class RateLimitError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('rate_limit', message, { retryable: true, ...options });
  }
}

export class NetworkError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('network', message, { retryable: true, ...options });
  }
}

/** The database refused or failed a statement. */
export class DatabaseError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('database', message, options);
  }
}

/** Not reachable now: breaker open, database starting, bulkhead full. */
export class UnavailableError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super('unavailable', message, { retryable: true, ...options });
  }
}

export class CancelledError extends AppError {
  constructor(message = 'The call was cancelled by the client.', options?: ErrorOptions) {
    super('cancelled', message, options);
  }
}

/** A defect. The model sees only the reference; the log line with the same reference has the cause. */
export class InternalError extends AppError {
  readonly reference: string;

  constructor(cause: unknown) {
    const reference = randomBytes(4).toString('hex');
    super('internal', `Internal error, reference ${reference}. The server's log has the cause under this reference.`, {
      cause,
    });
    this.reference = reference;
  }
}

/** Anything thrown -> AppError; what is not an AppError becomes an InternalError. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new InternalError(error);
}

/** The parts of an error that programs read. */
export function toFacts(error: AppError): Record<string, unknown> {
  return {
    code: error.code,
    retryable: error.retryable,
    ...(error.retryAfterSeconds !== undefined && { retry_after_s: error.retryAfterSeconds }),
    ...(error.details && { details: error.details }),
  };
}
