import { expect, test } from 'vitest';
import { type Failure, statusError } from './index.ts';

const failed = (status: number, more: Partial<Failure> = {}) =>
  statusError({
    ...{ upstream: 'Acme', method: 'GET', path: '/things/1', status, headers: new Headers() },
    ...{ text: '', json: undefined, message: '', idempotent: true, retryAfterSeconds: undefined },
    ...more,
  });

test.each([
  [400, 'validation', false],
  [401, 'auth', false],
  [402, 'auth', false],
  [403, 'auth', false],
  [404, 'not_found', false],
  [405, 'validation', false],
  [407, 'auth', false],
  [408, 'network', true],
  [409, 'conflict', false],
  [410, 'not_found', false],
  [412, 'conflict', false],
  [413, 'validation', false],
  [418, 'validation', false],
  [422, 'validation', false],
  [423, 'conflict', false],
  [429, 'rate_limit', true],
  [451, 'not_found', false],
  [500, 'unavailable', true],
  [501, 'validation', false],
  [502, 'network', true],
  [503, 'unavailable', true],
  [504, 'network', true],
  [599, 'unavailable', true],
])('%i is %s, retryable: %s', (status, code, retryable) => {
  const error = failed(status);
  expect(error).toMatchObject({ code, retryable, details: { upstream: 'Acme', status } });
  expect(error.hint).toMatch(/\.$/);
});

test('it says what failed, what the vendor said, why that may be, what to do, and the id to ask the vendor with', () => {
  const headers = new Headers({ 'x-github-request-id': 'AB:12' });
  const error = failed(404, { message: 'Not Found', headers });
  expect(error.message).toBe(
    'Acme answered GET /things/1 with 404 Not Found: "Not Found". It does not exist, or this credential may not see it.',
  );
  expect(error.hint).toBe('Check the name, and whether the credential has access.');
  expect(error.details).toEqual({ upstream: 'Acme', status: 404, request_id: 'AB:12' });
});

test('a 403 that says when to come back is a rate limit', () => {
  const error = failed(403, { retryAfterSeconds: 90, idempotent: false });
  expect(error).toMatchObject({ code: 'rate_limit', retryable: true, retryAfterSeconds: 90 });
  expect(error.hint).toBe('Repeat the call in 90 s.');
});

test('a write that may have been carried out is not said to be repeatable', () => {
  for (const status of [500, 502, 504]) {
    const error = failed(status, { idempotent: false, method: 'POST' });
    expect(error).toMatchObject({ retryable: false, hint: expect.stringContaining('check before calling again') });
  }
  expect(failed(503, { idempotent: false }).retryable).toBe(true);
});
