import type { Context, Field, View } from './context.ts';
import { FieldRefusal } from './errors.ts';

export interface PageArgs {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly before?: string | null;
  readonly after?: string | null;
}

export interface OrderArgs {
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
}

export interface Listing<T> {
  /** What a cursor stays at when others come and go; the place in the list unless given. */
  readonly key?: (item: T) => string | number;
  /** Fields beside nodes, edges, pageInfo and totalCount. */
  readonly more?: View;
  /** Fields of an edge beside cursor and node. */
  readonly edge?: (item: T) => View;
  /** Search counts in issueCount and the like. */
  readonly isUncounted?: boolean;
}

const most = 100;

/** A connection over items in their order. Throws where GitHub refuses the arguments. */
export function connect<T>(
  name: string,
  args: PageArgs,
  { items, view, key, more, edge, isUncounted }: Listing<T> & { items: readonly T[]; view: (item: T) => unknown },
): View {
  const { first, last, before, after } = args;
  refuseBounds(name, first, last);
  const start = after ? placeOf(after, items, key) + 1 : 0;
  const end = before ? placeOf(before, items, key) : items.length;
  const from = last == null ? start : Math.max(start, end - last);
  const to = first == null ? end : Math.min(end, from + first);
  const slice = items.slice(from, Math.max(from, to));
  const cursor = (index: number) => cursorAt(from + index, slice[index], key);
  return {
    nodes: () => slice.map(view),
    edges: () => slice.map((item, index) => ({ cursor: cursor(index), node: () => view(item), ...edge?.(item) })),
    pageInfo: {
      hasNextPage: to < items.length,
      hasPreviousPage: from > 0,
      startCursor: slice.length > 0 ? cursor(0) : null,
      endCursor: slice.length > 0 ? cursor(slice.length - 1) : null,
    },
    ...(!isUncounted && { totalCount: items.length }),
    ...more,
  };
}

/** A field that is such a connection. */
export const list =
  <T>(items: () => readonly T[], view: (item: T) => unknown, listing: Listing<T> = {}): Field<PageArgs> =>
  (args, _g: Context, info) =>
    connect(info.fieldName, args, { ...listing, items: items(), view });

/** The same with `orderBy`: how each field of it sorts. */
export const ordered =
  <T>(
    items: () => readonly T[],
    view: (item: T) => unknown,
    { by, ...listing }: Listing<T> & { by: Readonly<Record<string, (item: T) => number | string>> },
  ): Field<PageArgs & OrderArgs> =>
  (args, _g, info) =>
    connect(info.fieldName, args, { ...listing, items: sorted(items(), args.orderBy, by), view });

export function sorted<T>(
  items: readonly T[],
  order: OrderArgs['orderBy'],
  by: Readonly<Record<string, (item: T) => number | string>>,
): readonly T[] {
  if (!order) return items;
  const { field, direction } = order;
  const value = by[field];
  if (!value) throw new Error(`the sandbox does not sort by ${field}`);
  const sign = direction === 'DESC' ? -1 : 1;
  return items.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    return left === right ? 0 : left < right ? -sign : sign;
  });
}

function refuseBounds(name: string, first: PageArgs['first'], last: PageArgs['last']): void {
  if (first == null && last == null) {
    throw new FieldRefusal(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  for (const [bound, value] of [['first', first] as const, ['last', last] as const]) {
    if (value == null) continue;
    if (value < 0)
      throw new FieldRefusal('UNPROCESSABLE', `\`${bound}\` on the \`${name}\` connection cannot be less than zero.`);
    if (value > most) {
      throw new FieldRefusal(
        'EXCESSIVE_PAGINATION',
        `Requesting ${value} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${most} records.`,
      );
    }
  }
}

const cursorAt = <T>(index: number, item: T | undefined, key: Listing<T>['key']) =>
  Buffer.from(`cursor:v2:${index}:${key && item !== undefined ? key(item) : ''}`).toString('base64');

function placeOf<T>(cursor: string, items: readonly T[], key: Listing<T>['key']): number {
  const [, index, wanted] = /^cursor:v2:(\d+):(.*)$/s.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (index === undefined) {
    throw new FieldRefusal('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  const found = key && wanted !== '' ? items.findIndex((item) => String(key(item)) === wanted) : Number(index);
  // What it stood at is gone: what came after has moved up.
  return found >= 0 ? found : Number(index) - 1;
}
