import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';

const Content = z.strictObject({
  v: z.literal(1),
  at: z.int().min(1).max(1_000),
  q: z.record(z.string(), z.unknown()),
});

/** Opaque to callers. It holds the whole request, so that a server that forgot the results can search again. */
export const writeCursor = (position: number, asked: Record<string, unknown>): string =>
  Buffer.from(JSON.stringify({ v: 1, at: position, q: asked })).toString('base64url');

/** What it asks for is as untrusted as any argument and is checked as such. Throws ValidationError. */
export function readCursor(cursor: string): { position: number; asked: Record<string, unknown> } {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    content = undefined; // Said below.
  }
  const result = Content.safeParse(content);
  if (!result.success || 'cursor' in result.data.q || 'limit' in result.data.q) {
    throw new ValidationError('The cursor is not one that a search gave.', { hint: 'Search again without cursor.' });
  }
  return { position: result.data.at, asked: result.data.q };
}
