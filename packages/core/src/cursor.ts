import type * as z from 'zod';
import { ValidationError } from './errors.ts';

/** A cursor of a list, opaque to the caller: where its next page begins. Not secret and not signed; what it carries is checked when it comes back. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** What `encodeCursor` was given. Throws ValidationError for anything else. */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw badCursor(cause);
  }
}

export function badCursor(cause: unknown): ValidationError {
  return new ValidationError('cursor: not one that was given out here.', {
    cause,
    hint: 'Repeat the call without cursor to start again.',
  });
}
