/** Indexes of equal elements of both lists, rising on both sides. */
export type Pair = readonly [before: number, after: number];

/** Beyond this many edits two lists count as entirely different, which bounds memory. */
const mostEdits = 1500;

/** The longest common subsequence by Myers' O(ND) algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986). */
export function commonPairs(before: readonly string[], after: readonly string[]): Pair[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const middle = myers(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const pairs: Pair[] = Array.from({ length: start }, (_, index) => [index, index]);
  for (const [left, right] of middle) pairs.push([left + start, right + start]);
  for (let index = end; index > 0; index -= 1) pairs.push([before.length - index, after.length - index]);
  return pairs;
}

function myers(before: readonly string[], after: readonly string[]): Pair[] {
  if (before.length === 0 || after.length === 0) return [];
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= Math.min(before.length + after.length, mostEdits); edits += 1) {
    const next = new Map(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOf(reach, diagonal, edits);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(trace.concat(reach), before, after);
    }
    trace.push(reach);
    reach = next;
  }
  return [];
}

const isDown = (reach: ReadonlyMap<number, number>, diagonal: number, edits: number) =>
  diagonal === -edits || (diagonal !== edits && (reach.get(diagonal - 1) ?? 0) < (reach.get(diagonal + 1) ?? 0));

const startOf = (reach: ReadonlyMap<number, number>, diagonal: number, edits: number): number =>
  isDown(reach, diagonal, edits) ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): Pair[] {
  const pairs: Pair[] = [];
  let [x, y] = [before.length, after.length];
  for (const [edits, reach] of [...trace.entries()].reverse()) {
    const diagonal = x - y;
    const from = startOf(reach, diagonal, edits);
    while (x > from && y > 0 && x > 0) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    const down = isDown(reach, diagonal, edits);
    y = from - diagonal - (down ? 1 : 0);
    x = down ? from : from - 1;
  }
  return pairs.reverse();
}
