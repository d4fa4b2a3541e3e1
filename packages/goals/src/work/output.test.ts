import { expect, test } from 'vitest';
import { compact, difference } from './output.ts';

test('what says nothing is left out, what is false or zero stays', () => {
  const row = {
    a: null,
    b: undefined,
    c: [],
    d: {},
    e: '',
    f: 0,
    g: false,
    h: [0],
    i: new Date('2026-01-02T03:04:05Z'),
  };
  expect(compact(row)).toEqual({ e: '', f: 0, g: false, h: [0], i: '2026-01-02T03:04:05.000Z' });
});

test('a difference has the changed fields as they were and as they are', () => {
  const was = { a: 1, b: ['x'], c: null as string | null, d: 'same', e: new Date(0) };
  const is = { ...was, a: 2, b: ['x', 'y'], c: 'new' };
  expect(difference(was, is, ['a', 'b', 'c', 'd', 'e'])).toEqual({
    before: { a: 1, b: ['x'], c: null },
    after: { a: 2, b: ['x', 'y'], c: 'new' },
  });
});

test('equal rows have no difference, and fields that are not asked for do not count', () => {
  const was = { a: 1, at: new Date(0), list: [1] };
  expect(difference(was, { a: 1, at: new Date(0), list: [1] }, ['a', 'at', 'list'])).toBeUndefined();
  expect(difference(was, { ...was, a: 2 }, ['list'])).toBeUndefined();
});
