import { Octokit } from 'octokit';
import { expect, test } from 'vitest';
import { withSandbox } from '../../sandbox/index.ts';

const client = (sandbox: { url: string; token: string }) =>
  new Octokit({ baseUrl: sandbox.url, auth: sandbox.token, retry: { enabled: false }, throttle: { enabled: false } });

test('octokit reads its user', async () => {
  await using sandbox = await withSandbox({ seed: 'empty' });
  const { data, headers } = await client(sandbox).rest.users.getAuthenticated();
  expect(data.login).toBe('ada');
  expect(headers['x-oauth-scopes']).toContain('repo');
  expect(sandbox.unknown).toEqual([]);
  expect(sandbox.requests[0]).toMatchObject({ operationId: 'users/get-authenticated', status: 200, user: 'ada' });
});
