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
  expect(await missing(client.repos.createRelease({ ...at, tag_name: 'v1' }))).toBe('contents=write');
  expect(await missing(client.actions.createWorkflowDispatch({ ...at, workflow_id: 'ci.yml', ref: 'main' }))).toBe(
    'actions=write',
  );
  await client.issues.listForRepo(at);
  const { response } = await refused(client.search.issuesAndPullRequests({ q: 'repo:acme/app x' }));
  expect(JSON.stringify(response.data)).toContain('is:issue');
  expect(sandbox.unknown).toEqual([]);
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
