/** A map that forgets: after `seconds`, and the oldest beyond `entries`. */
export interface Kept<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  size(): number;
}

export function createKept<T>({
  entries,
  seconds,
  now,
}: {
  entries: number;
  seconds: number;
  now: () => number;
}): Kept<T> {
  const values = new Map<string, { value: T; until: number }>();
  const forgetOld = () => {
    // In the order of their end, because all live equally long.
    for (const [key, { until }] of values) {
      if (until > now()) break;
      values.delete(key);
    }
  };
  return {
    get(key) {
      forgetOld();
      return values.get(key)?.value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, { value, until: now() + seconds * 1000 });
      forgetOld();
      const [oldest] = values.keys();
      if (values.size > entries && oldest !== undefined) values.delete(oldest);
    },
    size() {
      forgetOld();
      return values.size;
    },
  };
}
