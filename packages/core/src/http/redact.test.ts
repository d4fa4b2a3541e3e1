import { expect, test } from 'vitest';
import { createRedactor, oneLine, vendorMessage } from './index.ts';

test('a secret is removed as it is, inside a URL and inside JSON', () => {
  const secret = 'p"ss w+rd/1';
  const redact = createRedactor([secret, 'abc']);
  const text = [secret, encodeURIComponent(secret), new URLSearchParams({ k: secret }), JSON.stringify(secret)].join(
    '\n',
  );
  expect(redact(text).match(/\[redacted\]/g)).toHaveLength(4);
  for (const part of ['ss w+rd', 'rd%2F1', 'ss+w%2Brd']) expect(redact(text)).not.toContain(part);
  expect(redact('abc is too short to be looked for')).toContain('abc');
});

test('the longer of two secrets goes first', () => {
  expect(createRedactor(['abcd', 'abcdefgh'])('abcdefgh abcd')).toBe('[redacted] [redacted]');
});

test('text from outside becomes one bounded line with its hidden characters visible', () => {
  expect(oneLine('a\n\tb\u001b[31m\u202e', 80)).toBe('a b⟨U+001B⟩[31m⟨U+202E⟩');
  expect(oneLine('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(oneLine('12345678\u{1f600}0', 10)).toBe('12345678…');
});

test.each<[unknown, string]>([
  [{ message: 'Not Found', documentation_url: 'https://example.org' }, 'Not Found'],
  [
    { message: 'Validation Failed', errors: [{ resource: 'Issue', field: 'title', code: 'missing' }] },
    'Validation Failed; resource: Issue, field: title, code: missing',
  ],
  [{ errorMessages: ['No project'], errors: { summary: 'is required' } }, 'No project; summary: is required'],
  [{ error: { code: 5, message: 'Quota' } }, 'Quota'],
  [{ detail: { error: 'Invalid key' } }, 'Invalid key'],
  [{ code: 'unauthorized' }, 'code: unauthorized'],
  [['one', { message: 'two' }], 'one; two'],
  [{}, ''],
])('%j says %j', (json, message) => {
  expect(vendorMessage(JSON.stringify(json), json)).toBe(message);
});

test('a web page is told by its title, text by itself', () => {
  expect(vendorMessage('<html><title>Sign in</title>', undefined)).toBe('a web page titled "Sign in"');
  expect(vendorMessage('<html>', undefined)).toBe('a web page');
  expect(vendorMessage('no such thing', undefined)).toBe('no such thing');
});
