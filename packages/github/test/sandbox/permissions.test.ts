import { expect, test } from 'vitest';
import { addComment, addIssue } from '../../sandbox/model/issue-store.ts';
import { addRepository } from '../../sandbox/model/repository.ts';
import { addToken } from '../../sandbox/model/tokens.ts';
import { clientOf, withStage } from './collaboration.fixture.ts';

interface Refused {
  readonly status: number;
  readonly response: {
    readonly headers: Readonly<Record<string, string>>;
    readonly data: { readonly message: string };
  };
}

const refused = (call: Promise<unknown>): Promise<Refused> =>
  call.then(
    () => {
      throw new Error('The call was not refused');
    },
    (error: Refused) => error,
  );

test('a token without a permission is refused with the name of the one it lacks', async () => {
  await using stage = await withStage();
  const { sandbox, at, ada } = stage;
  const permissions = { issues: 'read', contents: 'read' } as const;
  addToken(sandbox.state, { value: 'github_pat_read', user: ada, permissions });
  const client = clientOf(sandbox, 'github_pat_read').rest;
  const missing = async (call: Promise<unknown>) => {
    const { status, response } = await refused(call);
    expect(status).toBe(403);
    expect(response.data.message).toBe('Resource not accessible by personal access token');
    return response.headers['x-accepted-github-permissions'];
  };
  expect(await missing(client.issues.create({ ...at, title: 'x' }))).toContain('issues=write');
  expect(await missing(client.pulls.create({ ...at, title: 'x', head: 'a', base: 'main' }))).toBe(
    'pull_requests=write',
  );
  expect(await missing(client.repos.createRelease({ ...at, tag_name: 'v1' }))).toBe(
    'contents=write; contents=write,workflows=write',
  );
  expect(await missing(client.actions.createWorkflowDispatch({ ...at, workflow_id: 'ci.yml', ref: 'main' }))).toBe(
    'actions=write',
  );
  await client.issues.listForRepo(at);
  const { response } = await refused(client.search.issuesAndPullRequests({ q: 'repo:acme/app x' }));
  expect(JSON.stringify(response.data)).toContain('is:issue');
  expect(sandbox.unknown).toEqual([]);
});

test('of alternatives one is enough, of permissions together all are needed, and some routes take none', async () => {
  await using stage = await withStage();
  const { sandbox, at, app, ada } = stage;
  const withThese = (value: string, permissions: Record<string, 'read' | 'write'>) => {
    addToken(sandbox.state, { value, user: ada, permissions });
    return clientOf(sandbox, value).rest;
  };
  app.visibility = 'private';
  const pulls = withThese('github_pat_pulls', { pull_requests: 'write' });
  expect((await pulls.issues.createLabel({ ...at, name: 'new' })).status).toBe(201);
  const issue = await refused(pulls.issues.create({ ...at, title: 'x' }));
  expect(issue.response.headers['x-accepted-github-permissions']).toBe('issues=write');
  const fork = await refused(withThese('github_pat_admin', { administration: 'write' }).repos.createFork(at));
  expect(fork.response.headers['x-accepted-github-permissions']).toBe('administration=write,contents=read');
  expect((await refused(pulls.checks.listForRef({ ...at, ref: 'main' }))).status).toBe(403);
  expect((await pulls.repos.listCollaborators(at)).headers['x-accepted-github-permissions']).toBe('metadata=read');
  expect((await pulls.gists.list()).headers['x-accepted-github-permissions']).toBe('allows_permissionless_access=true');
  const inbox = await refused(pulls.activity.listNotificationsForAuthenticatedUser());
  expect([inbox.status, inbox.response.headers['x-accepted-github-permissions']]).toEqual([403, undefined]);
  expect(sandbox.unknown).toEqual([]);
});

test('alerts of a public repository take their permission, its issues take none', async () => {
  await using stage = await withStage();
  const { sandbox, at, ada } = stage;
  addToken(sandbox.state, { value: 'github_pat_bare', user: ada, permissions: {} });
  const client = clientOf(sandbox, 'github_pat_bare').rest;
  expect((await client.issues.listForRepo(at)).data).toEqual([]);
  const alerts = await refused(client.dependabot.listAlertsForRepo(at));
  expect([alerts.status, alerts.response.headers['x-accepted-github-permissions']]).toEqual([
    ...[403, 'vulnerability_alerts=read'],
  ]);
});

test('the default branch takes more to be renamed than another', async () => {
  await using stage = await withStage();
  const { sandbox, at, ada } = stage;
  addToken(sandbox.state, { value: 'github_pat_contents', user: ada, permissions: { contents: 'write' } });
  const client = clientOf(sandbox, 'github_pat_contents').rest;
  const { data } = await client.git.getRef({ ...at, ref: 'heads/main' });
  await client.git.createRef({ ...at, ref: 'refs/heads/other', sha: data.object.sha });
  expect((await client.repos.renameBranch({ ...at, branch: 'other', new_name: 'another' })).status).toBe(201);
  expect((await refused(client.repos.renameBranch({ ...at, branch: 'main', new_name: 'trunk' }))).status).toBe(403);
});

test('a classic token without repo cannot write, and without notifications cannot read the inbox', async () => {
  await using stage = await withStage();
  const { sandbox, at, ada } = stage;
  addToken(sandbox.state, { value: 'ghp_little', user: ada, scopes: ['read:user'] });
  const client = clientOf(sandbox, 'ghp_little').rest;
  const accepted = async (call: Promise<unknown>) => {
    const { status, response } = await refused(call);
    expect(status).toBe(404);
    return response.headers['x-accepted-oauth-scopes'];
  };
  expect(await accepted(client.issues.create({ ...at, title: 'x' }))).toContain('repo');
  expect(await accepted(client.activity.listNotificationsForAuthenticatedUser())).toBe('notifications, repo');
  expect(await accepted(client.gists.create({ files: { a: { content: 'a' } } }))).toBe('gist');
  const anonymous = clientOf(sandbox).rest;
  expect((await anonymous.issues.listForRepo(at)).data).toEqual([]);
  expect((await refused(anonymous.issues.create({ ...at, title: 'x' }))).status).toBe(401);
  expect(sandbox.unknown).toEqual([]);
});

test('references from private repositories are shown to those who can see them', async () => {
  await using stage = await withStage();
  const { sandbox, at, app, ada, asAda, asEve } = stage;
  const hidden = addRepository(sandbox.state, { owner: app.owner, name: 'hidden', visibility: 'private' });
  const issue = addIssue(sandbox.state, app, { author: ada, title: 'Open' });
  const secret = addIssue(sandbox.state, hidden, { author: ada, title: 'Secret' });
  addComment(sandbox.state, secret, { author: ada, body: 'See acme/app#1' });
  const timeline = { ...at, issue_number: issue.number };
  expect((await asAda.rest.issues.listEventsForTimeline(timeline)).data.length).toBe(1);
  expect((await asEve.rest.issues.listEventsForTimeline(timeline)).data).toEqual([]);
  const found = (await asEve.rest.search.issuesAndPullRequests({ q: 'Secret' })).data;
  expect(found.total_count).toBe(0);
  app.hasIssues = false;
  expect((await refused(asAda.rest.issues.get(timeline))).status).toBe(410);
  app.archived = true;
  app.hasIssues = true;
  const late = await refused(asAda.rest.issues.createComment({ ...timeline, body: 'late' }));
  expect(late.response.data.message).toContain('archived');
  expect(sandbox.unknown).toEqual([]);
});

test('lists carry page links and answer 304 to what is known', async () => {
  await using stage = await withStage();
  const { sandbox, app, ada, asAda, at } = stage;
  for (const n of [1, 2, 3]) addIssue(sandbox.state, app, { author: ada, title: `${n}` });
  const first = await asAda.rest.issues.listForRepo({ ...at, per_page: 2 });
  expect(first.headers.link).toContain('rel="next"');
  const again = asAda.rest.issues.listForRepo({
    ...at,
    per_page: 2,
    headers: { 'if-none-match': first.headers.etag ?? '' },
  });
  expect((await refused(again)).status).toBe(304);
  expect((await asAda.paginate(asAda.rest.issues.listForRepo, { ...at, per_page: 2 })).length).toBe(3);
  expect(sandbox.unknown).toEqual([]);
});
