import { expect, test } from 'vitest';
import {
  Acceptance,
  Body,
  Description,
  ExternalRef,
  isOpen,
  Json,
  Metadata,
  Tag,
  Tags,
  Title,
  When,
} from './fields.ts';

const messageOf = (result: { error?: { issues: { message: string }[] } | undefined }) =>
  result.error?.issues[0]?.message;

test('a title is trimmed and has 1 to 200 characters', () => {
  expect(Title.parse('  Ship it \n')).toBe('Ship it');
  expect(Title.parse('x'.repeat(200))).toHaveLength(200);
  expect(Title.parse(` ${'x'.repeat(200)} `)).toHaveLength(200);
  expect(messageOf(Title.safeParse('x'.repeat(201)))).toContain('1-200 characters after trimming (this has 201)');
  for (const empty of ['', '   ', '\n\t', '\u00a0'])
    expect(messageOf(Title.safeParse(empty))).toContain('(this has 0)');
});

test('characters are counted as code points, so that 200 emoji fit', () => {
  expect([...Title.parse('🚀'.repeat(200))]).toHaveLength(200);
  expect(messageOf(Title.safeParse('🚀'.repeat(201)))).toContain('(this has 201)');
  expect(Tag.safeParse('🚀'.repeat(64)).success).toBe(true);
  expect(Tag.safeParse('🚀'.repeat(65)).success).toBe(false);
});

test('a description is kept byte for byte, up to 20,000 characters', () => {
  expect(Description.parse('  two  spaces \n')).toBe('  two  spaces \n');
  expect(Description.parse('')).toBe('');
  expect(Description.safeParse('🚀'.repeat(20_000)).success).toBe(true);
  expect(Description.safeParse('x'.repeat(20_001)).success).toBe(false);
});

test('the body of a note is not empty', () => {
  expect(Body.safeParse(' \n ').success).toBe(false);
  expect(Body.parse(' x ')).toBe(' x ');
});

test('tags are unique ignoring case, and the first spelling wins', () => {
  expect(Tags.parse(['Bug', 'api', 'BUG', ' bug '])).toHaveLength(2);
  expect(new Set(Tags.parse(['Bug', 'api', 'BUG', ' bug ']))).toEqual(new Set(['Bug', 'api']));
  expect(Tags.safeParse(Array.from({ length: 50 }, (_, index) => `t${index}`)).success).toBe(true);
  expect(Tags.safeParse(Array.from({ length: 51 }, (_, index) => `t${index}`)).success).toBe(false);
  expect(Tags.safeParse(['']).success).toBe(false);
});

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) };
}

test('metadata is an object of at most 8 levels', () => {
  expect(Metadata.safeParse(nested(8)).success).toBe(true);
  expect(messageOf(Metadata.safeParse(nested(9)))).toContain('8 levels deep');
  expect(Metadata.safeParse({ a: [[[[[[[1]]]]]]] }).success).toBe(true);
  expect(Metadata.safeParse({ a: [[[[[[[[1]]]]]]]] }).success).toBe(false);
  for (const wrong of ['{"a":1}', [], null, 7]) expect(Metadata.safeParse(wrong).success).toBe(false);
});

test('metadata and results have at most 64 KB, counted in bytes', () => {
  const frame = JSON.stringify({ a: '' }).length;
  expect(Metadata.safeParse({ a: 'x'.repeat(64 * 1024 - frame) }).success).toBe(true);
  expect(messageOf(Metadata.safeParse({ a: 'x'.repeat(64 * 1024 - frame + 1) }))).toContain('64 KB');
  expect(Metadata.safeParse({ a: 'ü'.repeat(33_000) }).success).toBe(false);
  expect(Json.safeParse(undefined).success).toBe(true);
  expect(Json.safeParse([1, 'x', null]).success).toBe(true);
  expect(Json.safeParse('x'.repeat(65 * 1024)).success).toBe(false);
});

test('dates and times with an offset become one instant', () => {
  expect(When.parse('2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
  expect(When.parse('2026-03-01T14:00:00+02:00')).toBe('2026-03-01T12:00:00.000Z');
  expect(When.parse('2026-03-01T23:30:00-05:00')).toBe('2026-03-02T04:30:00.000Z');
  expect(When.parse('2026-03-01T14:00Z')).toBe('2026-03-01T14:00:00.000Z');
  expect(When.parse('2028-02-29')).toBe('2028-02-29T00:00:00.000Z');
});

test.each([
  ...['2026-02-29', '2026-02-30', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-02-30T10:00:00Z'],
  ...['2026-03-01T25:00:00Z', '2026-03-01T10:60:00Z', '2026-03-01T10:00:00', '2026-3-1', '01.03.2026', 'tomorrow', ''],
  ...['2026-03-01 10:00:00Z', '1772323200', '2026-03-01T10:00:00+99:00'],
])('%j is no date', (text) => {
  expect(messageOf(When.safeParse(text))).toContain('must be a date like 2026-03-01');
});

test('a check list has entries that say something', () => {
  expect(Acceptance.parse([' it works '])).toEqual(['it works']);
  expect(Acceptance.safeParse([' ']).success).toBe(false);
});

test('an outside reference has at most 300 characters', () => {
  expect(ExternalRef.safeParse('r'.repeat(300)).success).toBe(true);
  expect(ExternalRef.safeParse('r'.repeat(301)).success).toBe(false);
});

test('pending and in progress are open, the others closed', () => {
  expect((['pending', 'in_progress', 'completed', 'cancelled'] as const).map(isOpen)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
