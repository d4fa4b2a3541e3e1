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
