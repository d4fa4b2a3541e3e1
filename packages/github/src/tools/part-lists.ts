import { AppError } from '@mcp-servers/core';
import * as z from 'zod';
import { label } from './rows-text.ts';
import { Rows } from './schemas.ts';

const PartList = z.object({
  items: Rows,
  next_cursor: z.string().optional(),
  truncated: z.boolean().optional(),
  withheld: z.number().optional(),
  total: z.number().optional(),
  not_read: z.string().optional(),
});

/** The lists that were asked for beside a thing, by their names. */
export const PartLists = z.record(z.string(), PartList);

/** How many rows a list shows, of how many, and what is not among them. */
export function listFacts({ items, total, withheld, not_read }: z.infer<typeof PartList>): string {
  if (not_read !== undefined) return `not read: ${label(not_read)}`;
  const here = items.length;
  const count = total === undefined || total === here ? String(here) : `${here} of ${total}`;
  return withheld ? `${count}, ${withheld} outside the allowlist left out` : count;
}

/** One list of several that cannot be read, for want of a permission or because it is switched off, leaves the others readable. */
export async function settle<T>(page: Promise<T>): Promise<T | { items: []; not_read: string }> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof AppError) || !['auth', 'not_found', 'validation'].includes(error.code)) throw error;
    return { items: [], not_read: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}
