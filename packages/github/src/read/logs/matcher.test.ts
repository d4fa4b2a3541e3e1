import { expect, test } from 'vitest';
import { createPatternMatcher, createTextMatcher } from './matcher.ts';

const { signal } = new AbortController();

test('a text is found as it is, without regard to case', async () => {
  const matcher = createTextMatcher('A(b');
  expect(await matcher.find(['x', 'has a(B in it', 'ab'])).toEqual([[1, 4]]);
});

test('an expression is tried in a thread, on one batch after the other', async () => {
  await using matcher = createPatternMatcher('^ok \\d+$', { signal });
  expect(await matcher.find(['no', 'OK 12', 'ok 1x'])).toEqual([[1, 0]]);
  expect(await matcher.find(['ok 1'])).toEqual([[0, 0]]);
});

test('a pattern that never ends is ended, while the process goes on, and says so', async () => {
  await using matcher = createPatternMatcher('(a+)+$', { signal, threads: { deadlineMs: 300 } });
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 5);
  const found = Promise.resolve(matcher.find([`${'a'.repeat(60)}b`]));
  await expect(found).rejects.toMatchObject({ code: 'validation', message: 'pattern: it takes too long on this log.' });
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(1);
  expect(await matcher.find(['aaa'])).toEqual([[0, 0]]);
});

test('a pattern that is none says so', () => {
  expect(() => createPatternMatcher('a(b', { signal })).toThrow(/^pattern: Invalid regular expression/);
});

test('its caller ends it', async () => {
  const caller = new AbortController();
  await using matcher = createPatternMatcher('(a+)+$', { signal: caller.signal });
  const found = Promise.resolve(matcher.find([`${'a'.repeat(60)}b`]));
  caller.abort();
  await expect(found).rejects.toMatchObject({ code: 'cancelled' });
});
