import { expect, test } from 'vitest';
import { inBytes, inRows } from './format.ts';

test('sizes are shown with the unit a person reads', () => {
  expect([0, 999, 1000, 9949, 9_999_999, 41_000_000, 3_200_000_000].map(inBytes)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '9.9 kB',
    '10 MB',
    '41 MB',
    '3.2 GB',
  ]);
});

test('rows are counted by kind', () => {
  expect(inRows({ goals: 1, tasks: 2, events: 3, notes: 1 })).toBe('1 goal, 2 tasks, 4 other rows');
  expect(inRows({ goals: 0, tasks: 1 })).toBe('0 goals, 1 task');
});
