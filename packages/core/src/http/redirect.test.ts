import { expect, test } from 'vitest';
import { inOrder, movedTo, withUpstream } from '../testing/upstream.ts';
import { failure, token, withAcme } from './upstream.fixture.ts';

const done = { body: 'done' };

test.each([301, 302, 303, 307, 308])('a read follows a %i within the origin, with its credential', async (status) => {
  await using acme = await withAcme(inOrder(movedTo('/b?c=1#d', status), done));
  const response = await acme.upstream.fetch(acme.url('/a'), { headers: { 'x-own': '1' } });
  expect([await response.text(), response.url, response.redirected]).toEqual(['done', acme.url('/b?c=1'), true]);
  expect(acme.vendor.requests[1]).toMatchObject({ method: 'GET', path: '/b?c=1' });
  expect(acme.vendor.requests[1]?.headers).toMatchObject({ authorization: `Bearer ${token}`, 'x-own': '1' });
});

test('a credential in the query goes along within the origin', async () => {
  await using acme = await withAcme(inOrder(movedTo('/b'), done), {
    authorize: ({ url }) => url.searchParams.set('key', 'k1'),
  });
  const response = await acme.upstream.fetch(acme.url('/a?q=1'));
  expect(acme.vendor.requests.map(({ path }) => path)).toEqual(['/a?q=1&key=k1', '/b?key=k1']);
  expect(response.url).toBe(acme.url('/b'));
});

test.each([307, 308])('a write follows a %i within the origin, with its body', async (status) => {
  await using acme = await withAcme(inOrder(movedTo('/b', status), done));
  await acme.upstream.fetch(acme.url('/a'), { method: 'PATCH', body: 'text' });
  expect(acme.vendor.requests.map(({ method, body }) => method + body)).toEqual(['PATCHtext', 'PATCHtext']);
});

test.each([301, 302])('a write does not follow a %i, which would become a read', async (status) => {
  await using acme = await withAcme(inOrder(movedTo('/b?k=secret', status), done));
  const error = await failure(acme.upstream.fetch(acme.url('/a'), { method: 'POST', body: 'text' }));
  expect(error).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`has moved this to ${acme.url('/b')},`),
  });
  expect(acme.vendor.requests).toHaveLength(1);
});

test('a 303 after a write is read', async () => {
  await using acme = await withAcme(inOrder(movedTo('/b', 303), done));
  await acme.upstream.fetch(acme.url('/a'), {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(acme.vendor.requests[1]).toMatchObject({ method: 'GET', body: '' });
  expect(acme.vendor.requests[1]?.headers['content-type']).toBeUndefined();
});

test('another origin gets no credential and no header that may be one, and keeps getting none', async () => {
  const home: { url?: string } = {};
  await using files = await withUpstream(() => movedTo(`${home.url}/c`));
  await using acme = await withAcme(({ path }) => (path === '/c' ? done : movedTo(`${files.url}/b`)), {
    redirectOrigins: [files.url],
  });
  home.url = acme.vendor.url;
  const headers = { cookie: 'sid=1', 'x-api-key': 'k', 'x-anything': 'v', accept: 'text/plain', range: 'bytes=0-3' };
  await acme.upstream.fetch(acme.url('/a'), { headers });
  for (const request of [files.requests[0], acme.vendor.requests[1]]) {
    expect(request?.headers).toMatchObject({ accept: 'text/plain', range: 'bytes=0-3' });
    for (const name of ['authorization', 'cookie', 'x-api-key', 'x-anything']) {
      expect(request?.headers).not.toHaveProperty(name);
    }
  }
});

test('a credential in the query does not reach another origin', async () => {
  await using files = await withUpstream(() => done);
  await using acme = await withAcme(() => movedTo(`${files.url}/b?sig=1`), {
    origins: [files.url],
    authorize: ({ url }) => url.searchParams.set('key', 'k1'),
  });
  await acme.upstream.fetch(acme.url('/a'));
  expect(files.requests[0]?.path).toBe('/b?sig=1');
});

test('an origin that is not declared is not followed, and its query not told', async () => {
  await using evil = await withUpstream(() => done);
  await using acme = await withAcme(() => movedTo(`${evil.url}/b?sig=secret`));
  const error = await failure(acme.upstream.fetch(acme.url('/a')));
  expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining(evil.url) });
  expect(error.message).not.toContain('secret');
  expect(evil.connections().opened).toBe(0);
  expect(acme.policy.state().failures).toBe(0);
});

test('an origin for redirects is not called directly', async () => {
  await using files = await withUpstream(() => done);
  await using acme = await withAcme(() => done, { redirectOrigins: [files.url] });
  expect(await failure(acme.upstream.fetch(files.url))).toMatchObject({ code: 'auth' });
  expect(files.connections().opened).toBe(0);
});

test('names below a domain can be declared, and only those', async () => {
  const asked: string[] = [];
  const leading = (location: string) => async (url: unknown) => {
    asked.push(String(url));
    return asked.length === 1 ? new Response(null, { status: 302, headers: { location } }) : new Response('done');
  };
  for (const [location, reached] of [
    ['https://a.blob.example.net/x', true],
    ['https://a.b.blob.example.net/x', true],
    ['https://blob.example.net/x', false],
    ['https://evilblob.example.net/x', false],
    ['https://a.blob.example.net.evil.org/x', false],
    ['http://a.blob.example.net/x', false],
    ['https://a.blob.example.net:444/x', false],
  ] as const) {
    asked.length = 0;
    await using acme = await withAcme(() => done, {
      fetch: leading(location),
      redirectOrigins: ['https://*.blob.example.net'],
    });
    const result = acme.upstream.fetch(acme.url('/a'));
    if (reached) await result;
    else expect(await failure(result)).toMatchObject({ code: 'auth' });
    expect(asked).toHaveLength(reached ? 2 : 1);
  }
});

test('a write does not go to another origin', async () => {
  await using files = await withUpstream(() => done);
  await using acme = await withAcme(() => movedTo(files.url, 307), { origins: [files.url] });
  const error = await failure(acme.upstream.fetch(acme.url('/a'), { method: 'POST', body: 'private' }));
  expect(error).toMatchObject({ code: 'conflict' });
  expect(files.connections().opened).toBe(0);
});

test('five redirects are followed, not a sixth', async () => {
  const counting =
    (most: number) =>
    ({ path }: { path: string }) => {
      const n = Number(path.slice(1));
      return n < most ? movedTo(`/${n + 1}`) : done;
    };
  await using five = await withAcme(counting(5));
  expect(await (await five.upstream.fetch(five.url('/0'))).text()).toBe('done');
  await using six = await withAcme(counting(6));
  expect(await failure(six.upstream.fetch(six.url('/0')))).toMatchObject({ retryable: false });
  expect(six.vendor.requests).toHaveLength(6);
});

test.each([undefined, 'http://', 'http://me:pass@127.0.0.1/'])('a redirect to %s is an error', async (location) => {
  await using acme = await withAcme(() => ({ status: 302, ...(location && { headers: { location } }) }));
  const error = await failure(acme.upstream.fetch(acme.url('/a')));
  expect(error).toMatchObject({ code: 'network', retryable: false });
});

test('a redirect is given back or refused when the caller says so', async () => {
  await using acme = await withAcme(() => movedTo('https://elsewhere.example/x'));
  const response = await acme.upstream.fetch(acme.url('/a'), { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([302, 'https://elsewhere.example/x']);
  expect(await failure(acme.upstream.fetch(acme.url('/a'), { redirect: 'error' }))).toMatchObject({ code: 'network' });
});
