import { expect, test } from 'vitest';
import { isPlain, parseSearch } from './query-text.ts';

/** Terms as they would be typed: `^` marks the one that may still be being written. */
const read = (text: string): string[][] =>
  parseSearch(text).map((terms) =>
    terms.map(({ text, phrase, not, begun }) => `${not ? '-' : ''}${phrase ? `"${text}"` : text}${begun ? '^' : ''}`),
  );

test('words must all be there, the last one perhaps unfinished', () => {
  expect(read('release  notes')).toEqual([['release', 'notes^']]);
});

test('quotes hold a phrase, also when they are not closed', () => {
  expect(read('"release notes" draft')).toEqual([['"release notes"', 'draft^']]);
  expect(read('draft "release notes')).toEqual([['draft', '"release notes"']]);
});

test('a minus excludes a word or a phrase, but is part of a name or an option', () => {
  expect(read('a -b -"c d"')).toEqual([['a', '-b', '-"c d"']]);
  expect(read('well-known --dry-run -')).toEqual([['well-known', '--dry-run', '-^']]);
});

test('OR stands between alternatives, in either case, and is a word at an end', () => {
  expect(read('a OR b c or d')).toEqual([['a'], ['b', 'c'], ['d^']]);
  expect(read('OR a OR')).toEqual([['OR', 'a', 'OR^']]);
});

test('ids are completed', () => {
  expect(read('task-7 goal-12345')).toEqual([['TASK-0007', 'GOAL-12345^']]);
});

test('a text without quotes and minus is plain', () => {
  expect([isPlain('a OR b-c'), isPlain('"a"'), isPlain('a -b')]).toEqual([true, false, false]);
});
