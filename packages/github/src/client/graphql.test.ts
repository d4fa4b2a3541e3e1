import { expect, test } from 'vitest';
import * as z from 'zod';
import { failure, json, signal, withGitHub } from '../github.fixture.ts';
import { query } from './query.ts';

const titleQuery = query({
  name: 'Title',
  text: 'query Title($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { nameWithOwner issue(number: 1) { title } } }',
  schema: z.object({ repository: z.object({ issue: z.object({ title: z.string() }).nullable() }) }),
  names: { repositories: [['owner', 'repo']] },
});
const lockQuery = query({
  name: 'Lock',
  text: 'mutation Lock($input: LockLockableInput!) { lockLockable(input: $input) { lockedRecord { locked } } }',
  schema: z.object({}),
  names: { nodes: ['input.lockableId'] },
});
const place = { owner: 'acme', repo: 'app' };
const issue = { repository: { nameWithOwner: 'acme/app', issue: { title: 'A' } } };

async function refusal(body: unknown, headers: Record<string, string> = {}) {
  await using given = await withGitHub(() => json(body, headers));
  const error = await failure(given.github.graphql(titleQuery, place, { signal }));
  return { ...error, message: error.message };
}

test('a query goes to its address with variables apart, and its answer is what its schema says', async () => {
  await using given = await withGitHub(() => json({ data: issue }));
  expect(await given.github.graphql(titleQuery, place, { signal })).toEqual({ repository: { issue: { title: 'A' } } });
  const [request] = given.vendor.requests;
  expect(request?.path).toBe('/graphql');
  expect(JSON.parse(request?.body ?? '')).toEqual({ query: titleQuery.text, variables: place });
});

test('Enterprise Server has it beside the version of its REST API', async () => {
  await using given = await withGitHub(() => json({ data: issue }));
  const { openPort } = await import('../github.fixture.ts');
  const { github } = openPort(`${given.vendor.url}/api/v3`);
  await github.graphql(titleQuery, place, { signal });
  await github.rest('GET /user', {}, { signal });
  expect(given.vendor.requests.map(({ path }) => path)).toEqual(['/api/graphql', '/api/v3/user']);
});

test.each([
  ['NOT_FOUND', 'not_found'],
  ['FORBIDDEN', 'auth'],
  ['INSUFFICIENT_SCOPES', 'auth'],
  ['RATE_LIMITED', 'rate_limit'],
  ['UNPROCESSABLE', 'conflict'],
  ['MAX_NODE_LIMIT_EXCEEDED', 'validation'],
])('%s is %s', async (type, code) => {
  const error = await refusal({ data: null, errors: [{ type, message: 'what GitHub says', path: ['repository'] }] });
  expect(error.code).toBe(code);
  expect(error.message).toContain('what GitHub says');
  if (code === 'rate_limit') expect(error.retryAfterSeconds).toBe(60);
});

const pat = 'Resource not accessible by personal access token';

test('a token without a permission learns for which part, and which, where GitHub says it', async () => {
  const refused = { type: 'FORBIDDEN', message: pat, path: ['repository', 'issues', 'nodes', 0] };
  const error = await refusal({ data: null, errors: [refused] });
  expect(error).toMatchObject({ code: 'auth' });
  expect(error.message).toContain(`${pat} (repository.issues.nodes). The credential lacks a permission`);
  expect(error.hint).toContain('for this repository');
  const headers = { 'x-accepted-github-permissions': 'issues=read' };
  const named = await refusal({ data: null, errors: [{ ...refused, path: undefined }] }, headers);
  expect(named.message).toContain(`${pat}. The credential lacks the permission Issues: read.`);
});

test('scopes that are missing are named as GitHub names them, once', async () => {
  const say = (field: string) => ({
    type: 'INSUFFICIENT_SCOPES',
    message: `The '${field}' field requires one of the following scopes: ['read:project'], but your token has only been granted the: ['repo'] scopes.`,
  });
  const error = await refusal({ errors: [say('title'), say('title')] });
  expect(error).toMatchObject({ code: 'auth', details: { types: ['INSUFFICIENT_SCOPES'] } });
  expect(error.message.match(/\['read:project'\]/g)).toHaveLength(1);
  expect(error.hint).toContain('a person');
});

test('single sign-on of GraphQL has its address, where there is one', async () => {
  const message = 'Resource protected by organization SAML enforcement. You must grant your token access.';
  const refused = { data: null, errors: [{ type: 'FORBIDDEN', message, path: ['repository'] }] };
  const url = 'https://github.com/orgs/acme/sso?authorization_request=AZ';
  const error = await refusal(refused, { 'x-github-sso': `required; url=${url}` });
  expect(error).toMatchObject({ code: 'auth' });
  expect(error.hint).toContain(url);
  expect((await refusal(refused)).hint).toContain('authorise the token');
});

test('a part that is not found leaves the rest, the whole that is not found does not', async () => {
  const part = { type: 'NOT_FOUND', message: 'no issue 1', path: ['repository', 'issue'] };
  await using given = await withGitHub(() =>
    json({ data: { repository: { nameWithOwner: 'acme/app', issue: null } }, errors: [part] }),
  );
  expect(await given.github.graphql(titleQuery, place, { signal })).toEqual({ repository: { issue: null } });
  const whole = { type: 'NOT_FOUND', message: 'no repository', path: ['repository'] };
  expect((await refusal({ data: { repository: null }, errors: [whole] })).code).toBe('not_found');
});

test('what may not be seen and takes the whole with it is refused, not missing', async () => {
  const message = 'Resource not accessible by personal access token';
  for (const path of [
    ['repository', 'issue'],
    ['repository', 'issue', 'comments'],
  ]) {
    const data = { repository: { nameWithOwner: 'acme/app', issue: null } };
    const error = await refusal({ data, errors: [{ type: 'FORBIDDEN', message, path }] });
    expect(error.code).toBe('auth');
    expect(error.message).toContain(message);
  }
});

test('without a credential it is not asked, because it would be refused', async () => {
  await using given = await withGitHub(() => json({ data: issue }), { credential: { kind: 'none' } });
  expect(await failure(given.github.graphql(titleQuery, place, { signal }))).toMatchObject({ code: 'auth' });
  expect(given.vendor.requests).toHaveLength(0);
});

test('a mutation is a write: refused when read-only, never sent twice', async () => {
  await using reading = await withGitHub(() => json({}), { readOnly: true });
  expect(await failure(reading.github.graphql(lockQuery, { input: { lockableId: 'I_1' } }, { signal }))).toMatchObject({
    code: 'auth',
  });
  expect(reading.vendor.requests).toHaveLength(0);
  await using broken = await withGitHub(() => ({ status: 502 }));
  await failure(broken.github.graphql(lockQuery, { input: { lockableId: 'I_1' } }, { signal }));
  expect(broken.vendor.requests).toHaveLength(1);
});
