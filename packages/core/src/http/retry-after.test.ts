import { expect, test } from 'vitest';
import { retryAfterOf } from './index.ts';

const date = 'Tue, 01 Sep 2026 10:00:00 GMT';
const unix = Date.parse(date) / 1000;

test.each<[string, Record<string, string>, number | undefined]>([
  ['seconds', { 'retry-after': '3' }, 3],
  ['an HTTP date', { 'retry-after': 'Tue, 01 Sep 2026 10:00:07 GMT' }, 7],
  ['a date that has passed', { 'retry-after': 'Tue, 01 Sep 2026 09:00:00 GMT' }, 0],
  ['nonsense', { 'retry-after': 'soon' }, undefined],
  ['nothing', {}, undefined],
  ['no requests left until a Unix time', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(unix + 90) }, 90],
  ['no requests left for seconds', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }, 12],
  ['no requests left until a date', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-09-01T10:00:30Z' }, 30],
  ['requests left', { 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': String(unix + 90) }, undefined],
])('%s', (_, headers, seconds) => {
  expect(retryAfterOf(new Headers({ date, ...headers }))).toBe(seconds);
});
