import { describe, expect, test } from 'vitest';
import { rankOf } from './errors.ts';
import { fitWindows } from './fit.ts';
import { clean, createLineReader, type LogLine } from './lines.ts';
import { createTextMatcher } from './matcher.ts';
import { createSelection, type LogAsked } from './select.ts';
import type { Step } from './steps.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
function readLines(content: Uint8Array, piece = content.length): LogLine[] {
  const reader = createLineReader();
  const lines: LogLine[] = [];
  for (let at = 0; at < content.length; at += piece) lines.push(...reader.push(content.subarray(at, at + piece)));
  return [...lines, ...reader.end()];
}
async function selectLines(content: Uint8Array, known: readonly Step[], given: LogAsked) {
  const selection = createSelection(known, given, createTextMatcher(given.pattern ?? ''));
  for (const line of readLines(content)) selection.take(line);
  return selection.done();
}
const textsOf = ({ windows }: Awaited<ReturnType<typeof selectLines>>) =>
  windows.flatMap(({ lines }) => lines.map(({ shown }) => shown));
const numbered = (from: number, texts: readonly string[]) =>
  texts.map((shown, index) => expect.objectContaining({ number: from + index, shown }));
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
    bytes(`\uFEFF${at(0, '\u001b[31mred\u001b[0m \u001b]8;;https://x\u0007link\u001b]8;;\u0007')}\r\n`),
  );
  expect(first).toMatchObject({ number: 1, text: 'red link', time: Date.UTC(2026, 0, 1) });
  const [raw] = readLines(bytes(at(0, '\u001b[31mred')));
  expect(raw?.raw).toBe(at(0, '\u001b[31mred'));
  expect(clean('10%\r50%\r100%\r')).toBe('100%');
  expect(readLines(bytes('\uFEFFno time\r\n')).map(({ text, time: none }) => [text, none])).toEqual([
    ['no time', undefined],
  ]);
});

test.each([1, 3, 1000, 1_000_000])(
  'lines are the same when the bytes come %i at a time, also inside a character',
  (piece) => {
    const text = Array.from({ length: 2000 }, (_, n) => (n % 7 ? `línea ${n} 😀` : '')).join('\n');
    const lines = readLines(bytes(text), piece);
    expect(lines.map((line) => line.text).join('\n')).toBe(text);
    expect(lines.at(-1)?.number).toBe(2000);
  },
);

test('a very long line comes in parts that together are the line', () => {
  const long = '😀x'.repeat(30_000);
  const lines = readLines(bytes(`a\n${at(0, long)}\nb\n`), 777);
  expect(lines.map(({ number }) => number)).toEqual([1, ...Array.from({ length: lines.length - 2 }, () => 2), 3]);
  const parts = lines.filter(({ number }) => number === 2);
  expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index));
  expect(parts.map(({ text }) => text).join('')).toBe(long);
  expect(Math.max(...parts.map(({ raw }) => raw.length))).toBeLessThanOrEqual(20_000);
});

test('lines are told to be of their steps, also where two share a second', async () => {
  const { steps: found } = await selectLines(log, steps, asked({ show: 'steps' }));
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

test('errors are those of the failed steps, with what stands around them', async () => {
  const selected = await selectLines(log, steps, asked({}));
  expect(selected).toMatchObject({ scope: 'failed steps: 3 Test', hits: 2, total: 15, notes: [], isEnd: false });
  expect(selected.windows).toEqual([
    { step: 'Test', rank: 2, lines: numbered(8, ['ok 2', 'AssertionError: 1 != 2', '    at test.js:1:1', 'ok 3']) },
    { step: 'Test', rank: 1, lines: numbered(12, ['ok 4', '##[error]Process completed with exit code 1.']) },
  ]);
});

test('where no line can be told to be of the failed steps, the whole log is looked at', async () => {
  const untimed = steps.map((step) => ({ ...step, started_at: step.number === 1 ? time(0) : null }));
  for (const each of [untimed, [...steps.slice(0, 2), { number: 9, name: 'Lost', conclusion: 'cancelled' }]]) {
    const selected = await selectLines(log, each, asked({}));
    expect(selected).toMatchObject({ scope: 'all steps', hits: 3, notes: [expect.stringContaining('the whole log')] });
    expect(textsOf(selected)).toContain('Error: an old one');
  }
  const tail = await selectLines(log, untimed, asked({ show: 'tail', lines: 1 }));
  expect(tail).toMatchObject({ scope: 'all steps', notes: [expect.stringContaining('No line could be told')] });
  expect(textsOf(tail)).toEqual(['bye']);
});

test('where the failed steps name no error, those of the whole log are shown, else the end of the steps', async () => {
  const calm = steps.map((step) => ({ ...step, conclusion: step.number === 5 ? 'cancelled' : 'success' }));
  const selected = await selectLines(log, calm, asked({}));
  expect(selected).toMatchObject({
    scope: 'all steps',
    notes: [expect.stringContaining('looks like an error')],
  });
  expect(textsOf(selected)).toContain('AssertionError: 1 != 2');
  const fine = bytes([at(0, 'a'), at(1, 'b'), at(5, 'c'), at(6, 'd'), at(9, 'e'), at(11, 'f')].join('\n'));
  const end = await selectLines(fine, steps, asked({}));
  expect(end).toMatchObject({
    scope: 'failed steps: 3 Test',
    isEnd: true,
    hits: 0,
    notes: [expect.stringContaining('the end of it')],
  });
  expect(textsOf(end)).toEqual(['d', 'e']);
});

test('head, tail and grep, of one step or of everything', async () => {
  const linesOf = async (more: Partial<LogAsked>) => textsOf(await selectLines(log, steps, asked(more)));
  expect(await linesOf({ show: 'head', step: 'build', lines: 2 })).toEqual(['##[group]Run make', 'Error: an old one']);
  expect(await linesOf({ show: 'tail', all_steps: true, lines: 2 })).toEqual(['Post job cleanup.', 'bye']);
  expect(await linesOf({ show: 'tail', lines: 100 })).toHaveLength(8);
  expect(await linesOf({ show: 'grep', pattern: 'OK ', context: 0 })).toEqual(['ok 1', 'ok 2', 'ok 3', 'ok 4']);
  expect(await linesOf({ show: 'grep', pattern: 'ok.', context: 0 })).toEqual([]);
  expect(await linesOf({ show: 'grep', pattern: 'runner', all_steps: true, context: 1 })).toEqual([
    'runner 2.3',
    'still set up',
  ]);
  const none = await selectLines(log, [{ ...(steps[3] as Step) }], asked({ step: 'skip' }));
  expect(none.notes).toEqual([expect.stringContaining('all_steps shows the whole log')]);
});

test('of a very long line the match is shown, and its end by a tail', async () => {
  const long = `${'a'.repeat(70_000)} NEEDLE ${'b'.repeat(70_000)} the end`;
  const content = bytes(`one\n${long}\n`);
  const found = await selectLines(content, [], asked({ show: 'grep', pattern: 'needle', context: 0 }));
  expect(found.hits).toBe(1);
  expect(textsOf(found)).toEqual([expect.stringMatching(/^… a+ NEEDLE b+… \(\d+ more characters\)$/)]);
  const tail = await selectLines(content, [], asked({ show: 'tail', lines: 2 }));
  expect(textsOf(tail)[0]).toBe('one');
  expect(textsOf(tail)[1]).toMatch(/^… b+ the end$/);
  const head = await selectLines(content, [], asked({ show: 'head', lines: 2 }));
  expect(textsOf(head)[1]).toMatch(/^a{1000}… \(19000 more characters\)$/);
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
  const lines = (from: number, shown: string[]) => shown.map((each, index) => ({ number: from + index, shown: each }));
  const windows = [
    { step: 'a', rank: 3, lines: lines(1, ['x'.repeat(500)]) },
    { step: 'a', rank: 1, lines: lines(10, ['the error']) },
    { step: 'b', rank: 2, lines: lines(20, ['y'.repeat(100)]) },
  ];
  const { parts, left } = fitWindows(windows, 350);
  expect(parts.map(({ from }) => from)).toEqual([10, 20]);
  expect(left).toBe(1);
  const many = Array.from({ length: 100 }, (_, n) => `line ${n + 1}`);
  const long = [{ step: undefined, rank: 1, lines: lines(1, many) }];
  expect(fitWindows(long, 200, { fromEnd: true }).parts[0]).toMatchObject({
    to: 100,
    text: expect.stringMatching(/line 100$/),
  });
});

test('a log of 100,000 errors keeps a bounded number of them, of lines however long', async () => {
  const many = bytes(Array.from({ length: 100_000 }, (_, n) => (n % 20 === 0 ? `it failed ${n}` : 'ok')).join('\n'));
  const selected = await selectLines(many, [], asked({}));
  expect(selected.hits).toBe(5000);
  expect(selected.windows.length).toBeLessThanOrEqual(60);
  expect([textsOf(selected)[0], selected.windows.at(-1)?.lines[1]?.shown]).toEqual(['it failed 0', 'it failed 99980']);
  const wide = bytes(Array.from({ length: 5000 }, (_, n) => `it failed ${n} ${'x'.repeat(5000)}`).join('\n'));
  const kept = await selectLines(wide, [], asked({ context: 50 }));
  expect(textsOf(kept).join('').length).toBeLessThan(1_200_000);
});
