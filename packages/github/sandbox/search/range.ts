const day = 86_400_000;
const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);

/**
 * Numbers or times that a qualifier asks for: `n`, `>n`, `>=n`, `<n`, `<=n`, `n..m`, `n..*`, `*..m`; a day without a time is the whole of
 * it. Undefined when it is none.
 */
export function toRange(range: string, of: 'number' | 'time' = 'number'): ((value: number) => boolean) | undefined {
  const first = (text: string) => (of === 'time' ? Date.parse(text) : Number(text));
  const last = (text: string) => (of === 'time' && isDay(text) ? first(text) + day - 1 : first(text));
  const [, from, to] = /^(.+?)\.\.(.+)$/.exec(range) ?? [];
  if (from !== undefined && to !== undefined) {
    const low = from === '*' ? Number.NEGATIVE_INFINITY : first(from);
    const high = to === '*' ? Number.POSITIVE_INFINITY : last(to);
    return [low, high].some(Number.isNaN) ? undefined : (value) => value >= low && value <= high;
  }
  const [, sign = '', text = ''] = /^([<>]=?)?(.*)$/.exec(range) ?? [];
  const [start, end] = [first(text), last(text)];
  if (text === '' || Number.isNaN(start)) return undefined;
  const tests: Readonly<Record<string, (value: number) => boolean>> = {
    '>': (value) => value > end,
    '>=': (value) => value >= start,
    '<': (value) => value < start,
    '<=': (value) => value <= end,
  };
  return tests[sign] ?? ((value) => value >= start && value <= end);
}

/** Whether a value is of a range; nothing is of what is no range. */
export const inRange = (range: string, value: number, of?: 'number' | 'time'): boolean =>
  toRange(range, of)?.(value) ?? false;
