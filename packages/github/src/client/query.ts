import type * as z from 'zod';

/** A path into the variables of a query: `owner`, or `input.pullRequestId`. */
export type VariablePath = string;

/** What the variables of a query name, for the allowlist. A query that says too little is refused where an allowlist is set. */
export interface QueryNames {
  /** Pairs of owner and name. */
  readonly repositories?: readonly (readonly [owner: VariablePath, name: VariablePath])[];
  /** Node ids, single or in lists; the repository of each is looked up before the query is sent. */
  readonly nodes?: readonly VariablePath[];
  /** Search texts: `repo:`, `org:` and `user:` in them are checked. */
  readonly searches?: readonly VariablePath[];
  /** Accounts whose own things are touched (projects, gists, organisation data): refused under an allowlist. */
  readonly accounts?: readonly VariablePath[];
  /** Switches that show something to everyone when they are true: `input.public`. */
  readonly publishes?: readonly VariablePath[];
  /** A write that puts no text anywhere: a vote, a place in an order. */
  readonly quiet?: true;
  /** Nothing that an allowlist speaks of, such as the quota. */
  readonly nothing?: true;
}

/** One GraphQL operation of ours; its text never changes, what differs goes into variables. */
export interface Query<T> {
  readonly name: string;
  readonly text: string;
  readonly schema: z.ZodType<T>;
  readonly names: QueryNames;
  readonly kind: 'query' | 'mutation';
}

/**
 * Declares an operation. A field that gives a repository must ask for its `nameWithOwner`, which is compared with the allowlist: a
 * name that was given may be the old name of something else.
 */
export function query<T>({
  name,
  text,
  schema,
  names,
}: {
  name: string;
  text: string;
  schema: z.ZodType<T>;
  names: QueryNames;
}): Query<T> {
  const kind = /^\s*mutation\b/.test(text) ? 'mutation' : 'query';
  return { name, text, schema, names, kind };
}

/** The values at a path of the variables, lists flattened; what is not given is left out. */
export function valuesAt(variables: Readonly<Record<string, unknown>>, path: VariablePath): unknown[] {
  let values: unknown[] = [variables];
  for (const part of path.split('.')) {
    values = values
      .flat()
      .map((value) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : value));
  }
  return values.flat().filter((value) => value !== undefined && value !== null);
}
