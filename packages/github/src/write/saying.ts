import { AppError } from '@mcp-servers/core';
import { oneLine } from '@mcp-servers/core/http';
import { given } from '../read/given.ts';

/** An error as a sentence of an answer. */
export const sentenceOf = ({ message, hint }: AppError): string => (hint ? `${message} ${hint}` : message);

/** The same error with more to its message; what is given replaces what it had. */
export function sayingMore(
  error: AppError,
  more: string,
  { hint = error.hint, retryable = error.retryable }: { hint?: string | undefined; retryable?: boolean } = {},
): AppError {
  const { code, message, retryAfterSeconds, details } = error;
  return new AppError(code, `${message} ${more}`, {
    ...{ cause: error, retryable },
    ...given({ hint, retryAfterSeconds, details }),
  });
}

const mostListed = 20;
const nameChars = 80;

/** Names that others gave, for a message: a few, each on one line and with nothing hidden in it. */
export function listed(names: readonly string[], most = mostListed): string {
  const shown = names.slice(0, most).map((name) => oneLine(name, nameChars));
  return shown.length === 0 ? 'none' : `${shown.join(', ')}${names.length > most ? ', …' : ''}`;
}
