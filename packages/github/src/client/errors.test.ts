import { fault, inOrder } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { failure, json, signal, token, withGitHub } from '../github.fixture.ts';

const place = { owner: 'acme', repo: 'app' };
const soon = String(Math.floor(Date.now() / 1000) + 1800);

async function refusal(
  answer: { status: number; headers?: Record<string, string>; body?: unknown },
  { write = false, given = {} }: { write?: boolean; given?: Parameters<typeof withGitHub>[1] } = {},
) {
  await using opened = await withGitHub(() => answer, given);
  const { github } = opened;
  const error = await failure(
    write
      ? github.rest('POST /repos/{owner}/{repo}/issues', { ...place, title: 'x' }, { signal })
      : github.rest('GET /repos/{owner}/{repo}', place, { signal }),
  );
  const said = JSON.stringify([error.message, error.hint, error.details, opened.lines]);
  expect(said).not.toContain(token);
  return { ...error, message: error.message, requests: opened.vendor.requests.length };
}

test('a wrong token is said to be wrong, and when it ran out', async () => {
  const headers = { 'github-authentication-token-expiration': '2026-01-01 00:00:00 UTC' };
  const error = await refusal({ status: 401, headers, body: { message: `Bad credentials ${token}` } });
  expect(error).toMatchObject({ code: 'auth', retryable: false, requests: 1 });
  expect(error.message).toContain('Bad credentials [redacted]');
  expect(error.message).toContain('2026-01-01');
  expect(error.hint).toContain('GITHUB_TOKEN');
});

test('without a credential none is said to be revoked', async () => {
  const given = { credential: { kind: 'none' } } as const;
  const error = await refusal({ status: 401, body: { message: 'Requires authentication' } }, { given });
  expect(error.code).toBe('auth');
  expect(error.message).toContain('GITHUB_TOKEN is not set');
  expect(error.message).not.toContain('revoked');
});

const inaccessible = { message: 'Resource not accessible by personal access token' };
const permissions = (accepted: string) => ({ 'x-accepted-github-permissions': accepted });

test('the permission that a fine-grained token lacks is named, with its alternatives', async () => {
  const headers = permissions('issues=write,metadata=read; pull_requests=write');
  const error = await refusal({ status: 403, headers, body: inaccessible });
  expect(error.code).toBe('auth');
  expect(error.message).toContain('lacks one of these permissions: Issues: write; Pull requests: write.');
  expect(error.hint).toContain('for this repository');
  const app = { message: 'Resource not accessible by integration' };
  const single = await refusal({ status: 403, headers: permissions('contents=write'), body: app });
  expect(single.message).toContain('lacks the permission Contents: write.');
});

test.each([undefined, '', 'metadata=read', 'allows_permissionless_access=true'])(
  'where GitHub names no permission (%s) none is said to be missing',
  async (accepted) => {
    const headers = accepted === undefined ? {} : permissions(accepted);
    const error = await refusal({ status: 403, headers, body: inaccessible });
    expect(error.message).toContain('No permission of a fine-grained token or app would be enough.');
    expect(error.hint).toContain('only classic tokens');
  },
);

test('what is forbidden for another reason is not put down to the permission that every answer names', async () => {
  const headers = permissions('issues=write');
  const role = await refusal({ status: 403, headers, body: { message: 'Must have push access to Repository.' } });
  expect(role.message).not.toContain('lacks');
  expect(role.hint).toContain('Its role');
  const archived = await refusal({
    status: 403,
    headers,
    body: { message: 'Repository was archived so is read-only.' },
  });
  expect(archived.message).toContain('The repository is archived.');
});

test('the scope that a classic token lacks is named, and one that is part of a larger one is not', async () => {
  const scopes = (have: string, accepted: string) => ({ 'x-oauth-scopes': have, 'x-accepted-oauth-scopes': accepted });
  const body = { message: 'Must have admin rights to Repository.' };
  const lacks = await refusal({ status: 403, headers: scopes('gist', 'repo, public_repo'), body });
  expect(lacks.message).toContain('one of the scopes repo, public_repo (the token has gist)');
  const has = await refusal({ status: 403, headers: scopes('repo', 'public_repo'), body });
  expect(has.message).not.toContain('the scope');
  expect(has.message).toContain('Must have admin rights');
});

test('single sign-on has its address', async () => {
  const headers = { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=AZ' };
  const error = await refusal({
    status: 403,
    headers,
    body: { message: 'Resource protected by organization SAML enforcement.' },
  });
  expect(error).toMatchObject({ code: 'auth' });
  expect(error.hint).toContain('https://github.com/orgs/acme/sso?authorization_request=AZ');
});

test('an answer without what single sign-on hides is an answer', async () => {
  const headers = { 'x-github-sso': 'partial-results; organizations=21955855' };
  await using given = await withGitHub(() => json([], headers));
  expect((await given.github.rest('GET /repos/{owner}/{repo}/issues', place, { signal })).data).toEqual([]);
  const error = await refusal({ status: 403, headers, body: { message: 'Must have admin rights' } });
  expect(error.hint).not.toContain('authorise');
});

test('the quota that is used up says when it is back, and is not waited for', async () => {
  const headers = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': soon,
    'x-ratelimit-resource': 'core',
  };
  for (const status of [403, 429]) {
    const error = await refusal({ status, headers, body: { message: 'API rate limit exceeded for user ID 1.' } });
    expect(error).toMatchObject({ code: 'rate_limit', retryable: true, requests: 1 });
    expect(Number(error.retryAfterSeconds)).toBeGreaterThan(1700);
    expect(error.message).toContain('quota core of 5000');
  }
});

test('a secondary limit without Retry-After is a minute, with it what it says, on writes too', async () => {
  const body = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' };
  const remaining = { 'x-ratelimit-remaining': '4000', 'x-ratelimit-limit': '5000', 'x-ratelimit-reset': soon };
  for (const write of [false, true]) {
    expect(await refusal({ status: 403, headers: remaining, body }, { write })).toMatchObject({
      ...{ code: 'rate_limit', retryAfterSeconds: 60, retryable: true, requests: 1 },
    });
    const told = { status: 429, headers: { ...remaining, 'retry-after': '30' }, body };
    expect(await refusal(told, { write })).toMatchObject({ retryAfterSeconds: 30, requests: 1 });
  }
  const abuse = { message: 'You have triggered an abuse detection mechanism.' };
  expect(await refusal({ status: 403, headers: {}, body: abuse })).toMatchObject({ retryAfterSeconds: 60 });
});

test('a short Retry-After is waited for and the read succeeds', async () => {
  const limited = { status: 429, headers: { 'retry-after': '1' }, body: { message: 'secondary rate limit' } };
  await using given = await withGitHub(inOrder(limited, json({ full_name: 'acme/app' })));
  expect((await given.github.rest('GET /repos/{owner}/{repo}', place, { signal })).status).toBe(200);
  expect(given.vendor.requests).toHaveLength(2);
});

test('the last request of a quota that is forbidden for another reason is no rate limit', async () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon };
  const error = await refusal({ status: 403, headers, body: { message: 'Must have push access' } });
  expect(error.code).toBe('auth');
});

test('404 says that it may be private, and without a token that there is none', async () => {
  const body = { message: 'Not Found' };
  expect((await refusal({ status: 404, body })).message).toContain('may not see it.');
  const lacking = await refusal({ status: 404, headers: permissions('issues=read; pull_requests=read'), body });
  expect(lacking.message).toContain(
    'or the credential lacks one of these permissions: Issues: read; Pull requests: read.',
  );
  const readable = await refusal({ status: 404, headers: permissions('metadata=read'), body });
  expect(readable.message).not.toContain('lacks');
  const without = await refusal({ status: 404, body }, { given: { credential: { kind: 'none' } } });
  expect(without.message).toContain('no token is configured');
});

test('422 has the list of errors in words', async () => {
  const body = {
    message: 'Validation Failed',
    errors: [
      { resource: 'Issue', field: 'title', code: 'missing_field' },
      { resource: 'Issue', field: 'assignees', code: 'invalid', value: ['x'] },
      'a text',
      { message: 'of its own', code: 'custom' },
    ],
  };
  const error = await refusal({ status: 422, body }, { write: true });
  expect(error.code).toBe('validation');
  expect(error.message).toContain('Issue.title is required; Issue.assignees (["x"]) is not valid; a text; of its own');
  const exists = {
    message: 'Validation Failed',
    errors: [{ resource: 'Label', field: 'name', code: 'already_exists' }],
  };
  expect(await refusal({ status: 422, body: exists }, { write: true })).toMatchObject({ code: 'conflict' });
});

test.each([
  { status: 405, code: 'conflict', message: 'Pull Request is not mergeable', words: 'not mergeable' },
  { status: 409, code: 'conflict', message: 'Git Repository is empty.', words: 'no commit yet' },
  { status: 409, code: 'conflict', message: 'Head branch was modified', words: 'Head branch was modified' },
  { status: 410, code: 'not_found', message: 'Issues are disabled for this repo', words: 'Issues are disabled' },
  { status: 451, code: 'not_found', message: 'Repository access blocked', words: 'legal' },
])('$status is $code', async ({ status, code, message, words }) => {
  const error = await refusal({ status, body: { message } }, { write: true });
  expect(error).toMatchObject({ code, requests: 1 });
  expect(error.message).toContain(words);
});

test('a server that fails is asked again for a read, and never for a write', async () => {
  expect(await refusal({ status: 502, body: { message: 'Server Error' } })).toMatchObject({
    code: 'unavailable',
    requests: 4,
  });
  const write = await refusal({ status: 502, body: { message: 'Server Error' } }, { write: true });
  expect(write).toMatchObject({ retryable: false, requests: 1 });
  expect(write.hint).toContain('may have been carried out');
});

test.each([
  ['a reset', fault.reset()],
  ['half an answer', fault.truncated()],
  ['another protocol', fault.malformed()],
  ['a broken compression', fault.brokenGzip()],
])('%s is a network error without a secret in it', async (_, how) => {
  await using given = await withGitHub(() => how);
  const error = await failure(given.github.rest('GET /repos/{owner}/{repo}', place, { signal }));
  expect(error.code).toBe('network');
  expect(JSON.stringify([error.message, error.hint, given.lines])).not.toContain(token);
});

test('a body larger than the limit is refused', async () => {
  await using given = await withGitHub(() => fault.huge(2_000_000));
  const error = await failure(given.github.rest('GET /repos/{owner}/{repo}', place, { signal, maxBytes: 100_000 }));
  expect(error).toMatchObject({ code: 'validation' });
});
