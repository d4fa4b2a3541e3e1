import { expect, test } from 'vitest';
import { failure, json, signal, withGitHub } from '../github.fixture.ts';
import type { GitHub } from './github.ts';
import type { GitHubOptions } from './open.ts';

const call = { signal };

/** acme/private and acme/public; everything else is answered with nothing. */
const world = (given: Partial<GitHubOptions> = {}) =>
  withGitHub(({ path, method }) => {
    const [, name] = /^\/repos\/(acme\/\w+)$/.exec(path) ?? [];
    return json(name && method === 'GET' ? { full_name: name, private: name === 'acme/private' } : {});
  }, given);

const readIssue = (github: GitHub, repo: string) =>
  github.rest('GET /repos/{owner}/{repo}/issues/{issue_number}', { owner: 'acme', repo, issue_number: 1 }, call);
const comment = (github: GitHub, repo: string) =>
  github.rest(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { owner: 'acme', repo, issue_number: 1, body: 'x' },
    call,
  );

test('after a private read a public write is refused and not sent, a private one is sent', async () => {
  await using given = await world();
  await comment(given.github, 'public');
  await readIssue(given.github, 'private');
  const error = await failure(comment(given.github, 'public'));
  expect(error).toMatchObject({ code: 'auth' });
  expect(error.message).toContain('acme/private');
  expect(error.hint).toContain('GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE');
  await comment(given.github, 'private');
  expect(given.vendor.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual([
    '/repos/acme/public/issues/1/comments',
    '/repos/acme/private/issues/1/comments',
  ]);
  expect(given.github.state().policy.private_read).toEqual(['acme/private']);
});

test('reading in public costs no question, and writing there one each', async () => {
  await using given = await world();
  await readIssue(given.github, 'public');
  await comment(given.github, 'public');
  await comment(given.github, 'public');
  expect(given.vendor.requests.filter(({ path }) => path === '/repos/acme/public')).toHaveLength(1);
  expect(given.github.state().policy.private_read).toEqual([]);
});

const publishing: Readonly<Record<string, (github: GitHub) => Promise<unknown>>> = {
  'a gist, secret ones too': (github) =>
    github.rest('POST /gists', { public: false, files: { a: { content: 'x' } } }, call),
  'a new public repository': (github) => github.rest('POST /orgs/{org}/repos', { org: 'acme', name: 'new' }, call),
  'making a repository public': (github) =>
    github.rest('PATCH /repos/{owner}/{repo}', { owner: 'acme', repo: 'private', private: false }, call),
  'an unknown route': (github) =>
    github.rest('POST /user/social_accounts', { account_urls: ['https://x.example/?d=1'] }, call),
};

test.each(Object.entries(publishing))('%s is a public place', async (_, send) => {
  await using before = await world();
  await send(before.github);
  await using after = await world();
  await readIssue(after.github, 'private');
  expect(await failure(send(after.github))).toMatchObject({ code: 'auth' });
  expect(after.vendor.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('a secret gist takes what was read in secret gists, a public place does not', async () => {
  await using given = await withGitHub(({ path, method }) => {
    const [, name] = /^\/repos\/(acme\/\w+)$/.exec(path) ?? [];
    if (name) return json({ full_name: name, private: name === 'acme/private' });
    if (method !== 'GET') return json({ id: path === '/gists' ? 'own' : '1', public: false }, {}, 201);
    return json(path === '/gists/open' ? { id: 'open', public: true } : { id: path.split('/')[2], public: false });
  });
  const { github } = given;
  const read = (gist_id: string) => github.rest('GET /gists/{gist_id}', { gist_id }, call);
  const files = { a: { content: 'x' } };
  const note = (gist_id: string) => github.rest('POST /gists/{gist_id}/comments', { gist_id, body: 'x' }, call);
  await github.rest('POST /gists', { public: false, files }, call);
  for (const id of ['own', 'open']) await read(id);
  await github.rest('GET /gists/{gist_id}/comments', { gist_id: 'own' }, call);
  expect(github.state().policy.private_read).toEqual([]);
  await github.rest('GET /gists/{gist_id}/comments', { gist_id: 'other' }, call);
  expect(github.state().policy.private_read).toEqual(['a secret gist']);
  await github.rest('PATCH /gists/{gist_id}', { gist_id: '1', files }, call);
  await note('1');
  await github.rest('POST /gists', { files }, call);
  await github.rest('POST /gists/{gist_id}/forks', { gist_id: 'open' }, call);
  await github.rest('PUT /gists/{gist_id}/star', { gist_id: 'open' }, call);
  await github.rest('DELETE /gists/{gist_id}', { gist_id: 'open' }, call);
  const sent = given.vendor.requests.length;
  for (const refused of [
    () => note('open'),
    () => github.rest('POST /gists', { public: true, files }, call),
    () => github.rest('POST /gists', { public: 'true', files }, call),
    () => comment(github, 'public'),
  ])
    expect(await failure(refused())).toMatchObject({ code: 'auth' });
  expect(given.vendor.requests.slice(sent).filter(({ method }) => method !== 'GET')).toEqual([]);
  await github.rest('GET /repos/{owner}/{repo}/issues', { owner: 'acme', repo: 'private' }, call);
  expect(await failure(note('1'))).toMatchObject({ code: 'auth' });
});

test('a star, and a new private repository, are none', async () => {
  await using given = await world();
  await readIssue(given.github, 'private');
  await given.github.rest('PUT /user/starred/{owner}/{repo}', { owner: 'acme', repo: 'public' }, call);
  await given.github.rest('POST /orgs/{org}/repos', { org: 'acme', name: 'new', private: true }, call);
  expect(given.vendor.requests.filter(({ method }) => method !== 'GET')).toHaveLength(2);
});

test('private rows of a listing count as read, and so does a secret gist', async () => {
  await using given = await withGitHub(({ path }) =>
    json(
      path === '/user/repos'
        ? [{ full_name: 'acme/private', private: true }]
        : path === '/gists/1'
          ? { public: false }
          : {},
    ),
  );
  await given.github.rest('GET /user/repos', {}, call);
  await given.github.rest('GET /gists/{gist_id}', { gist_id: '1' }, call);
  expect(given.github.state().policy.private_read).toEqual(['acme/private', 'a secret gist']);
});

test('when it is allowed nothing is asked and nothing refused', async () => {
  await using given = await world({ allowPublicAfterPrivate: true });
  await readIssue(given.github, 'private');
  await comment(given.github, 'public');
  expect(given.vendor.requests).toHaveLength(2);
});

test('a plan is refused like the write', async () => {
  await using given = await world();
  await readIssue(given.github, 'private');
  const issue = { owner: 'acme', repo: 'public', title: 'x' };
  expect(await failure(given.github.plan('POST /repos/{owner}/{repo}/issues', issue, call))).toMatchObject({
    code: 'auth',
  });
});
