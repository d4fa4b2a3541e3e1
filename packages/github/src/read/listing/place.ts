import { decodeCursor, encodeCursor, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';

/** Where a list goes on: a page of GitHub's, how many rows it has, and how many of them were given already. */
export const Place = z.strictObject({
  page: z.int().min(1).max(1_000_000),
  size: z.int().min(1).max(100),
  skip: z.int().min(0).max(100),
});
export type Place = z.infer<typeof Place>;

export const firstPlace = (size: number): Place => ({ page: 1, size, skip: 0 });

/** A list as a tool asks for it: its query, which a cursor carries, and how much of it. */
export type Asked<Q> = { readonly [K in keyof Q]?: Q[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

export interface Resumed<Q, P> {
  readonly query: Q;
  /** Undefined at the beginning. */
  readonly place: P | undefined;
}

/**
 * The query of a cursor and where it goes on, or the query that was given, from its beginning. Throws ValidationError for a cursor of
 * another list, and for arguments beside it that say something else than its query.
 */
export function resume<Q extends z.ZodObject, P extends z.ZodType>(
  cursor: string | undefined,
  asked: Readonly<Record<string, unknown>>,
  { kind, query, place }: { kind: string; query: Q; place: P },
): Resumed<z.output<Q>, z.output<P>> {
  const said = Object.entries(asked).filter(([, value]) => value !== undefined);
  if (cursor === undefined) return { query: parseQuery(query, Object.fromEntries(said)), place: undefined };
  const { q: carried, p } = decodeCursor(z.strictObject({ k: z.literal(kind), q: query, p: place }), cursor) as {
    q: Record<string, unknown>;
    p: unknown;
  };
  const differing = said.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(carried[name]));
  if (differing.length > 0) {
    throw new ValidationError(
      `cursor: it goes on with another query; different: ${differing.map(([name]) => name).join(', ')}.`,
      { hint: 'Leave these out, or leave out cursor to start a new list.' },
    );
  }
  return { query: carried as z.output<Q>, place: p as z.output<P> };
}

function parseQuery<Q extends z.ZodObject>(schema: Q, asked: Readonly<Record<string, unknown>>): z.output<Q> {
  const found = schema.safeParse(asked);
  if (found.success) return found.data;
  const problems = found.error.issues.map(({ path, message }) =>
    asked[String(path[0])] === undefined
      ? `${path.join('.')}: required without cursor`
      : `${path.join('.')}: ${message}`,
  );
  throw new ValidationError(`${problems.join('; ')}.`);
}

/** The cursor that `resume` reads. */
export const toCursor = (kind: string, query: unknown, place: unknown): string =>
  encodeCursor({ k: kind, q: query, p: place });
