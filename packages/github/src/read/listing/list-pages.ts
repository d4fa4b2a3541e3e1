import type { GitHub, GitHubCall, RestData, RestParameters, Route } from '../../client/index.ts';
import { pageBytes } from '../budget.ts';
import { firstPlace, type Place, toCursor } from './place.ts';
import { hasNext, scan } from './scan.ts';

/** A list as it was asked for, or as its cursor says. */
export interface ListAsked {
  /** Of the cursor: what `resume` is told. */
  readonly kind: string;
  readonly query: unknown;
  /** Undefined at the beginning. */
  readonly place: Place | undefined;
  readonly limit: number;
  /** Of the rows. */
  readonly maxChars: number;
}

/** A row of a route whose answer is an array. */
export type Item<R extends Route> = RestData<R> extends readonly (infer I)[] ? I : never;

export interface ListSource<R extends Route, Row> {
  readonly route: R;
  /** Without `page` and `per_page`. */
  readonly parameters: RestParameters<R>;
  /** Undefined leaves the item out. */
  readonly toRow: (item: Item<R>) => Row | undefined;
}

export interface ListPage<Row> {
  items: Row[];
  next_cursor?: string;
  /** There are more rows that did not fit `max_chars`. */
  truncated?: boolean;
  /** Rows of repositories outside the allowlist. */
  withheld?: number;
}

/** A page of a REST list whose answer is an array, with the cursor of the next. */
export async function listPages<R extends Route, Row>(
  github: GitHub,
  { route, parameters, toRow }: ListSource<R, Row>,
  { asked, call }: { asked: ListAsked; call: GitHubCall },
): Promise<ListPage<Row>> {
  const { kind, query, place, limit, maxChars } = asked;
  const { rows, next, cut, withheld } = await scan<Item<R>, Row>({
    ...{ from: place ?? firstPlace(limit), limit, maxChars, toRow },
    async fetch(page, size) {
      const asked = { ...parameters, page, per_page: size };
      const { data, headers, withheld } = await github.rest(route, asked, { maxBytes: pageBytes, ...call });
      return { items: Array.isArray(data) ? data : [], more: hasNext(headers), withheld };
    },
  });
  return {
    items: rows,
    ...(next && { next_cursor: toCursor(kind, query, next) }),
    ...(cut === 'budget' && { truncated: true }),
    ...(withheld > 0 && { withheld }),
  };
}
