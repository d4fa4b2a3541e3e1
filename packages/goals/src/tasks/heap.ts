/** A binary heap: `pop` answers the first in the order of `compare`. */
export function createHeap<T>(compare: (a: T, b: T) => number): {
  push(item: T): void;
  pop(): T | undefined;
  size(): number;
} {
  const items: T[] = [];
  const before = (a: number, b: number): boolean => compare(items[a] as T, items[b] as T) < 0;
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [items[b] as T, items[a] as T];
  };
  return {
    size: () => items.length,
    push(item) {
      let at = items.push(item) - 1;
      for (let above = (at - 1) >> 1; at > 0 && before(at, above); above = (at - 1) >> 1) {
        swap(at, above);
        at = above;
      }
    },
    pop() {
      const [first] = items;
      const last = items.pop();
      if (items.length === 0 || last === undefined) return first;
      items[0] = last;
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        let least = at;
        if (left < items.length && before(left, least)) least = left;
        if (left + 1 < items.length && before(left + 1, least)) least = left + 1;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
