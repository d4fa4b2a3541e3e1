import { expect, test } from 'vitest';
import { decodeEntities } from '../page/entities.ts';
import { toPlain } from '../page/plain.ts';
import { readDay } from './dates.ts';
import { isPublicHost } from './public-host.ts';

const html = { markup: 'html', length: 200 } as const;
const text = { markup: 'text', length: 200 } as const;

test.each([
  ['<strong>Tides</strong> &amp; harbours', 'Tides & harbours'],
  ['a&nbsp;b\n\n c', 'a b c'],
  ['one<br>two<p>three</p>', 'one two three'],
  ['<script>alert("<b>")</script>after<style>p{}</style>', 'after'],
  ['<script>never closed', ''],
  ['&lt;div&gt; in HTML', '<div> in HTML'],
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['<!-- hidden <b> -->shown<!-- never closed', 'shown'],
  ['<img src=x onerror=alert(1)>', ''],
])('HTML %j is the text %j', (raw, plain) => {
  expect(toPlain(raw, html)).toBe(plain);
});

test('tags in text are words of it', () => {
  expect(toPlain('<div>: the division element', text)).toBe('<div>: the division element');
});

test.each([
  ['&#x27;&#39;&apos;', "'''"],
  ['&amp;lt;', '&lt;'],
  ['&unknown; &constructor; &', '&unknown; &constructor; &'],
  ['&#0;&#xD800;&#x110000;', '&#0;&#xD800;&#x110000;'],
  ['&#128512;', '😀'],
])('entities of %j decode to %j', (raw, decoded) => {
  expect(decodeEntities(raw)).toBe(decoded);
});

test('hidden characters are visible, written raw or as entities', () => {
  expect(toPlain('safe\u202Efdp.exe', text)).toBe('safe⟨U+202E⟩fdp.exe');
  expect(toPlain('a&#8203;b\u0007', text)).toBe('a⟨U+200B⟩b⟨U+0007⟩');
  expect(toPlain('x\u{E0041}\u{E0042}', text)).not.toMatch(/[\u{E0000}-\u{E007F}]/u);
});

test('text is cut at a word and never inside a character', () => {
  expect(toPlain('word '.repeat(100), { markup: 'text', length: 20 })).toBe('word word word word…');
  expect(toPlain('😀'.repeat(100), { markup: 'text', length: 20 }).isWellFormed()).toBe(true);
  expect(toPlain('\uD800 half', text).isWellFormed()).toBe(true);
});

test('a title of ten megabytes is cut before work is done on it', () => {
  expect(toPlain('<'.repeat(10_000_000), html).length).toBeLessThanOrEqual(200);
  expect(toPlain('<script'.repeat(1_000_000), html).length).toBeLessThanOrEqual(200);
});

test.each([
  ['2024-03-05', '2024-03-05'],
  ['2024-03-05T23:30:00-08:00', '2024-03-05'],
  ['2024-03-05 10:00:00+0000', '2024-03-05'],
  ['Mar 5, 2024 12:00 UTC', '2024-03-05'],
  ['Mon, 04 Mar 2024 23:30:00 GMT', '2024-03-04'],
  ['4 March 2024', '2024-03-04'],
  ['page 2024 of 5', undefined],
  ['2024-13-45', undefined],
  ['3 hours ago', undefined],
  ['0001-01-01', undefined],
  ['9999-12-31', undefined],
  ['NaN', undefined],
  ['', undefined],
  [undefined, undefined],
])('the date %j is the day %j', (raw, day) => {
  expect(readDay(raw)).toBe(day);
});

test.each([
  ...['127.0.0.1', '10.1.2.3', '192.168.0.1', '172.31.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
  ...['255.255.255.255', '[::1]', '[fe80::1]', '[fd00::1]', '[::ffff:10.0.0.1]', '[2002:a00:1::]', '[2001:db8::1]'],
  ...['localhost', 'a.localhost', 'printer.local', 'wiki', 'db.internal', 'router.lan', 'a.home.arpa', 'LOCALHOST.'],
])('%s is not of the public web', (host) => {
  expect(isPublicHost(host)).toBe(false);
});

test.each(['example.org', '8.8.8.8', '172.32.0.1', '[2606:4700::1111]', 'local.example.org', 'xn--bcher-kva.example'])(
  '%s is of the public web',
  (host) => {
    expect(isPublicHost(host)).toBe(true);
  },
);
