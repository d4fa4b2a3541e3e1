import { expect, test } from 'vitest';
import * as z from 'zod';
import { AuthError, NotFoundError, RateLimitError, ValidationError } from '../errors.ts';
import { inOrder, movedTo, withUpstream } from '../testing/upstream.ts';
import { pathOf, type UpstreamRequest, unwrapAppError } from './index.ts';
import { failure, token, until, withAcme } from './upstream.fixture.ts';

const Thing = z.object({ id: z.number() });

test('json sends the credential, path, query and body, and gives what the schema says', async () => {
  await using acme = await withAcme(() => ({ body: { id: 7, more: true } }), {
    headers: { 'user-agent': 'acme-test' },
  });
  const query = { q: 'a b&c', page: 2, none: undefined, tag: ['x', 'y'] };
  expect(await acme.upstream.json(Thing, { path: pathOf`/things/${'a/b'}`, query })).toEqual({ id: 7 });
  await acme.upstream.json(Thing, { path: pathOf`/things`, body: { name: 'ü' } });
  const [read, write] = acme.vendor.requests;
  expect(read).toMatchObject({ method: 'GET', path: '/api/things/a%2Fb?q=a+b%26c&page=2&tag=x&tag=y' });
  expect(read?.headers).toMatchObject({ authorization: `Bearer ${token}`, accept: 'application/json' });
  expect(read?.headers['user-agent']).toBe('acme-test');
  expect(write).toMatchObject({ method: 'POST', body: '{"name":"ü"}' });
  expect(write?.headers['content-type']).toBe('application/json');
});

test('an empty answer is undefined to the schema', async () => {
  await using acme = await withAcme(() => ({ status: 204 }));
  expect(await acme.upstream.json(z.undefined(), { path: pathOf`/x`, method: 'DELETE' })).toBeUndefined();
});

test('fetch takes and gives what fetch does', async () => {
  await using acme = await withAcme(({ body, method }) => ({
    status: 201,
    headers: { etag: '"1"' },
    body: { body, method },
  }));
  const like: typeof fetch = acme.upstream.fetch;
  const response = await like(acme.url('/x?y=1#z'), { method: 'put', body: new URLSearchParams({ a: 'b' }) });
  expect(response).toMatchObject({ status: 201, ok: true, url: acme.url('/x?y=1'), redirected: false });
  expect(response.headers.get('etag')).toBe('"1"');
  expect(await response.json()).toEqual({ body: 'a=b', method: 'PUT' });
  const given = new Request(acme.url('/y'), { method: 'POST', body: 'text', headers: { 'x-a': '1' } });
  expect(await (await like(given)).json()).toEqual({ body: 'text', method: 'POST' });
  expect(acme.vendor.requests[1]?.headers).toMatchObject({ 'x-a': '1', 'content-type': 'text/plain;charset=UTF-8' });
});

test('a compressed answer has the headers of what it is now', async () => {
  const { gzipSync } = await import('node:zlib');
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
  await using acme = await withAcme(() => ({ headers, body: gzipSync('{"id":1}') }));
  const response = await acme.upstream.fetch(acme.url('/x'));
  expect(response.headers.has('content-encoding')).toBe(false);
  expect(response.headers.has('content-length')).toBe(false);
  expect(await response.text()).toBe('{"id":1}');
});

test('HEAD keeps the length it is told', async () => {
  await using acme = await withAcme(() => ({ body: 'twelve bytes', headers: { 'content-length': '12' } }));
  const response = await acme.upstream.fetch(acme.url('/x'), { method: 'HEAD' });
  expect(response.headers.get('content-length')).toBe('12');
});

test('a status of 400 and more is an error unless it is expected', async () => {
  await using acme = await withAcme(() => ({ status: 404, body: { message: 'Not Found' } }));
  expect(await failure(acme.upstream.fetch(acme.url('/x')))).toBeInstanceOf(NotFoundError);
  const response = await acme.upstream.fetch(acme.url('/x'), { expect: [404] });
  expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
});

test('an error that a client library wrapped is found again', async () => {
  const inner = new NotFoundError('no');
  const wrapped = new Error('HttpError', { cause: new Error('again', { cause: inner }) });
  expect(unwrapAppError(wrapped)).toBe(inner);
  const other = new Error('other');
  expect(unwrapAppError(other)).toBe(other);
});

test('the vendor can say it better', async () => {
  await using acme = await withAcme(
    () => ({ status: 403, headers: { 'x-accepted-oauth-scopes': 'repo' }, body: { message: `for ${token}: no` } }),
    {
      toError: ({ headers, message, status }) =>
        status === 403 ? new AuthError(`Needs ${headers.get('x-accepted-oauth-scopes')}: ${message}`) : undefined,
    },
  );
  expect((await failure(acme.upstream.fetch(acme.url('/x')))).message).toBe('Needs repo: for [redacted]: no');
});

test.each(['http://127.0.0.1:1/x', 'https://example.org/', 'file:///etc/passwd', 'data:text/plain,x'])(
  'nothing is sent to %s',
  async (url) => {
    await using acme = await withAcme(() => ({}));
    expect(await failure(acme.upstream.fetch(url))).toMatchObject({ code: 'auth' });
    expect(acme.vendor.connections().opened).toBe(0);
  },
);

test.each(['/api/a/../../admin', '/a/%2e%2E/b', '/a/..', '/a\\..\\b', '/./x', '/a%2F..%2fb', '/a%5c%2e%2E'])(
  '%s is refused',
  async (path) => {
    await using acme = await withAcme(() => ({}));
    expect(await failure(acme.upstream.fetch(acme.url(path)))).toBeInstanceOf(ValidationError);
    expect(acme.vendor.requests).toEqual([]);
  },
);

test('a URL with a password is refused and not repeated', async () => {
  await using acme = await withAcme(() => ({}));
  const error = await failure(acme.upstream.fetch(acme.url('/x').replace('//', '//me:hunter22@')));
  expect(error.message).not.toContain('hunter22');
});

test('read-only refuses before anything is sent, whatever the caller calls it', async () => {
  await using acme = await withAcme(() => ({ body: {} }), { readOnly: true });
  const methods = ['POST', 'PUT', 'PATCH', 'DELETE'];
  for (const method of methods) {
    const error = await failure(acme.upstream.fetch(acme.url('/x?k=secret'), { method }));
    expect(error).toMatchObject({
      code: 'auth',
      message: `Acme is configured read-only, so ${method} /x was not sent.`,
    });
  }
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    await failure(acme.upstream.fetch(acme.url('/x'), { method, class: 'read' }));
  }
  expect(acme.vendor.requests).toEqual([]);
  for (const init of [{}, { method: 'HEAD' }, { method: 'POST', class: 'search' as const }]) {
    await acme.upstream.fetch(acme.url('/x'), init);
  }
  expect(acme.vendor.requests).toHaveLength(3);
});

test('classify tells what a method does not', async () => {
  const taken: string[] = [];
  await using acme = await withAcme(() => ({ body: {} }), {
    classify: ({ url, body }) => {
      if (url.pathname === '/search') return { class: 'search' };
      return body?.includes('query') ? { class: 'read', idempotent: true } : undefined;
    },
    limiter: { take: async (limit) => void taken.push(limit) },
    principal: 'ann',
  });
  await acme.upstream.fetch(acme.url('/search'));
  await acme.upstream.fetch(acme.url('/graphql'), { method: 'POST', body: '{"query":""}' });
  await acme.upstream.fetch(acme.url('/graphql'), { method: 'POST', body: '{"mutation":""}' });
  await acme.upstream.fetch(acme.url('/graphql'), { method: 'POST', body: '{"query":""}', class: 'write' });
  expect(taken).toEqual(['search', 'read', 'write', 'write']);
});

test('limits count by credential, or by the principal, and a call too many is not sent', async () => {
  const taken: string[] = [];
  const limiter = {
    async take(_: string, who: string) {
      taken.push(who);
      if (taken.length > 2) throw new RateLimitError('Too many.', { retryAfterSeconds: 9 });
    },
  };
  await using one = await withAcme(() => ({}), { limiter });
  await using two = await withAcme(() => ({}), { limiter, principal: 'ann' });
  await one.upstream.fetch(one.url('/x'));
  await two.upstream.fetch(two.url('/x'));
  expect(taken).toEqual([expect.stringMatching(/^Acme:[0-9a-f]{16}$/), 'Acme:ann']);
  expect(await failure(one.upstream.fetch(one.url('/x')))).toMatchObject({
    message: 'The limit set here for read calls to Acme is reached: Too many.',
    retryAfterSeconds: 9,
  });
  expect(one.vendor.requests).toHaveLength(1);
  expect(one.policy.state()).toMatchObject({ failures: 0, counts: { failed: 0 } });
});

test('allow sees every request, also those of redirects and retries, without the credential', async () => {
  const seen: UpstreamRequest[] = [];
  await using acme = await withAcme(inOrder(movedTo('/b', 301), movedTo('/secret', 307)), {
    allow: (request) => {
      seen.push(request);
      if (request.url.pathname === '/secret') throw new AuthError('Not this one.');
    },
  });
  expect((await failure(acme.upstream.fetch(acme.url('/a')))).message).toBe('Not this one.');
  expect(seen.map(({ url }) => url.pathname)).toEqual(['/a', '/b', '/secret']);
  expect(seen.some(({ headers }) => headers.has('authorization'))).toBe(false);
  expect(acme.vendor.requests.map(({ path }) => path)).toEqual(['/a', '/b']);
});

test('what allow refuses at first is never sent and not counted against the upstream', async () => {
  await using acme = await withAcme(() => ({}), {
    allow: async () => {
      throw new AuthError('Only acme/* is allowed.');
    },
  });
  for (let n = 0; n < 6; n += 1) await failure(acme.upstream.fetch(acme.url('/x'), { method: 'POST' }));
  expect(acme.vendor.requests).toEqual([]);
  expect(acme.policy.state()).toMatchObject({ breaker: 'closed', failures: 0 });
});

test('waits of a few seconds are kept, longer ones returned at once', async () => {
  const busy = (seconds: string) => ({ status: 429, headers: { 'retry-after': seconds }, body: 'slow down' });
  await using acme = await withAcme(inOrder(busy('3'), { body: { id: 1 } }, busy('3600')));
  const call = acme.upstream.json(Thing, { path: pathOf`/x` });
  await until(() => acme.policy.state().counts.retried === 1);
  await acme.clock.advance(2999);
  expect(acme.vendor.requests).toHaveLength(1);
  await acme.clock.advance(1);
  expect(await call).toEqual({ id: 1 });
  const error = await failure(acme.upstream.json(Thing, { path: pathOf`/x` }));
  expect(error).toMatchObject({ code: 'rate_limit', retryable: true, retryAfterSeconds: 3600 });
  expect(acme.vendor.requests).toHaveLength(3);
});

test("a vendor's own header can say when to come back", async () => {
  await using acme = await withAcme(() => ({ status: 429, headers: { 'x-quota-back': '77' } }), {
    retryAfter: (headers) => Number(headers.get('x-quota-back')),
  });
  expect((await failure(acme.upstream.fetch(acme.url('/x')))).retryAfterSeconds).toBe(77);
});

test('reads and what is said to be idempotent are retried, other writes and streams are not', async () => {
  await using acme = await withAcme(() => ({ status: 503 }), { limits: { retries: 1, failures: 100 } });
  const sent = async (init: RequestInit & { idempotent?: boolean }, retried: number) => {
    const before = acme.vendor.requests.length;
    const call = failure(acme.upstream.fetch(acme.url('/x'), init));
    await until(() => acme.policy.state().counts.retried === retried);
    await acme.clock.advance(1000);
    expect(await call).toMatchObject({ code: 'unavailable' });
    return acme.vendor.requests.slice(before).map(({ body }) => body);
  };
  expect(await sent({}, 1)).toEqual(['', '']);
  expect(await sent({ method: 'PUT', body: 'x', idempotent: true }, 2)).toEqual(['x', 'x']);
  expect(await sent({ method: 'POST', body: 'x' }, 2)).toEqual(['x']);
  const stream = () => new Blob(['x']).stream();
  expect(await sent({ method: 'PUT', body: stream(), idempotent: true } as RequestInit, 2)).toEqual(['x']);
});

test('5 failures in a row open the breaker, 4xx do not', async () => {
  await using acme = await withAcme(({ path }) => ({ status: path === '/404' ? 404 : 500 }));
  const post = (path: string) => failure(acme.upstream.fetch(acme.url(path), { method: 'POST' }));
  for (let n = 0; n < 10; n += 1) await post('/404');
  expect(acme.upstream.health()).toMatchObject({ status: 'healthy' });
  for (let n = 0; n < 5; n += 1) await post('/500');
  expect(await post('/500')).toMatchObject({ code: 'unavailable', retryAfterSeconds: 60 });
  expect(acme.vendor.requests).toHaveLength(15);
  expect(acme.upstream.health()).toMatchObject({ status: 'degraded' });
  expect(acme.upstream.state().policy.breaker).toBe('open');
});

test('a form of another shape is told by its place, not by its values', async () => {
  await using acme = await withAcme(() => ({ body: { id: 'private text' } }));
  const error = await failure(acme.upstream.json(Thing, { path: pathOf`/x` }));
  expect(error).toMatchObject({ code: 'network', retryable: false });
  expect(error.message).toMatch(/^Acme answered in another form than expected: id: .*number/);
  expect(error.message).not.toContain('private');
});

test('each request is one line of the log and counted, without query and credential', async () => {
  await using acme = await withAcme(inOrder({ body: '' }, { status: 404 }), {
    authorize: ({ url, headers }) => {
      url.searchParams.set('key', 'query-secret');
      headers.set('x-token', 'header-secret');
    },
  });
  await acme.upstream.fetch(acme.url('/a/header-secret?q=words'));
  await failure(acme.upstream.fetch(acme.url('/b'), { method: 'DELETE' }));
  const [first, second] = acme.lines.map((line) => JSON.parse(line));
  expect(acme.vendor.requests[0]?.path).toBe('/a/header-secret?q=words&key=query-secret');
  expect(first).toMatchObject({
    event: 'http_request',
    upstream: 'Acme',
    method: 'GET',
    path: '/a/[redacted]',
    status: 200,
  });
  expect(second).toMatchObject({ class: 'write', method: 'DELETE', path: '/b', status: 404, duration_ms: 0 });
  const text = await acme.metrics.text();
  expect(text).toContain('http_requests_total{upstream="Acme",class="read",status="2xx"} 1');
  expect(text).toContain('http_requests_total{upstream="Acme",class="write",status="4xx"} 1');
  expect(text).toContain('http_request_seconds_count{upstream="Acme",class="read"} 1');
  for (const secret of ['query-secret', 'header-secret', 'words']) {
    expect(acme.lines.join() + text).not.toContain(secret);
  }
});

test('a credential that cannot be a header is not quoted', async () => {
  await using acme = await withAcme(() => ({}), {
    authorize: ({ headers }) => headers.set('authorization', 'tok\nsecret'),
  });
  const error = await failure(acme.upstream.fetch(acme.url('/x')));
  expect(error).toMatchObject({ code: 'auth', hint: expect.stringContaining('one line') });
  expect(`${error.message}${error.stack}${error.cause}`).not.toContain('secret');
});

test('the same when a client library made the header', async () => {
  await using acme = await withAcme(() => ({}));
  const error = await failure(acme.upstream.fetch(acme.url('/x'), { headers: { authorization: 'tok\nsecret' } }));
  expect(error).toMatchObject({ code: 'auth' });
  expect(`${error.message}${error.stack}${error.cause}`).not.toContain('secret');
});

test.each(['acme.example', 'ftp://acme.example', 'https://me:hunter22@acme.example', 'https://acme.example/?a=1'])(
  '%s cannot be the address of an upstream',
  async (baseUrl) => {
    const error = await failure(withAcme(() => ({}), { baseUrl }));
    expect(error).toMatchObject({ code: 'validation' });
    expect(error.message).not.toContain('hunter22');
  },
);

test('the password of a Basic credential is known as a secret', async () => {
  const authorize = ({ headers }: { headers: Headers }) =>
    headers.set('authorization', `Basic ${btoa('me:hunter:22')}`);
  await using acme = await withAcme(() => ({ status: 401, body: 'wrong password hunter:22' }), { authorize });
  expect((await failure(acme.upstream.fetch(acme.url('/x')))).message).toContain('"wrong password [redacted]"');
});

test('authorize may not change the address', async () => {
  await using other = await withUpstream(() => ({}));
  await using acme = await withAcme(() => ({}), {
    authorize({ url }) {
      url.href = other.url;
    },
  });
  expect((await failure(acme.upstream.fetch(acme.url('/x')))).message).toContain('not the address');
  expect(other.requests).toEqual([]);
});
