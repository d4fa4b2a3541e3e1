import { ValidationError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { mergeMetadata, mergeTags } from './patch.ts';

test('tags are added and removed ignoring case, and a tag that is there keeps its spelling', () => {
  expect(mergeTags(['Bug', 'api'], { add_tags: ['BUG', 'Web'], remove_tags: ['API'] })).toEqual(['Bug', 'Web']);
  expect(mergeTags(['Bug'], { add_tags: ['BUG'], remove_tags: ['bug'] })).toEqual(['BUG']);
  expect(mergeTags(['b', 'a'], {})).toEqual(['a', 'b']);
  expect(mergeTags([], { remove_tags: ['gone'] })).toEqual([]);
});

test('an item has at most 50 tags, those it has counted', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => `t${index}`);
  expect(mergeTags(fifty, { add_tags: ['T1'] })).toHaveLength(50);
  expect(mergeTags(fifty, { add_tags: ['new'], remove_tags: ['t1'] })).toHaveLength(50);
  expect(() => mergeTags(fifty, { add_tags: ['new'] })).toThrow(ValidationError);
});

test('metadata is merged at the first level, and null removes a key', () => {
  const stored = { a: { x: 1 }, b: 2, c: 3 };
  expect(mergeMetadata(stored, { a: { y: 2 }, b: null, d: [1] })).toEqual({ a: { y: 2 }, c: 3, d: [1] });
  expect(mergeMetadata(stored, undefined)).toBe(stored);
  expect(mergeMetadata(stored, {})).toEqual(stored);
});

test('metadata is bounded as a whole, not only the patch', () => {
  const half = 'x'.repeat(40_000);
  expect(() => mergeMetadata({ a: half }, { b: half })).toThrow(/merged with what is stored.*64 KB/);
  expect(mergeMetadata({ a: half }, { a: null, b: half })).toEqual({ b: half });
});
