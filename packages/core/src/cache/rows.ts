/** One kind of cached row, declared once and used by its readers and writers. */
export interface CachedRows<T> {
  /** First part of the key: `goal` gives `goal:GOAL-0001`. */
  readonly name: string;
  /** Label of the counters: `goal:{id}`. */
  readonly pattern: string;
  /** Part of the key: raise it when the shape changes, so that builds with another shape do not meet. */
  readonly shape: string;
  encode(row: T): string;
  /** Throws for what `encode` did not write: the row then comes from the database. */
  decode(text: string): T;
}

/** Rows as JSON. Without `decode`, dates come back as text: give one where the row has them. */
export function cachedRows<T>(options: {
  name: string;
  shape: string;
  pattern?: string;
  encode?: (row: T) => string;
  decode?: (text: string) => T;
}): CachedRows<T> {
  const { name, shape, pattern = `${name}:{id}` } = options;
  const { encode = (row: T) => JSON.stringify(row), decode = (text: string) => JSON.parse(text) as T } = options;
  return { name, shape, pattern, encode, decode };
}

export type Load<T> = (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;
