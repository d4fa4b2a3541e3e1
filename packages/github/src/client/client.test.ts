import { AuthError, NotFoundError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { failure, json, signal, token, withGitHub } from '../github.fixture.ts';

test('a call has the path, credential, version and media type that GitHub wants, and its answer as JSON', async () => {
  await using given = await withGitHub(() => json({ login: 'ada', id: 12345678901234567000 }));
  const { data, status } = await given.github.rest('GET /users/{username}', { username: 'a b' }, { signal });
  expect([status, data.login]).toEqual([200, 'ada']);
  const [request] = given.vendor.requests;
  expect(request?.path).toBe('/users/a%20b');
  expect(request?.headers).toMatchObject({
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28',
    'user-agent': 'mcp-servers-github/0.0.0',
    accept: 'application/vnd.github.v3+json',
  });
});

test('a second read is a 304 that costs no quota', async () => {
  await using given = await withGitHub(({ headers }) =>
    headers['if-none-match'] === '"1"' ? { status: 304, headers: { etag: '"1"' } } : json({ n: 1 }, { etag: '"1"' }),
  );
  const read = () => given.github.rest('GET /repos/{owner}/{repo}', { owner: 'a', repo: 'b' }, { signal });
  expect((await read()).data).toEqual({ n: 1 });
  expect((await read()).data).toEqual({ n: 1 });
  expect(given.vendor.requests).toHaveLength(2);
});

test('text and bytes come as they are, and what should be JSON and is not is an error', async () => {
  const body = 'line\r\n  Promise<string> \u{1f600} \u202e ';
  await using given = await withGitHub(() => ({ headers: { 'content-type': 'text/plain; charset=utf-8' }, body }));
  const place = { owner: 'a', repo: 'b', path: 'dir/x.ts' };
  const route = 'GET /repos/{owner}/{repo}/contents/{path}';
  expect((await given.github.rest(route, place, { signal, as: 'text' })).data).toBe(body);
  const bytes = (await given.github.rest(route, place, { signal, as: 'bytes' })).data;
  expect(Buffer.from(bytes).toString()).toBe(body);
  expect((await failure(given.github.rest(route, place, { signal }))).message).toContain('text/plain where JSON');
  expect(given.vendor.requests[0]?.path).toBe('/repos/a/b/contents/dir%2Fx.ts');
});

test('a path that leads elsewhere is refused before anything is sent', async () => {
  await using given = await withGitHub(() => json({}));
  for (const repo of ['..', '.', '../../user', '%2e%2e']) {
    const call = given.github.rest('GET /repos/{owner}/{repo}', { owner: 'a', repo }, { signal });
    if (repo === '%2e%2e') await call;
    else expect((await failure(call)).code).toBe('validation');
  }
  expect(given.vendor.requests.map(({ path }) => path)).toEqual(['/repos/a/%252e%252e']);
});

test('a status that is expected is an answer', async () => {
  await using given = await withGitHub(() => json({ message: 'Not Found' }, {}, 404));
  const place = { owner: 'a', repo: 'b' };
  expect(await failure(given.github.rest('GET /repos/{owner}/{repo}', place, { signal }))).toBeInstanceOf(
    NotFoundError,
  );
  expect((await given.github.rest('GET /repos/{owner}/{repo}', place, { signal, expect: [404] })).status).toBe(404);
});

test('a read-only port sends no write and plans none', async () => {
  await using given = await withGitHub(() => json({}), { readOnly: true });
  const issue = { owner: 'a', repo: 'b', title: 'x' };
  const call = given.github.rest('POST /repos/{owner}/{repo}/issues', issue, { signal });
  expect(await failure(call)).toBeInstanceOf(AuthError);
  expect(await failure(given.github.plan('POST /repos/{owner}/{repo}/issues', issue, { signal }))).toBeInstanceOf(
    AuthError,
  );
  expect(given.vendor.requests).toHaveLength(0);
});

test('a plan is the request that would be sent', async () => {
  await using given = await withGitHub(() => json({}));
  const plan = await given.github.plan(
    'POST /repos/{owner}/{repo}/issues',
    { owner: 'a', repo: 'b', title: 'x', labels: ['l'] },
    { signal },
  );
  expect(plan).toEqual({ method: 'POST', path: '/repos/a/b/issues', body: { title: 'x', labels: ['l'] } });
  expect(given.vendor.requests).toHaveLength(0);
});

test('release assets go to the address of uploads, bytes as they are', async () => {
  await using given = await withGitHub(() => json({ id: 1 }));
  const asset = { owner: 'a', repo: 'b', release_id: 1, name: 'x.bin', data: 'plain text, no JSON' };
  await given.github.rest(
    'POST {origin}/repos/{owner}/{repo}/releases/{release_id}/assets{?name,label}',
    asset as never,
    { signal },
  );
  expect(given.vendor.requests[0]).toMatchObject({
    path: '/repos/a/b/releases/1/assets?name=x.bin',
    body: 'plain text, no JSON',
  });
});

test('what is seen of quotas and scopes is part of the state', async () => {
  const headers = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-reset': '1700000000',
    'x-ratelimit-resource': 'core',
    'x-oauth-scopes': 'repo, user',
  };
  await using given = await withGitHub(() => json({}, headers));
  await given.github.rest('GET /user', {}, { signal });
  expect(given.github.state()).toMatchObject({
    credential: 'classic token',
    scopes: ['repo', 'user'],
    quotas: { core: { limit: 5000, remaining: 4999, resets_at: '2023-11-14T22:13:20.000Z' } },
  });
});
