import { expect, test } from 'vitest';
import { formatId } from '../items/ids.ts';
import { numberRanges, titleQuery } from './prefix.ts';

/** Whether one of the ranges has this number. */
const has = (prefix: string, number: number): boolean => {
  const ranges = numberRanges('goal', prefix);
  return ranges === 'all' || ranges.some(([first, last]) => Number(first) <= number && number <= Number(last));
};

test.each(['', 'g', 'GOAL', 'goal-', ' Goal-'])('%j begins every id of a goal', (prefix) => {
  expect(numberRanges('goal', prefix)).toBe('all');
});

test.each(['GOAL-0', 'goal-00', 'GOAL-001', 'GOAL-0012', 'GOAL-1', 'GOAL-12', 'GOAL-1234', 'GOAL-12345'])(
  '%s begins the same ids as their text does',
  (prefix) => {
    for (const number of [1, 2, 9, 10, 12, 13, 99, 100, 120, 999, 1000, 1234, 1235, 9999, 12_345, 123_456]) {
      const beginsText = formatId('GOAL', number).startsWith(prefix.toUpperCase());
      const beginsNumber = /^goal-[1-9]/i.test(prefix) && String(number).startsWith(prefix.slice(5));
      expect(has(prefix, number), `${prefix} ${number}`).toBe(beginsText || beginsNumber);
    }
  },
);

test('zeros may be left out, and the word too', () => {
  for (const prefix of ['goal-7', '7']) {
    expect([7, 70, 79, 700, 7999, 70_000].map((number) => has(prefix, number))).not.toContain(false);
    expect([6, 8, 17, 69, 80, 6999].map((number) => has(prefix, number))).not.toContain(true);
  }
});

test.each(['TASK-0001', 'goal-x', 'goal--1', 'shop', '1234567890123456', '1e5', "'", 'goal-0001 x'])(
  '%j begins no id of a goal',
  (prefix) => {
    expect(numberRanges('goal', prefix)).toEqual([]);
  },
);

test('every word of a title query is quoted, and nothing else gets into it', () => {
  expect(titleQuery('web sho')).toBe("'web':*A & 'sho':*A");
  expect(titleQuery("a'b | !c:* <-> (d\\")).toBe("'a':*A & 'b':*A & 'c':*A & 'd':*A");
  expect(titleQuery(' -- ')).toBe('');
});
