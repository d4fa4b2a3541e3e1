import { expect, test } from 'vitest';
import { inRange, toRange } from '../../sandbox/search/range.ts';

test.each([
  ['5', [5]],
  ['>5', [6, 7]],
  ['>=5', [5, 6, 7]],
  ['<5', [3, 4]],
  ['<=5', [3, 4, 5]],
  ['4..6', [4, 5, 6]],
  ['*..4', [3, 4]],
  ['6..*', [6, 7]],
  ['*..*', [3, 4, 5, 6, 7]],
])('%s of the numbers 3 to 7 are %j', (range, expected) => {
  expect([3, 4, 5, 6, 7].filter((value) => inRange(range, value))).toEqual(expected);
});

test('a day is all of it, a time is a moment', () => {
  const times = ['2025-01-01T23:59:59Z', '2025-01-02T00:00:00Z', '2025-01-02T23:59:59Z', '2025-01-03T00:00:00Z'];
  const kept = (range: string) =>
    times.flatMap((time, index) => (inRange(range, Date.parse(time), 'time') ? [index] : []));
  expect(kept('2025-01-02')).toEqual([1, 2]);
  expect([kept('>2025-01-02'), kept('<=2025-01-02'), kept('2025-01-01..2025-01-02')]).toEqual([
    [3],
    [0, 1, 2],
    [0, 1, 2],
  ]);
  expect(kept('<2025-01-02T00:00:00Z')).toEqual([0]);
});

test.each(['', 'many', '>', '3..many', 'many..3'])('%j is no range', (range) => {
  expect(toRange(range)).toBeUndefined();
  expect(inRange(range, 3)).toBe(false);
});
