/** A list in runs of at most `size`: so many rows are in one statement, and in memory at once. */
export function* inPortions<T>(list: readonly T[], size = 200): Generator<T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}
