import { expect, test } from 'vitest';
import { statement } from './statement.ts';

test('a name that PostgreSQL would cut is refused', () => {
  expect(statement('n'.repeat(63), 'SELECT 1').name).toHaveLength(63);
  expect(() => statement('n'.repeat(64), 'SELECT 1')).toThrow('64 bytes');
  expect(() => statement('ä'.repeat(32), 'SELECT 1')).toThrow('64 bytes');
  expect(() => statement('', 'SELECT 1')).toThrow(RangeError);
});
