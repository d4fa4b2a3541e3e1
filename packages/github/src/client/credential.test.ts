import { generateKeyPairSync } from 'node:crypto';
import type { VendorHandler } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { failure, json, signal, withGitHub } from '../github.fixture.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const app = { kind: 'app', appId: '7', privateKey } as const;
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

/** An app that is installed for these accounts. */
const handler =
  (...accounts: readonly string[]): VendorHandler =>
  ({ path, headers }) => {
    if (path.startsWith('/app/')) expect(headers.authorization).toMatch(/^bearer ey[\w-]+\.[\w-]+\.[\w-]+$/i);
    if (path.startsWith('/app/installations?'))
      return json(accounts.map((login, n) => ({ id: n + 1, account: { login } })));
    if (path === '/app/installations/1/access_tokens')
      return json({ token: 'ghs_installation', expires_at: inAnHour, permissions: {} }, {}, 201);
    return path.startsWith('/app/') ? json({ message: 'Not Found' }, {}, 404) : json({});
  };

const read = { owner: 'acme', repo: 'app' };

test('an app gets a token of its only installation, once for many calls', async () => {
  await using given = await withGitHub(handler('acme'), { credential: app });
  await given.github.rest('GET /repos/{owner}/{repo}', read, { signal });
  await given.github.rest('GET /repos/{owner}/{repo}/branches', read, { signal });
  const paths = given.vendor.requests.map(({ method, path }) => `${method} ${path}`);
  expect(paths).toEqual([
    'GET /app/installations?per_page=10',
    'POST /app/installations/1/access_tokens',
    'GET /repos/acme/app',
    'GET /repos/acme/app/branches',
  ]);
  expect(given.vendor.requests[2]?.headers.authorization).toBe('Bearer ghs_installation');
  expect(given.github.state().credential).toBe('app');
  expect(JSON.stringify(given.lines)).not.toMatch(/ghs_installation|PRIVATE KEY/);
});

test('an installation that is named is not looked for', async () => {
  await using given = await withGitHub(handler(), { credential: { ...app, installationId: 1 } });
  await given.github.rest('GET /repos/{owner}/{repo}', read, { signal });
  expect(given.vendor.requests[0]?.path).toBe('/app/installations/1/access_tokens');
});

test('an app with several installations, or none, says what to set', async () => {
  await using several = await withGitHub(handler('acme', 'other'), { credential: app });
  const error = await failure(several.github.rest('GET /repos/{owner}/{repo}', read, { signal }));
  expect(error).toMatchObject({ code: 'auth', hint: expect.stringContaining('GITHUB_APP_INSTALLATION_ID') });
  expect(error.message).toContain('1 (acme), 2 (other)');
  await using none = await withGitHub(handler(), { credential: app });
  expect((await failure(none.github.rest('GET /repos/{owner}/{repo}', read, { signal }))).message).toContain('nowhere');
});

test('a key that is none is said to be, and not shown', async () => {
  const broken = { ...app, privateKey: '-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----' };
  await using given = await withGitHub(handler('acme'), { credential: broken });
  const error = await failure(given.github.rest('GET /repos/{owner}/{repo}', read, { signal }));
  expect(error).toMatchObject({ code: 'auth', hint: expect.stringContaining('GITHUB_APP_PRIVATE_KEY') });
  expect(JSON.stringify([error.message, given.lines])).not.toContain('c2VjcmV0');
});

test('without a credential nothing is sent as one', async () => {
  await using given = await withGitHub(() => json({}), { credential: { kind: 'none' } });
  await given.github.rest('GET /repos/{owner}/{repo}', read, { signal });
  expect(given.vendor.requests[0]?.headers).not.toHaveProperty('authorization');
});
