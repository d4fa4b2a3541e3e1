import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { type AppError, type ErrorCode, toAppError, toFacts } from './errors.ts';

/** What the caller has to change; everything else is a failure on this side. */
const invalid: ReadonlySet<ErrorCode> = new Set(['validation', 'not_found', 'conflict']);

/**
 * An error of a request that has no error results: message and hint as text, the facts for programs as data. A document that is not
 * there has its address as the only data: that is how clients of both eras tell it from wrong parameters, since -32602 is the
 * code of either (SEP-2164; the SDK sends it for -32002 in the older era too).
 */
export function toProtocolError(error: AppError, uri?: string): ProtocolError {
  const message = error.hint ? `${error.message} ${error.hint}` : error.message;
  if (error.code === 'not_found' && uri !== undefined) return new ResourceNotFoundError(uri, message);
  const code = invalid.has(error.code) ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  return new ProtocolError(code, message, toFacts(error));
}

/** The answer of a request, or its error as the protocol has it. */
export async function answer<T>(work: Promise<T>, uri?: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toProtocolError(toAppError(error), uri);
  }
}
