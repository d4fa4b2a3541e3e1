import { ValidationError } from '@mcp-servers/core';

/** Of arguments that only a cursor makes unnecessary. */
export const needed = (names: string): ValidationError =>
  new ValidationError(`${names} must be given, or cursor instead.`, { hint: 'A cursor comes from an answer before.' });
