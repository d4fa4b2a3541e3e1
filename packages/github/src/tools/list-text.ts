import * as z from 'zod';
import type { ListAnswer } from '../read/lists/index.ts';
import { more, rowsText } from './rows-text.ts';
import { Rows } from './schemas.ts';

export const ListOutput = z.object({
  repo: z.string(),
  rows: Rows,
  truncated: z.boolean().optional(),
  next_cursor: z.string().optional(),
  notes: z.array(z.string()),
});

/** Rows of a list, then how it goes on. */
export const listText =
  (tool: string) =>
  ({
    repo,
    rows,
    notes,
    next_cursor,
  }: Pick<ListAnswer, 'repo' | 'rows' | 'notes'> & { next_cursor?: string | undefined }): string =>
    [rowsText(rows, repo), ...notes, ...more(tool, next_cursor)].join('\n');
