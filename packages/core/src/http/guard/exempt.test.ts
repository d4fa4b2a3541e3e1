import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import * as site from '../../testing/site-farm.ts';
import { type GuardOnFarm, guardOn } from './guard.fixture.ts';

const never = () => new AbortController().signal;
const hello = { '/': site.page('hello') };

const searx = (pages: site.Site['pages'] = hello): Promise<GuardOnFarm> =>
  guardOn(
    { 'searx.lan': { addresses: ['192.168.1.5'], pages }, '10.0.0.1': { pages: hello } },
    { policy: { exemptOrigins: ['http://searx.lan:8080/', 'http://10.0.0.1'] } },
  );

test('a configured origin is reached wherever it is', async () => {
  await using t = await searx();
  const answer = await t.guard.fetchExempt({ url: 'http://searx.lan:8080/?q=x', signal: never() });
  expect(new TextDecoder().decode(answer.body)).toBe('hello');
  expect((await t.guard.fetchExempt({ url: 'http://10.0.0.1/', signal: never() })).status).toBe(200);
  expect(t.farm.connections.map(({ address, port }) => `${address}:${port}`)).toEqual([
    '192.168.1.5:8080',
    '10.0.0.1:80',
  ]);
});

test('scheme, host and port have to be the same', async () => {
  await using t = await searx();
  const others = ['https://searx.lan:8080/', 'http://searx.lan/', 'http://searx.lan:8081/', 'http://x.searx.lan:8080/'];
  for (const url of [
    ...others,
    'http://searx.lan.:8080/',
    'http://u:p@searx.lan:8080/',
    'file:///etc/passwd',
    'no url',
  ]) {
    await expect(t.guard.fetchExempt({ url, signal: never() }), url).rejects.toMatchObject({ code: 'validation' });
  }
  expect(t.farm.connections).toEqual([]);
});

test('a URL of the model is never exempt, even while a connection to the same origin is open', async () => {
  await using t = await searx();
  const refused = { code: 'validation' };
  await expect(t.get('http://searx.lan:8080/')).rejects.toMatchObject(refused);
  await t.guard.fetchExempt({ url: 'http://10.0.0.1/', signal: never() });
  await setImmediate();
  await expect(t.get('http://10.0.0.1/')).rejects.toMatchObject(refused);
  expect(t.farm.connections).toHaveLength(1);
});

test('a name that is exempt gives its kept connection to no URL of the model', async () => {
  const sites = { 'api.example': { addresses: ['192.168.1.5'], pages: hello } };
  await using t = await guardOn(sites, { policy: { exemptOrigins: ['http://api.example'] } });
  await t.guard.fetchExempt({ url: 'http://api.example/', signal: never() });
  await setImmediate();
  await expect(t.get('http://api.example/')).rejects.toThrow('api.example leads to 192.168.1.5');
  expect(t.farm.requests).toHaveLength(1);
});

test('headers and a body are sent as given, and the status comes back', async () => {
  const pages = { '/search': site.page('{}', { status: 429, headers: { 'retry-after': '3' } }) };
  await using t = await searx(pages);
  const answer = await t.guard.fetchExempt({
    ...{ url: 'http://searx.lan:8080/search', method: 'POST', body: '{"q":1}', signal: never() },
    headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
  });
  expect(answer).toMatchObject({ status: 429 });
  expect(answer.headers.get('retry-after')).toBe('3');
  expect(t.farm.requests[0]).toMatchObject({
    method: 'POST',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json', 'content-length': '7' },
  });
});

test('a redirect within the origin is followed, one out of it is refused before the key is sent anywhere', async () => {
  const pages = {
    '/a': site.redirectTo('/b'),
    '/b': site.page('there'),
    '/keep': site.redirectTo('/b', 307),
    '/out': site.redirectTo('http://10.0.0.9/'),
    '/public': site.redirectTo('http://198.41.0.1/'),
  };
  await using t = await searx(pages);
  const post = (path: string) =>
    t.guard.fetchExempt({
      url: `http://searx.lan:8080${path}`,
      method: 'POST',
      body: 'q',
      headers: { 'x-key': 'k' },
      signal: never(),
    });
  expect((await post('/a')).url).toBe('http://searx.lan:8080/b');
  await post('/keep');
  expect(t.farm.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST', 'POST']);
  for (const path of ['/out', '/public']) {
    await expect(post(path)).rejects.toThrow('is not the origin of a configured upstream');
  }
  expect(new Set(t.farm.connections.map(({ host }) => host))).toEqual(new Set(['searx.lan']));
});
