import { describe, expect, test } from 'vitest';
import { toFilter, toMatcher } from './glob.ts';

describe('globs', () => {
  test.each([
    ['*.ts', 'src/deep/a.ts', true],
    ['*.ts', 'a.tsx', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/deep/a.ts', false],
    ['src/**/*.ts', 'src/a.ts', true],
    ['src/**/*.ts', 'src/x/y/a.ts', true],
    ['**/test/**', 'a/test/b', true],
    ['src/', 'src/a/b', true],
    ['src/', 'srcs/a', false],
    ['/README.md', 'README.md', true],
    ['/README.md', 'docs/README.md', false],
    ['*.{ts,js}', 'x/a.js', true],
    ['a?c[0-9].[!t]s', 'abc5.js', true],
    ['a?c[0-9].[!t]s', 'abcx.js', false],
    ['a[b', 'a[b', true],
    ['*', '.hidden', true],
    ['**', 'a/b/c', true],
    ['é*', 'été', true],
    ['é?é', 'été', true],
  ])('%s and %s: %s', (pattern, path, matches) => {
    expect(toMatcher([pattern])(path)).toBe(matches);
  });

  test('what is included is less what is excluded', () => {
    const wanted = toFilter({ include: ['src/**'], exclude: ['*.test.ts'] });
    expect(['src/a.ts', 'src/a.test.ts', 'b.ts'].map(wanted)).toEqual([true, false, false]);
    expect(toFilter({})('anything')).toBe(true);
  });

  test('stars do not explode, alternatives are bounded', () => {
    expect(toMatcher([`${'*a'.repeat(50)}b`])('a'.repeat(250))).toBe(false);
    expect(toMatcher([`${'**/a/'.repeat(30)}b`])('a/'.repeat(2000))).toBe(false);
    expect(() => toMatcher(['{a,b}'.repeat(10)])).toThrow('more than 64');
  });
});

test.each([
  ['a*a', { aa: true, a: false, aba: true }],
  ['*a*b*', { ab: true, ba: false, xaxbx: true }],
  ['*ab*b', { ab: false, abb: true, abxb: true }],
  ['**x', { x: true, ax: true, xa: false }],
])('%s between its stars takes each text once, in its order', (pattern, names) => {
  for (const [name, expected] of Object.entries(names)) expect(toMatcher([pattern])(name), name).toBe(expected);
});

test('more patterns than can be tried on a large tree are refused', () => {
  expect(() => toMatcher(Array.from({ length: 20 }, (_, n) => `${n}.{a,b,c,d}{e,f,g}`))).toThrow('240 patterns');
});
