import { AppError, CancelledError, InternalError } from '@mcp-servers/core';
import { toVisible } from '@mcp-servers/core/outside';

/** Words of a site inside a sentence of ours: on one line, visible, without the marks of a fence, at most `most` characters. */
export function inLine(text: string, most = 300): string {
  const shown = toVisible(text.slice(0, most).toWellFormed().replaceAll(/\s+/g, ' ')).text;
  const plain = shown.replaceAll(/<{2,}/g, '‹').replaceAll(/>{2,}/g, '›');
  return text.length > most ? `${plain}…` : plain;
}

const longestMessage = 1_000;

/** The same error; what of its message may come from a site cannot look like more than a part of a sentence. */
export function withInertText(error: unknown): unknown {
  if (!(error instanceof AppError) || error instanceof CancelledError || error instanceof InternalError) return error;
  const message = inLine(error.message, longestMessage);
  const hint = error.hint && inLine(error.hint, longestMessage);
  if (message === error.message && hint === error.hint) return error;
  const { code, retryable, retryAfterSeconds, details } = error;
  return new AppError(code, message, {
    ...{ retryable, cause: error },
    ...(hint && { hint }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(details && { details }),
  });
}
