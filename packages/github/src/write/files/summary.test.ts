import { expect, test } from 'vitest';
import { changedLines } from './summary.ts';

test.each([
  ['a\n', 'a\nb\n', '-0 +1 at line 2'],
  ['', 'a\n', '-0 +1 at line 1'],
  ['a\nb\n', '', '-2 +0 at line 1'],
  ['a', 'a\n', '-1 +1 at line 1'],
  ['a\n\n', 'a\n', '-1 +0 at line 2'],
])('from %j to %j it is %s: a line ends with its break', (before, after, told) => {
  expect(changedLines(Buffer.from(before), Buffer.from(after))).toBe(told);
});
