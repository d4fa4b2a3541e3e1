import { rowLength } from '../budget.ts';
import type { Place } from './place.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** There are further pages. */
  readonly more: boolean;
  /** Left out because of the allowlist. */
  readonly withheld?: number;
  readonly total?: number | undefined;
}

export interface ScanOptions<T, Row> {
  readonly from: Place;
  /** Rows of the answer, at most. */
  readonly limit: number;
  /** Of the rows; one is given even when it alone has more. */
  readonly maxChars: number;
  /** Pages that are read where most items are left out. */
  readonly mostPages?: number;
  readonly fetch: (page: number, size: number) => Promise<Page<T>>;
  /** Undefined leaves the item out. */
  readonly toRow: (item: T) => Row | undefined;
}

export interface Scanned<Row> {
  readonly rows: Row[];
  /** Undefined at the end of the list. */
  readonly next: Place | undefined;
  readonly total: number | undefined;
  /** Why it ended before `limit`. */
  readonly cut: 'budget' | 'pages' | undefined;
  readonly withheld: number;
}

const defaultPages = 5;

/** Rows from a place of a paged list until there are enough, the budget is used up, or enough pages were read. Whole rows only. */
export async function scan<T, Row>({
  from,
  limit,
  maxChars,
  mostPages = defaultPages,
  fetch,
  toRow,
}: ScanOptions<T, Row>): Promise<Scanned<Row>> {
  const rows: Row[] = [];
  let { page, skip } = from;
  let used = 2;
  let withheld = 0;
  let total: number | undefined;
  for (let read = 1; ; read += 1) {
    const answer = await fetch(page, from.size);
    total = answer.total ?? total;
    withheld += answer.withheld ?? 0;
    for (const [index, item] of answer.items.entries()) {
      const row = index < skip ? undefined : toRow(item);
      if (row === undefined) continue;
      used += rowLength(row);
      const full = rows.length === limit;
      if (full || (used > maxChars && rows.length > 0)) {
        const next = { ...from, page, skip: index };
        return { rows, next, total, withheld, cut: full ? undefined : 'budget' };
      }
      rows.push(row);
    }
    if (!answer.more) return { rows, next: undefined, total, withheld, cut: undefined };
    page += 1;
    skip = 0;
    if (rows.length === limit || read === mostPages) {
      const next = { ...from, page, skip: 0 };
      return { rows, next, total, withheld, cut: rows.length === limit ? undefined : 'pages' };
    }
  }
}

/** Whether GitHub's Link header names a next page. */
export const hasNext = (headers: Headers): boolean => /rel="next"/.test(headers.get('link') ?? '');
