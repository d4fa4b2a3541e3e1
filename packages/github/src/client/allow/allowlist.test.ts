import { expect, test } from 'vitest';
import { failure, json, openPort, signal, withGitHub } from '../../github.fixture.ts';
import type { GitHub } from '../github.ts';

const repos = ['acme/*', 'other/open', '!acme/secret'];
const call = { signal };
type Send = (github: GitHub, owner: string, repo: string) => Promise<unknown>;

/** Every route family that names a repository in its path, read and written. */
const inPath: Readonly<Record<string, Send>> = {
  'a repository': (github, owner, repo) => github.rest('GET /repos/{owner}/{repo}', { owner, repo }, call),
  'its settings': (github, owner, repo) =>
    github.rest('PATCH /repos/{owner}/{repo}', { owner, repo, has_wiki: false }, call),
  'its end': (github, owner, repo) => github.rest('DELETE /repos/{owner}/{repo}', { owner, repo }, call),
  'a file': (github, owner, repo) =>
    github.rest('GET /repos/{owner}/{repo}/contents/{path}', { owner, repo, path: 'a/b.ts' }, call),
  'a blob': (github, owner, repo) =>
    github.rest('POST /repos/{owner}/{repo}/git/blobs', { owner, repo, content: '' }, call),
  'a tree': (github, owner, repo) =>
    github.rest('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { owner, repo, tree_sha: 'main' }, call),
  'a ref': (github, owner, repo) =>
    github.rest(
      'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
      { owner, repo, ref: 'heads/a', sha: 'a'.repeat(40) },
      call,
    ),
  commits: (github, owner, repo) => github.rest('GET /repos/{owner}/{repo}/commits', { owner, repo }, call),
  issues: (github, owner, repo) => github.rest('GET /repos/{owner}/{repo}/issues', { owner, repo }, call),
  'an issue': (github, owner, repo) =>
    github.rest('POST /repos/{owner}/{repo}/issues', { owner, repo, title: 'x' }, call),
  'a comment': (github, owner, repo) =>
    github.rest(
      'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      { owner, repo, comment_id: 1, body: 'x' },
      call,
    ),
  'a pull request': (github, owner, repo) =>
    github.rest('POST /repos/{owner}/{repo}/pulls', { owner, repo, title: 'x', head: 'a', base: 'main' }, call),
  'a merge': (github, owner, repo) =>
    github.rest('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { owner, repo, pull_number: 1 }, call),
  'a review': (github, owner, repo) =>
    github.rest('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { owner, repo, pull_number: 1 }, call),
  'a security alert': (github, owner, repo) =>
    github.rest(
      'GET /repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}/locations',
      { owner, repo, alert_number: 1 },
      call,
    ),
  'an advisory': (github, owner, repo) =>
    github.rest(
      'GET /repos/{owner}/{repo}/security-advisories/{ghsa_id}',
      { owner, repo, ghsa_id: 'GHSA-aaaa-bbbb-cccc' },
      call,
    ),
  'job logs': (github, owner, repo) =>
    github.rest(
      'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
      { owner, repo, job_id: 1 },
      { ...call, as: 'text' },
    ),
  'a run': (github, owner, repo) =>
    github.rest('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', { owner, repo, run_id: 1 }, call),
  releases: (github, owner, repo) => github.rest('GET /repos/{owner}/{repo}/releases', { owner, repo }, call),
  'a release asset': (github, owner, repo) =>
    github.rest(
      'POST {origin}/repos/{owner}/{repo}/releases/{release_id}/assets{?name,label}',
      { owner, repo, release_id: 1, name: 'x', data: 'x' } as never,
      call,
    ),
  alerts: (github, owner, repo) => github.rest('GET /repos/{owner}/{repo}/code-scanning/alerts', { owner, repo }, call),
  'its notifications': (github, owner, repo) =>
    github.rest('PUT /repos/{owner}/{repo}/notifications', { owner, repo }, call),
  'a subscription to it': (github, owner, repo) =>
    github.rest('PUT /repos/{owner}/{repo}/subscription', { owner, repo, subscribed: true }, call),
  'a search in it': (github, owner, repo) =>
    github.rest('GET /search/issues', { q: `bug repo:${owner}/${repo}` }, call),
};

const outside = [
  ['evil', 'app'],
  ['acme', 'secret'],
  ['other', 'closed'],
  ['acme/x', 'app'],
  ['evil', 'acme'],
] as const;

test.each(Object.entries(inPath))('%s inside is sent, outside it is refused and not sent', async (_, send) => {
  await using given = await withGitHub(() => json({}), { repos });
  for (const [owner, repo] of [
    ['acme', 'app'],
    ['ACME', 'App'],
    ['other', 'open'],
  ] as const)
    await send(given.github, owner, repo);
  const sent = given.vendor.requests.length;
  expect(sent).toBe(3);
  for (const [owner, repo] of outside) {
    const error = await failure(send(given.github, owner, repo));
    expect(error.code).toBe('auth');
    expect(error.message).toContain('outside the allowlist');
    expect(error.message).toContain('GITHUB_REPOS');
  }
  expect(given.vendor.requests).toHaveLength(sent);
});

/** What names another repository beside the one in the path. */
const secondNames: Readonly<Record<string, (github: GitHub, other: string) => Promise<unknown>>> = {
  'the account of a fork': (github, other) =>
    github.rest('POST /repos/{owner}/{repo}/forks', { owner: 'acme', repo: 'app', organization: other }, call),
  'the new owner of a transfer': (github, other) =>
    github.rest('POST /repos/{owner}/{repo}/transfer', { owner: 'acme', repo: 'app', new_owner: other }, call),
  'the owner of a copy': (github, other) =>
    github.rest(
      'POST /repos/{template_owner}/{template_repo}/generate',
      { template_owner: 'acme', template_repo: 'app', owner: other, name: 'app' },
      call,
    ),
  'the head of a pull request': (github, other) =>
    github.rest(
      'POST /repos/{owner}/{repo}/pulls',
      { owner: 'acme', repo: 'app', title: 'x', head: `${other}:main`, base: 'main' },
      call,
    ),
  'a side of a comparison': (github, other) =>
    github.rest(
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      { owner: 'acme', repo: 'app', basehead: `main...${other}:main` },
      call,
    ),
  'a side with a repository': (github, other) =>
    github.rest(
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      { owner: 'acme', repo: 'app', basehead: `${other}:app:main..main` },
      call,
    ),
  'the organisation of a new repository': (github, other) =>
    github.rest('POST /orgs/{org}/repos', { org: other, name: 'app' }, call),
  'an organisation of a search': (github, other) => github.rest('GET /search/code', { q: `x org:${other}` }, call),
  'a user of a search': (github, other) => github.rest('GET /search/issues', { q: `x user:"${other}"` }, call),
  'an organisation': (github, other) => github.rest('GET /orgs/{org}/teams', { org: other }, call),
};

test.each(Object.entries(secondNames))('%s outside is refused and not sent', async (_, send) => {
  await using given = await withGitHub(() => json({}), { repos: ['acme/*'] });
  await send(given.github, 'acme');
  expect(given.vendor.requests).toHaveLength(1);
  expect(await failure(send(given.github, 'evil'))).toMatchObject({ code: 'auth' });
  expect(given.vendor.requests).toHaveLength(1);
});

test('renaming out of the allowlist is refused', async () => {
  await using given = await withGitHub(() => json({}), { repos });
  const rename = (name: string) =>
    given.github.rest('PATCH /repos/{owner}/{repo}', { owner: 'other', repo: 'open', name }, call);
  expect(await failure(rename('closed'))).toMatchObject({ code: 'auth' });
  await rename('open');
});

test('a new repository of the user counts under the login', async () => {
  await using given = await withGitHub(({ path }) => json(path === '/user' ? { login: 'acme' } : {}), { repos });
  await given.github.rest('POST /user/repos', { name: 'new', private: true }, call);
  expect(await failure(given.github.rest('POST /user/repos', { name: 'secret', private: true }, call))).toMatchObject({
    code: 'auth',
  });
});

const personal: Readonly<Record<string, (github: GitHub) => Promise<unknown>>> = {
  gists: (github) => github.rest('GET /gists', {}, call),
  'a gist': (github) => github.rest('POST /gists', { files: { 'a.md': { content: 'x' } } }, call),
  'a change of a gist': (github) =>
    github.rest('PATCH /gists/{gist_id}', { gist_id: '1', files: { a: { content: 'x' } } }, call),
  'a comment on a gist': (github) => github.rest('POST /gists/{gist_id}/comments', { gist_id: '1', body: 'x' }, call),
  'comments on a gist': (github) => github.rest('GET /gists/{gist_id}/comments', { gist_id: '1' }, call),
  'a star of a gist': (github) => github.rest('PUT /gists/{gist_id}/star', { gist_id: '1' }, call),
  'a fork of a gist': (github) => github.rest('POST /gists/{gist_id}/forks', { gist_id: '1' }, call),
  'the end of a gist': (github) => github.rest('DELETE /gists/{gist_id}', { gist_id: '1' }, call),
  'mail addresses': (github) => github.rest('GET /user/emails', {}, call),
  'events of a user': (github) => github.rest('GET /users/{username}/events', { username: 'acme' }, call),
  'all notifications': (github) => github.rest('PUT /notifications', {}, call),
  'a route that nobody thought of': (github) => github.rest('GET /events', {}, call),
  'enterprise data': (github) =>
    github.rest('GET /enterprises/{enterprise}/dependabot/alerts', { enterprise: 'acme' }, call),
};

test.each(Object.entries(personal))(
  '%s belong to no repository: refused with an allowlist, sent without',
  async (_, send) => {
    await using closed = await withGitHub(() => json([]), { repos });
    expect(await failure(send(closed.github))).toMatchObject({ code: 'auth' });
    expect(closed.vendor.requests).toHaveLength(0);
    await using open = await withGitHub(() => json([]));
    await send(open.github);
    expect(open.vendor.requests).toHaveLength(1);
  },
);

test('what is no data of anybody is sent', async () => {
  await using given = await withGitHub(() => json({}), { repos });
  await given.github.rest('GET /user', {}, call);
  await given.github.rest('GET /rate_limit', {}, call);
  await given.github.rest('GET /users/{username}', { username: 'evil' }, call);
  expect(given.vendor.requests).toHaveLength(3);
});

const repository = (full_name: string) => ({
  id: 1,
  full_name,
  private: false,
  owner: { login: full_name.split('/')[0] },
});

test('rows of repositories outside never come back, whatever was searched', async () => {
  const url = (name: string) => `https://api.github.com/repos/${name}`;
  const items = [
    { title: 'in', repository_url: url('acme/app') },
    { title: 'out', repository_url: url('evil/app') },
    { title: 'denied', repository_url: url('acme/secret') },
    { title: 'code', repository: repository('acme/lib') },
    { title: 'code outside', repository: repository('evil/lib') },
    { title: 'of nobody knows' },
  ];
  await using given = await withGitHub(() => json({ total_count: 600, items }), { repos: ['acme/*', '!acme/secret'] });
  const { data, withheld } = await given.github.rest('GET /search/issues', { q: 'bug' }, call);
  expect(data).toEqual({ total_count: 2, items: [items[0], items[3]] });
  expect(withheld).toBe(4);
  expect(given.vendor.requests[0]?.url.searchParams.get('q')).toBe('bug user:acme');
});

test('listings of the account keep the rows inside', async () => {
  const rows = ['acme/app', 'evil/app', 'acme/secret'].map(repository);
  await using given = await withGitHub(() => json(rows), { repos });
  const { data, withheld } = await given.github.rest('GET /user/repos', {}, call);
  expect(data.map(({ full_name }) => full_name)).toEqual(['acme/app']);
  expect(withheld).toBe(2);
  const threads = rows.map((one) => ({ id: '1', repository: one }));
  await using inbox = await withGitHub(() => json(threads), { repos });
  expect((await inbox.github.rest('GET /notifications', {}, call)).data).toHaveLength(1);
});

test('a notification is touched when its repository is inside', async () => {
  const at = (full_name: string) =>
    withGitHub(
      ({ method }) => (method === 'GET' ? json({ id: '1', repository: repository(full_name) }) : { status: 205 }),
      { repos },
    );
  const thread = '/notifications/threads/{thread_id}' as const;
  const mark = async (github: GitHub) => {
    await github.rest(`PATCH ${thread}`, { thread_id: 1 }, call);
    await github.rest(`PUT ${thread}/subscription`, { thread_id: 1, ignored: true }, call);
  };
  await using inside = await at('acme/app');
  await mark(inside.github);
  await using evil = await at('evil/app');
  expect(await failure(mark(evil.github))).toMatchObject({ code: 'auth' });
  expect(evil.vendor.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('a repository that was renamed is what it is now: a redirect out of the allowlist is not followed', async () => {
  const moved = (now: string) =>
    withGitHub(
      ({ path }) => {
        if (path === '/repositories/7') return json(repository(now));
        if (path.startsWith('/repositories/7/')) return json([{ title: 'content' }]);
        return { status: 301, headers: { location: '/repositories/7/issues' } };
      },
      { repos },
    );
  const read = (github: GitHub) =>
    github.rest('GET /repos/{owner}/{repo}/issues', { owner: 'acme', repo: 'old' }, call);
  await using inside = await moved('acme/new');
  expect((await read(inside.github)).data).toEqual([{ title: 'content' }]);
  await using away = await moved('evil/new');
  const error = await failure(read(away.github));
  expect(error).toMatchObject({ code: 'auth' });
  expect(error.message).toContain('evil/new');
  expect(away.vendor.requests.map(({ path }) => path)).not.toContain('/repositories/7/issues');
});

test('a write to a repository that was renamed follows only inside, and 301 is said to be one', async () => {
  const moved = (status: number, now: string) =>
    withGitHub(
      ({ path }) => {
        if (path === '/repositories/7') return json(repository(now));
        return path.startsWith('/repositories/7/')
          ? json({ number: 1 })
          : { status, headers: { location: '/repositories/7/issues' } };
      },
      { repos },
    );
  const write = (github: GitHub) =>
    github.rest('POST /repos/{owner}/{repo}/issues', { owner: 'acme', repo: 'old', title: 'x' }, call);
  await using followed = await moved(307, 'acme/new');
  expect((await write(followed.github)).data.number).toBe(1);
  await using away = await moved(307, 'evil/new');
  expect(await failure(write(away.github))).toMatchObject({ code: 'auth' });
  expect(away.vendor.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  await using permanent = await moved(301, 'acme/new');
  expect(await failure(write(permanent.github))).toMatchObject({ code: 'conflict' });
});

test('a star is for what the name leads to: GitHub follows an old one without saying so', async () => {
  const at = (now: string) =>
    withGitHub(({ method }) => (method === 'GET' ? json(repository(now)) : { status: 204 }), { repos });
  const star = (github: GitHub, owner: string, repo: string) =>
    github.rest('PUT /user/starred/{owner}/{repo}', { owner, repo }, call);
  await using inside = await at('acme/new');
  await star(inside.github, 'acme', 'old');
  expect(inside.vendor.requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  for (const [owner, repo] of outside) {
    expect(await failure(star(inside.github, owner, repo))).toMatchObject({ code: 'auth' });
  }
  expect(inside.vendor.requests).toHaveLength(2);
  await using away = await at('evil/new');
  const error = await failure(star(away.github, 'acme', 'old'));
  expect([error.code, error.message]).toEqual(['auth', expect.stringContaining('evil/new')]);
  expect(away.vendor.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('an answer about another repository than asked for is refused', async () => {
  await using given = await withGitHub(() => json(repository('evil/app')), { repos });
  const error = await failure(given.github.rest('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'app' }, call));
  expect(error).toMatchObject({ code: 'auth' });
});

test('what a fork was made from is left out when it is outside', async () => {
  await using given = await withGitHub(
    () => json({ ...repository('acme/app'), parent: repository('evil/app'), source: repository('acme/lib') }),
    { repos },
  );
  const { data } = await given.github.rest('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'app' }, call);
  expect(data).not.toHaveProperty('parent');
  expect(data).toHaveProperty('source');
});

test('ids of issues are taken when the issue was read inside', async () => {
  const issue = { id: 42, number: 1, repository_url: 'https://api.github.com/repos/acme/app' };
  await using given = await withGitHub(() => json(issue), { repos, allowPublicAfterPrivate: true });
  const link = () =>
    given.github.rest(
      'POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues',
      { owner: 'acme', repo: 'app', issue_number: 2, sub_issue_id: 42 },
      call,
    );
  expect(await failure(link())).toMatchObject({ code: 'conflict' });
  await given.github.rest(
    'GET /repos/{owner}/{repo}/issues/{issue_number}',
    { owner: 'acme', repo: 'app', issue_number: 1 },
    call,
  );
  await link();
});

test('Enterprise Server is checked below its prefix', async () => {
  await using given = await withGitHub(() => json({}));
  const { github } = openPort(`${given.vendor.url}/api/v3`, { repos });
  await github.rest('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'app' }, call);
  expect(await failure(github.rest('GET /repos/{owner}/{repo}', { owner: 'evil', repo: 'app' }, call))).toMatchObject({
    code: 'auth',
  });
  expect(given.vendor.requests).toHaveLength(1);
});

test('a plan is refused like the call', async () => {
  await using given = await withGitHub(() => json({}), { repos });
  const plan = given.github.plan('POST /repos/{owner}/{repo}/issues', { owner: 'evil', repo: 'app', title: 'x' }, call);
  expect(await failure(plan)).toMatchObject({ code: 'auth' });
});

test('names are read in every form, and refused outside', async () => {
  await using given = await withGitHub(() => json({}), { repos, apiUrl: 'https://api.github.com' });
  const { github } = given;
  const expected = { owner: 'acme', repo: 'app.js' };
  for (const name of [
    'acme/app.js',
    ' acme/app.js ',
    'https://github.com/acme/app.js/issues/1',
    'git@github.com:acme/app.js.git',
  ])
    expect(github.repo(name)).toEqual(expected);
  for (const name of [
    'acme',
    'acme/',
    '/app',
    'acme/app/x',
    'acme/..',
    'https://evil.example/acme/app',
    'acme/ápp',
    'ac\u212ae/app',
  ])
    expect(() => github.repo(name)).toThrow(/repo:/);
  expect(() => github.repo('evil/app')).toThrow(/outside the allowlist/);
});

test('a download follows its redirect, without the credential on another host, and only to hosts of storage', async () => {
  await using given = await withGitHub(
    ({ path }) =>
      path.startsWith('/_codeload')
        ? { body: 'the bytes' }
        : { status: 302, headers: { location: '/_codeload/acme/app' } },
    { repos },
  );
  const archive = 'GET /repos/{owner}/{repo}/tarball/{ref}';
  const read = (github: GitHub) =>
    github.rest(archive, { owner: 'acme', repo: 'app', ref: 'main' }, { ...call, as: 'text' });
  expect((await read(given.github)).data).toBe('the bytes');
  await using away = await withGitHub(() => ({ status: 302, headers: { location: 'https://evil.example/x' } }), {
    repos,
  });
  expect(await failure(read(away.github))).toMatchObject({ code: 'auth' });
});
