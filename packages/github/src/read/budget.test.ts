import { expect, test } from 'vitest';
import { bodyWithin, jsonLength, rowsWithin, startWithin } from './budget.ts';

test.each([-75, 0, 1, 2, 3, 10, 57])('a start within %i characters is never longer, whatever it is made of', (most) => {
  const texts = ['plain words '.repeat(9), '\n"\\'.repeat(30), '\u{1f600}'.repeat(30), '\u202e\u2066'.repeat(30)];
  for (const text of texts) {
    const start = startWithin(text, most);
    expect(text.startsWith(start)).toBe(true);
    expect(start.isWellFormed()).toBe(true);
    if (start !== '') expect(jsonLength(start)).toBeLessThanOrEqual(most);
    expect(bodyWithin(text, most)).toEqual({ body: start, body_truncated: true, body_chars: text.length });
  }
});

test('a body that fits is given as it is, and none is empty', () => {
  expect(bodyWithin('a\r\n\u202e', 15)).toEqual({ body: 'a\r\n\u202e' });
  expect([bodyWithin(null, -5), bodyWithin('', 0)]).toEqual([{ body: '' }, { body: '' }]);
});

test('hidden characters count as the text of an answer writes them out', () => {
  expect(jsonLength('\u202e')).toBe('"⟨U+202E⟩"'.length);
});

test('rows are taken whole, those with a body with the marks around it', () => {
  const short = Array.from({ length: 10 }, (_, id) => ({ id }));
  expect(rowsWithin(short, 1000)).toEqual({ taken: short, left: 0 });
  expect(rowsWithin(short, 30).left).toBe(7);
  expect(
    rowsWithin(
      short.map((row) => ({ ...row, body: '+1' })),
      500,
    ).taken,
  ).toHaveLength(3);
});
