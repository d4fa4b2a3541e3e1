import { ValidationError } from '@mcp-servers/core';
import type { ImportFormat } from './formats.ts';
import type { ReadInput } from './index.ts';
import { read } from './index.ts';

/** One file of that text, read. */
export const readText = (text: string, name: string, format?: ImportFormat) =>
  read({ files: [{ name, text }], format });

/** The refusal, or a failure of the test that expected one. */
export function refusal(input: ReadInput): string {
  try {
    read(input);
  } catch (error) {
    if (error instanceof ValidationError) return error.message;
    throw error;
  }
  throw new Error('The reader took it.');
}
