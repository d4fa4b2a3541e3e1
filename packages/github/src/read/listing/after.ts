import * as z from 'zod';
import { rowsWithin } from '../budget.ts';

/** Where a GraphQL list goes on: behind a cursor of GitHub's, in pages of one size, after so many rows of the page. */
export const After = z.strictObject({
  after: z.string().max(1000).nullable(),
  size: z.int().min(1).max(100),
  /** What has no pages may have more rows than a page. */
  skip: z.int().min(0).max(1_000_000),
});
export type After = z.infer<typeof After>;

export const firstAfter = (size: number): After => ({ after: null, size, skip: 0 });

export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });

export interface NodePage<Row> {
  readonly rows: Row[];
  readonly next: After | undefined;
  readonly cut: boolean;
}

/** As many rows of a page as fit, at least one, and where the list goes on. */
export function takeNodes<Row>(
  all: readonly Row[],
  {
    from,
    limit,
    maxChars,
    pageInfo,
  }: { from: After; limit: number; maxChars: number; pageInfo: z.infer<typeof PageInfo> },
): NodePage<Row> {
  const open = all.slice(from.skip, from.skip + limit);
  const { taken } = rowsWithin(open, maxChars);
  const rows = taken.length === 0 ? open.slice(0, 1) : taken;
  const shown = from.skip + rows.length;
  const { hasNextPage, endCursor } = pageInfo;
  const following = hasNextPage && endCursor ? { after: endCursor, size: from.size, skip: 0 } : undefined;
  return { rows, next: shown < all.length ? { ...from, skip: shown } : following, cut: rows.length < open.length };
}
