import { badCursor, decodeCursor, encodeCursor, takeWithin, ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub, GitHubCall, RestData, RestParameters, Route } from '../client/index.ts';

/** What may be in a `next` link beside what was asked for. */
const moving = ['page', 'after', 'before', 'cursor', 'since', 'since_id'] as const;

/** Where the next page of a list begins. */
interface Place {
  /** Parameters that GitHub's `Link` header gave: `page`, `after`, `since`. */
  readonly at: Readonly<Record<string, string | undefined>>;
  /** Rows of that page that were given out already. */
  readonly skip: number;
}

const place = {
  at: z.partialRecord(z.enum([...moving, 'per_page']), z.string().max(500)),
  skip: z.int().min(0).max(100),
};

/** A list as a tool was asked for it: its query, from the input or from the cursor, and where it goes on. */
export interface OpenList<Q> {
  readonly query: Q;
  readonly place: Place | undefined;
}

/**
 * The query of a list. A cursor carries the query it began with, so the caller need not repeat it; without one the input is the query.
 * Throws ValidationError for a cursor of another list.
 */
export function openList<S extends z.ZodObject>(
  schema: S,
  input: Readonly<Record<string, unknown>> & { cursor?: string | undefined },
): OpenList<z.output<S>> {
  if (input.cursor === undefined) return { query: parseQuery(schema, input), place: undefined };
  const { q, at, skip } = decodeCursor(z.strictObject({ q: z.unknown(), ...place }), input.cursor);
  const found = schema.safeParse(q);
  if (!found.success) throw badCursor(found.error);
  return { query: found.data, place: { at, skip } };
}

function parseQuery<S extends z.ZodObject>(schema: S, input: Readonly<Record<string, unknown>>): z.output<S> {
  const own = Object.keys(schema.shape);
  const found = schema.safeParse(Object.fromEntries(Object.entries(input).filter(([key]) => own.includes(key))));
  if (found.success) return found.data;
  throw new ValidationError(found.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

export interface ListAsked<R extends Route, Row> {
  readonly route: R;
  /** Without `page` and `per_page`. */
  readonly parameters: RestParameters<R>;
  readonly list: OpenList<unknown>;
  readonly limit: number;
  readonly maxChars: number;
  /** Where the rows are in the answer; the answer itself unless given. */
  readonly rowsOf?: (data: RestData<R>) => readonly unknown[];
  /** A row for the caller; undefined leaves it out. */
  // biome-ignore lint/suspicious/noExplicitAny: what a row is depends on the route, which the caller knows.
  readonly toRow: (item: any) => Row | undefined;
  /** The total, where the answer has one. */
  readonly totalOf?: (data: RestData<R>) => number | undefined;
}

export interface ListPage<Row> {
  items: Row[];
  next_cursor?: string;
  /** There are more rows that did not fit `max_chars`. */
  truncated?: boolean;
  total?: number;
  /** Rows of repositories outside the allowlist. */
  withheld?: number;
}

/** A page that is filtered may leave too few rows; so many are asked for before the caller is. */
const mostPages = 4;

/**
 * One page of a REST list, as many whole rows as fit. Follows `Link` headers, so it works for every kind of paging GitHub has; the
 * next cursor is opaque and carries the query. Throws ValidationError when the first row alone is too long.
 */
export async function listRest<R extends Route, Row>(
  github: GitHub,
  asked: ListAsked<R, Row>,
  call: GitHubCall,
): Promise<ListPage<Row>> {
  const { route, parameters, list, limit, maxChars, rowsOf = toArray, toRow, totalOf } = asked;
  const rows: { row: Row; from: Place }[] = [];
  let next: Place | undefined = list.place ?? { at: {}, skip: 0 };
  let withheld = 0;
  let total: number | undefined;
  for (let page = 0; page < mostPages && next && rows.length < limit; page += 1) {
    const from: Place = next;
    // Pages keep their size from call to call, or rows would be skipped.
    const at = { ...from.at, per_page: from.at.per_page ?? String(limit) };
    const sent = { ...parameters, ...from.at, per_page: Number(at.per_page) } as RestParameters<R>;
    const answer = await github.rest(route, sent, call);
    withheld += answer.withheld;
    total ??= totalOf?.(answer.data);
    for (const [n, item] of rowsOf(answer.data).entries()) {
      const row = n < from.skip ? undefined : toRow(item);
      if (row !== undefined) rows.push({ row, from: { at, skip: n } });
    }
    next = nextPlace(answer.headers.get('link'), at.per_page);
  }
  const wanted = rows.slice(0, limit).map(({ row }) => row);
  const { taken } = takeWithin(wanted, maxChars);
  if (taken.length === 0 && wanted.length > 0) throw tooLarge(maxChars);
  const left = rows[taken.length]?.from ?? next;
  return {
    items: taken,
    ...(left && { next_cursor: encodeCursor({ q: list.query, ...left }) }),
    ...(taken.length < wanted.length && { truncated: true }),
    ...(total !== undefined && { total }),
    ...(withheld > 0 && { withheld }),
  };
}

const toArray = (data: unknown): readonly unknown[] => (Array.isArray(data) ? data : []);

function nextPlace(link: string | null, size: string): Place | undefined {
  const next = link
    ?.split(/,\s*(?=<)/)
    .map((part) => /^<([^>]*)>.*;\s*rel="?next"?/.exec(part)?.[1])
    .find((url) => url !== undefined);
  if (next === undefined || !URL.canParse(next)) return undefined;
  const given = [...new URL(next).searchParams].filter(([name]) => (moving as readonly string[]).includes(name));
  return given.length === 0 ? undefined : { at: { ...Object.fromEntries(given), per_page: size }, skip: 0 };
}

const tooLarge = (maxChars: number): ValidationError =>
  new ValidationError(`The first row alone is longer than ${maxChars} characters.`, {
    hint: 'Give a larger max_chars, or fewer fields.',
  });
