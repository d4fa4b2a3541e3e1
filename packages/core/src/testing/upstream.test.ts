import { expect, test } from 'vitest';
import { inOrder, withUpstream } from './upstream.ts';

test('requests are recorded as they came', async () => {
  await using vendor = await withUpstream(({ url }) => ({ status: 201, body: { q: url.searchParams.get('q') } }));
  const response = await fetch(`${vendor.url}/a?q=1`, { method: 'POST', body: 'text', headers: { 'x-own': '2' } });
  expect([response.status, await response.json()]).toEqual([201, { q: '1' }]);
  expect(vendor.requests).toHaveLength(1);
  expect(vendor.requests[0]).toMatchObject({ method: 'POST', path: '/a?q=1', body: 'text', headers: { 'x-own': '2' } });
});

test('a handler that throws is a 500 with its message, so that a test sees it', async () => {
  await using vendor = await withUpstream(() => {
    throw new Error('unknown call');
  });
  const response = await fetch(vendor.url);
  expect([response.status, await response.json()]).toEqual([500, { message: 'unknown call' }]);
});

test('prepared answers come in order, the last for ever', async () => {
  await using vendor = await withUpstream(inOrder({ body: 'a' }, { body: 'b' }));
  const read = async () => (await fetch(vendor.url)).text();
  expect([await read(), await read(), await read()]).toEqual(['a', 'b', 'b']);
});

test('its end closes what is open', async () => {
  const vendor = await withUpstream(() => () => {});
  const answer = fetch(vendor.url).then(
    () => 'answered',
    () => 'closed',
  );
  while (vendor.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await vendor[Symbol.asyncDispose]();
  expect(await answer).toBe('closed');
});
