import { expect, test } from 'vitest';
import type { Fault } from '../../sandbox/faults.ts';
import { findAccount } from '../../sandbox/model/accounts.ts';
import { issuesOf } from '../../sandbox/model/issue.ts';
import { addRepository } from '../../sandbox/model/repository.ts';
import { rename } from '../../sandbox/model/settings.ts';
import { repositoryOf, withServer, writesOf } from './acceptance.fixture.ts';

const repo = 'acme/workshop';
const read = ['github_issue', { repo, number: 1 }] as const;
const write = ['github_issue_write', { repo, title: 'New' }] as const;
const reading = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const writing = 'POST /repos/{owner}/{repo}/issues';
const say = (message: string) => ({ message });

test.each([403, 429] as const)('an exhausted quota (%i) says which, and when it comes back', async (status) => {
  await using server = await withServer();
  server.sandbox.limits.exhaustedStatus = status;
  server.sandbox.limits.set(server.sandbox.token, 'core', { remaining: 0, resetIn: 1800 });
  for (const call of [read, write]) {
    const { error, text } = await server.call(call[0], call[1]);
    expect(error).toMatchObject({ code: 'rate_limit', retryable: true });
    expect(Number(error?.retry_after_s)).toBeGreaterThan(1700);
    expect(text).toContain('quota core of 5000');
    expect(text).toContain('github_whoami');
  }
  expect(writesOf(server.sandbox).filter(({ status: answered }) => answered < 300)).toEqual([]);
});

test.each([
  [403, 30, 30],
  [429, 30, 30],
  [403, undefined, 60],
  [429, undefined, 60],
] as const)('a secondary limit (%i, Retry-After %s) is not waited for', async (status, retryAfter, expected) => {
  await using server = await withServer();
  for (const [on, call] of [
    [reading, read],
    [writing, write],
  ] as const) {
    server.sandbox.faults.secondaryLimit(on, {
      ...{ status, times: Number.POSITIVE_INFINITY },
      ...(retryAfter !== undefined && { retryAfter }),
    });
    const { error, text } = await server.call(call[0], call[1]);
    expect(error).toMatchObject({ code: 'rate_limit', retryable: true, retry_after_s: expected });
    expect(text).toContain('secondary rate limit');
    expect(text).toContain(`Repeat the call in ${expected} s`);
  }
});

test('a secondary limit of a second is waited for by a read', async () => {
  await using server = await withServer();
  const limit = server.sandbox.faults.secondaryLimit(reading, { retryAfter: 1 });
  expect((await server.call(read[0], read[1])).isError).toBe(false);
  expect(limit.hits).toBe(1);
});

interface Refusal extends Omit<Fault, 'on'> {
  readonly name: string;
  readonly code: string;
  readonly words: readonly string[];
}

const refusals: readonly Refusal[] = [
  { name: '401', status: 401, body: say('Bad credentials'), code: 'auth', words: ['Bad credentials', 'GITHUB_TOKEN'] },
  {
    ...{ name: '403 of a classic token', status: 403, body: say('Must have admin rights'), code: 'auth' },
    headers: { 'x-oauth-scopes': 'read:user', 'x-accepted-oauth-scopes': 'repo' },
    words: ['lacks the scope repo (the token has read:user)'],
  },
  {
    ...{ name: '403 of a fine-grained token', status: 403, code: 'auth' },
    body: say('Resource not accessible by personal access token'),
    headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
    words: ['lacks one of these permissions: Issues: write; Pull requests: write'],
  },
  {
    ...{ name: 'SAML', status: 403, body: say('Resource protected by organization SAML enforcement.'), code: 'auth' },
    headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=AB' },
    words: ['single sign-on', 'https://github.com/orgs/acme/sso?authorization_request=AB'],
  },
  { name: '404', status: 404, body: say('Not Found'), code: 'not_found', words: ['private'] },
  { name: '410', status: 410, body: say('This issue was deleted'), code: 'not_found', words: ['deleted'] },
  {
    ...{ name: '451', status: 451, body: say('Repository access blocked'), code: 'not_found' },
    words: ['451', 'Repository access blocked'],
  },
  {
    ...{ name: '409', status: 409, body: say('Git Repository is empty.'), code: 'conflict' },
    words: ['It has no commit yet', 'Write a first file'],
  },
  {
    ...{ name: '422', status: 422, code: 'validation' },
    body: { message: 'Validation Failed', errors: [{ resource: 'Issue', field: 'title', code: 'missing_field' }] },
    words: ['Issue.title is required'],
  },
];

test.each(refusals)('$name says what it is and what to do', async ({ name: _, code, words, ...fault }) => {
  await using server = await withServer();
  for (const [on, call] of [
    [reading, read],
    [writing, write],
  ] as const) {
    const planted = server.sandbox.faults.add({ on, times: Number.POSITIVE_INFINITY, ...fault });
    const { error, text, isError } = await server.call(call[0], call[1]);
    expect.soft([isError, error?.code], text).toEqual([true, code]);
    for (const word of words) expect.soft(text).toContain(word);
    expect(planted.hits).toBe(1);
  }
});

test.each([500, 502, 503, 504])('after a %i a read is repeated, a write never', async (status) => {
  await using server = await withServer();
  server.sandbox.faults.add({ on: reading, status, body: '<h1>Unicorn</h1>', type: 'text/html', times: 2 });
  expect((await server.call(read[0], read[1])).isError).toBe(false);
  const planted = server.sandbox.faults.add({ on: writing, status, body: '<h1>Unicorn</h1>', type: 'text/html' });
  const { error, text, isError } = await server.call(write[0], write[1]);
  expect([isError, planted.hits]).toEqual([true, 1]);
  // A 503 is the promise that nothing was done.
  expect(error?.retryable).toBe(status === 503);
  expect(text.includes('may have been carried out')).toBe(status !== 503);
  expect(text).not.toContain('<h1>');
  expect(server.sandbox.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test.each(['reset', 'truncated'] as const)('a write whose answer is lost (%s) is not repeated', async (kind) => {
  await using server = await withServer();
  server.sandbox.faults.add({ on: writing, break: kind, apply: true });
  const { error, text } = await server.call(write[0], write[1]);
  expect(error).toMatchObject({ code: 'network', retryable: false });
  expect(text).toContain('may have been carried out');
  expect(server.sandbox.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test.each(['reset', 'truncated'] as const)('a read whose answer is lost (%s) is repeated', async (kind) => {
  await using server = await withServer();
  server.sandbox.faults.add({ on: reading, break: kind, times: 2 });
  expect((await server.call(read[0], read[1])).isError).toBe(false);
});

test('a login page instead of an answer is said to be one', async () => {
  await using server = await withServer();
  server.sandbox.faults.add({
    ...{ on: '* *', status: 200, type: 'text/html', body: '<html><form>Log in</form></html>' },
    times: Number.POSITIVE_INFINITY,
  });
  const pull = ['github_pull', { repo, number: 15 }] as const;
  for (const call of [read, write, pull]) {
    const { isError, text } = await server.call(call[0], call[1]);
    expect(isError).toBe(true);
    expect(text).toMatch(/GITHUB_API_URL/);
    expect(text).not.toContain('<form>');
  }
});

test('a slow answer is waited for', async () => {
  await using server = await withServer();
  server.sandbox.faults.add({ on: reading, delayMs: 300 });
  expect((await server.call(read[0], read[1])).isError).toBe(false);
});

test('a repository that is blocked or empty says so', async () => {
  await using server = await withServer();
  const engine = repositoryOf(server.sandbox, 'acme/engine');
  engine.blocked = { status: 451, reason: 'dmca' };
  const blocked = await server.call('github_repo', { repo: 'acme/engine' });
  expect([blocked.error?.code, blocked.text]).toEqual(['not_found', expect.stringContaining('451')]);
  for (const call of [
    ['github_tree', {}],
    ['github_history', {}],
    ['github_read_files', { files: [{ path: 'a' }] }],
  ] as const) {
    const { error, text } = await server.call(call[0], { repo: 'acme/sandbox', ...call[1] });
    expect.soft(error?.code, `${call[0]} ${text}`).toMatch(/conflict|not_found/);
    expect.soft(text, call[0]).toMatch(/no commit|empty/i);
  }
});

test('a renamed repository is read under its old name, and written to by the new one', async () => {
  await using server = await withServer();
  rename(server.sandbox.state, repositoryOf(server.sandbox, repo), { name: 'forge' });
  expect((await server.call(read[0], read[1])).isError).toBe(false);
  for (const call of [
    ['github_tree', { repo }],
    ['github_history', { repo }],
    ['github_list_issues', { repo }],
    ['github_list_pulls', { repo }],
    ['github_pull', { repo, number: 15 }],
    ['github_pull_diff', { repo, number: 15 }],
  ] as const) {
    const { isError, text } = await server.call(call[0], call[1]);
    expect.soft(isError, `${call[0]} ${text}`).toBe(false);
  }
  const written = await server.call(write[0], write[1]);
  const created = [...issuesOf(repositoryOf(server.sandbox, 'acme/forge')).values()].filter(
    ({ title }) => title === 'New',
  );
  expect(created.length, written.text).toBe(written.isError ? 0 : 1);
});

test('a private repository that the token cannot see is not told from one that is not there', async () => {
  await using server = await withServer();
  const call = await server.another({ credential: { kind: 'token', token: 'ghp_linus' } });
  const { error, text } = await call('github_repo', { repo: 'acme/secrets' });
  expect([error?.code, text]).toEqual(['not_found', expect.stringContaining('private')]);
  const missing = await call('github_repo', { repo: 'acme/nothing' });
  expect(text.replaceAll('secrets', 'X')).toBe(missing.text.replaceAll('nothing', 'X'));
});

test('a token without the scope is told which one it needs', async () => {
  await using server = await withServer();
  const call = await server.another({ credential: { kind: 'token', token: 'ghp_nothing' } });
  const { error, text } = await call(...write);
  expect(error?.code).toMatch(/auth|not_found/);
  expect(text).toMatch(/scope/);
});

test('a tree that GitHub cut is read folder by folder, and nothing is missing', async () => {
  await using whole = await withServer();
  await using cut = await withServer({ bounds: { treeEntries: 14 } });
  const tree = async (server: typeof cut) => {
    const names: string[] = [];
    let answer = await server.call('github_tree', { repo: 'acme/engine' });
    for (;;) {
      for (const { path, entries } of answer.data.folders as { path: string; entries: { name: string }[] }[])
        names.push(...entries.map(({ name }) => `${path}/${name}`));
      if (answer.data.next_cursor === undefined) return names.sort();
      answer = await server.call('github_tree', { cursor: answer.data.next_cursor });
    }
  };
  expect(await tree(cut)).toEqual(await tree(whole));
});

test('a file over a megabyte, a commit as ref, and files of other kinds are read', async () => {
  await using server = await withServer();
  const engine = repositoryOf(server.sandbox, 'acme/engine');
  const ref = engine.refs.get('refs/tags/v1.0.0') ?? '';
  const { data } = await server.call('github_read_files', {
    ...{ repo: 'acme/engine', ref },
    files: [
      { path: 'data/large.csv', from: 80_000, to: 80_002 },
      { path: 'docs/latest.md', to: 1 },
      { path: 'docs/logo.png' },
      { path: 'vendor/colors' },
      { path: 'none.txt' },
    ],
  });
  expect(data.commit).toBe(ref);
  const [large, link, picture, submodule, none] = data.files as Record<string, unknown>[];
  expect(large).toMatchObject({ kind: 'text', from: 80_000, to: 80_002, content: expect.stringMatching(/^79998,/) });
  expect(link).toMatchObject({ resolved: 'docs/guide.md', content: '# Guide\n' });
  expect([picture?.kind, submodule?.kind, none?.kind]).toEqual(['binary', 'submodule', 'missing']);
});

test('a blob beyond what GitHub gives is named, the files beside it are read', async () => {
  await using server = await withServer({ bounds: { contents: 1000, blob: 10_000 } });
  const { data, isError, text } = await server.call('github_read_files', {
    ...{ repo: 'acme/engine', files: [{ path: 'data/large.csv' }, { path: 'README.md' }] },
  });
  expect(isError, text).toBe(false);
  const [large, readme] = data.files as Record<string, unknown>[];
  expect(large?.content).toBeUndefined();
  expect(large?.note).toBeTruthy();
  expect(readme?.content).toContain('# Engine');
});

test('an organisation that asks for single sign-on hides its part only', async () => {
  await using server = await withServer();
  const owner = findAccount(server.sandbox.state, 'ada');
  if (owner) addRepository(server.sandbox.state, { owner, name: 'other' });
  server.sandbox.faults.add({
    ...{ on: 'GET /repos/acme/*', status: 403, times: Number.POSITIVE_INFINITY },
    body: say('Resource protected by organization SAML enforcement.'),
    headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso' },
  });
  expect((await server.call('github_repo', { repo: 'acme/engine' })).error?.code).toBe('auth');
  expect((await server.call('github_repo', { repo: 'ada/other' })).isError).toBe(false);
});
