import { AppError } from '../errors.ts';

const deepest = 10;

/** The AppError that a client library wrapped in an error of its own, as `cause`; anything else as it is. For `throw unwrapAppError(error)`. */
export function unwrapAppError(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < deepest && inner instanceof Error; depth += 1) {
    if (inner instanceof AppError) return inner;
    inner = inner.cause;
  }
  return error;
}
