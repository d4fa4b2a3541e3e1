import { expect, test } from 'vitest';
import { renderDocument, toFence, toInline, toQuote } from './markdown.ts';

test('a title stays on its line and brings no markup of its own', () => {
  expect(toInline('One\r\n# Two\u2028three')).toBe('One # Two three');
  expect(toInline('<script>x</script> & <b>')).toBe('\\<script>x\\</script> & \\<b>');
  expect(toInline('![a](http://x) [b](y)')).toBe('!\\[a]\\(http://x) [b]\\(y)');
  expect(toInline('Learn C#')).toBe('Learn C\\#');
  expect(toInline('a ``` b')).toBe('a \\`\\`\\` b');
  expect(toInline('1 < 2, foo_bar, 十二 🚀')).toBe('1 < 2, foo_bar, 十二 🚀');
});

test('each line of a quotation is marked, whatever ends it', () => {
  const quote = toQuote('# Head\r\n\r\n```\ncode\r- [x] no\n<div>\n===');
  expect(quote).toBe('> # Head\n>\n> ```\n> code\n> - [x] no\n> \\<div>\n> ===');
});

test('a fence is longer than any inside', () => {
  expect(toFence('a\n````\nb')).toBe('`````text\na\n````\nb\n`````');
  expect(toFence('{}', 'json')).toBe('```json\n{}\n```');
});

test('a document has whole blocks only, and counts what is missing where it is missing', () => {
  const block = 'x'.repeat(100);
  const text = renderDocument(
    [
      { blocks: ['# Title', block], rest: '' },
      { heading: 'Many', gap: '\n', blocks: Array.from({ length: 20 }, () => block), rest: 'get_items has all' },
      { heading: 'None', blocks: [], rest: '' },
      { heading: 'Large', blocks: ['y'.repeat(5000)], rest: 'ask for it' },
    ],
    1500,
  );
  expect(text.length).toBeLessThanOrEqual(1500);
  expect(text).toMatch(/## Many\n\n(x{100}\n)+x{0,100}\n?\n\((\d+) of 20 did not fit: get_items has all\)/);
  expect(text).toContain('## Large\n\n(1 of 1 did not fit: ask for it)');
  expect(text).not.toContain('None');
});
