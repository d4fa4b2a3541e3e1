import { describe, expect, test } from 'vitest';
import { rankOf } from './errors.ts';
import { fitWindows } from './fit.ts';
import { clean, readLines } from './lines.ts';
import { createMatches } from './matcher.ts';
import { type LogAsked, selectLines } from './select.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const asked = (more: Partial<LogAsked>): LogAsked => ({ show: 'errors', lines: 3, context: 1, ...more });
const at = (seconds: number, text: string) =>
  `${new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace('Z', '0000Z')} ${text}`;
const time = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace('.000Z', 'Z');

const steps = [
  { number: 1, name: 'Set up', conclusion: 'success', started_at: time(0), completed_at: time(1) },
  { number: 2, name: 'Build', conclusion: 'success', started_at: time(1), completed_at: time(5) },
  { number: 3, name: 'Test', conclusion: 'failure', started_at: time(5), completed_at: time(9) },
  { number: 4, name: 'Skip', conclusion: 'skipped', started_at: time(9), completed_at: time(9) },
  { number: 5, name: 'Post', conclusion: 'success', started_at: time(9), completed_at: time(10) },
];

const log = bytes(
  [
    `\uFEFF${at(0, 'runner 2.3')}`,
    ...[at(1, 'still set up'), at(1.1, '##[group]Run make'), at(2, 'Error: an old one'), at(5, 'end of build')],
    ...[
      at(5.2, '##[group]Run make test'),
      at(6, 'ok 1'),
      at(6, 'ok 2'),
      at(7, 'AssertionError: 1 != 2'),
      at(7, '    at test.js:1:1'),
    ],
    ...[
      at(8, 'ok 3'),
      at(8, 'ok 4'),
      at(9, '##[error]Process completed with exit code 1.'),
      at(9.5, 'Post job cleanup.'),
      at(10, 'bye'),
    ],
  ].join('\n'),
);

test('times and colours go, unless the log is wanted raw; progress bars keep what stood there at last', () => {
  const [first] = readLines(
    bytes(`\uFEFF${at(0, '\u001b[31mred\u001b[0m \u001b]8;;https://x\u0007link\u001b]8;;\u0007')}\n`),
  );
  expect(first).toMatchObject({ number: 1, text: 'red link', time: Date.UTC(2026, 0, 1) });
  const [raw] = readLines(bytes(at(0, '\u001b[31mred')));
  expect(raw?.raw).toBe(at(0, '\u001b[31mred'));
  expect(clean('10%\r50%\r100%\r')).toBe('100%');
});

test('lines are the same however the bytes are cut, also inside a character', () => {
  const text = Array.from({ length: 20_000 }, (_, n) => `línea ${n} 😀`).join('\n');
  const lines = [...readLines(bytes(text))];
  expect(lines.map((line) => line.text).join('\n')).toBe(text);
  expect(lines.at(-1)?.number).toBe(20_000);
});

test('lines are told to be of their steps, also where two share a second', () => {
  const { steps: found } = selectLines(log, steps, asked({ show: 'steps' }));
  expect(found.map(({ name, from, to }) => [name, from, to])).toEqual([
    ...[
      ['Set up', 1, 2],
      ['Build', 3, 5],
      ['Test', 6, 13],
      ['Skip', undefined, undefined],
      ['Post', 14, 15],
    ],
  ]);
});

test('errors are those of the failed steps, with what stands around them', () => {
  const { windows, scope, hits, looked, total } = selectLines(log, steps, asked({}));
  expect({ scope, hits, looked, total }).toEqual({ scope: 'failed steps: 3 Test', hits: 2, looked: 8, total: 15 });
  expect(windows).toMatchObject([
    { from: 8, step: 'Test', rank: 2, lines: ['ok 2', 'AssertionError: 1 != 2', '    at test.js:1:1', 'ok 3'] },
    { from: 12, step: 'Test', rank: 1, lines: ['ok 4', '##[error]Process completed with exit code 1.'] },
  ]);
});

test('head, tail and grep, of one step or of everything', () => {
  const linesOf = (more: Partial<LogAsked>) =>
    selectLines(log, steps, asked(more)).windows.flatMap(({ lines }) => lines);
  expect(linesOf({ show: 'head', step: 'build', lines: 2 })).toEqual(['##[group]Run make', 'Error: an old one']);
  expect(linesOf({ show: 'tail', all_steps: true, lines: 2 })).toEqual(['Post job cleanup.', 'bye']);
  expect(linesOf({ show: 'tail', lines: 100 })).toHaveLength(8);
  expect(linesOf({ show: 'grep', pattern: '^OK [12]$', context: 0 })).toEqual(['ok 1', 'ok 2']);
  expect(linesOf({ show: 'grep', pattern: 'runner', all_steps: true, context: 1 })).toEqual([
    'runner 2.3',
    'still set up',
  ]);
  expect(selectLines(log, steps, asked({ step: 'nothing' })).scope).toBe('no step');
});

describe('what looks like an error', () => {
  test.each([
    ['##[error]x', 1],
    ['Error: Process completed with exit code 2.', 1],
    ['src/a.ts(1,2): error TS2322: no', 2],
    ['error[E0308]: mismatched types', 2],
    ['  ✗ parser > reads', 2],
    ['--- FAIL: TestX (0.00s)', 2],
    ['FAIL src/a.test.ts', 2],
    ['Traceback (most recent call last):', 2],
    ['ValueError: no', 2],
    ["thread 'main' panicked at src/main.rs", 2],
    ['npm ERR! code 1', 2],
    ['make: *** [all] Error 2', 2],
    ['it failed somehow', 3],
    ['0 errors, 0 failed', 0],
    ['    fail-fast: true', 0],
    ['compiled error-handler.ts', 0],
    ['all good', 0],
  ])('%s has rank %i', (line, rank) => {
    expect(rankOf(line)).toBe(rank);
  });
});

test('the most important windows fit first, in the order of the log; a tail is cut at its beginning', () => {
  const windows = [
    { from: 1, step: 'a', rank: 3, lines: ['x'.repeat(500)] },
    { from: 10, step: 'a', rank: 1, lines: ['the error'] },
    { from: 20, step: 'b', rank: 2, lines: ['y'.repeat(100)] },
  ];
  const { parts, left } = fitWindows(windows, 350);
  expect(parts.map(({ from }) => from)).toEqual([10, 20]);
  expect(left).toBe(1);
  const long = [{ from: 1, step: undefined, rank: 1, lines: Array.from({ length: 100 }, (_, n) => `line ${n + 1}`) }];
  expect(fitWindows(long, 200, { fromEnd: true }).parts[0]).toMatchObject({
    to: 100,
    text: expect.stringMatching(/line 100$/),
  });
});

test('a pattern that never ends is stopped, one that is none is taken as text', () => {
  expect(() => createMatches('(a+)+$')([`${'a'.repeat(60)}b`])).toThrow('takes too long');
  expect(createMatches('a(b')(['x', 'has a(b in it'])).toEqual([1]);
});

test('a log of 100,000 errors keeps a bounded number of them', () => {
  const many = bytes(Array.from({ length: 100_000 }, (_, n) => (n % 20 === 0 ? `it failed ${n}` : 'ok')).join('\n'));
  const { windows, hits } = selectLines(many, [], asked({}));
  expect(hits).toBe(5000);
  expect(windows.length).toBeLessThanOrEqual(60);
  expect([windows[0]?.lines[0], windows.at(-1)?.lines.at(1)]).toEqual(['it failed 0', 'it failed 99980']);
});
