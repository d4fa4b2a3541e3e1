import { expect, test } from 'vitest';
import { addIssue } from '../../sandbox/model/issue-store.ts';
import { nodeId } from '../../sandbox/model/node-id.ts';
import { rename } from '../../sandbox/model/settings.ts';
import { tools } from '../../src/tools/index.ts';
import { type Acceptance, factsOf, repositoryOf, withServer, writesOf } from './acceptance.fixture.ts';
import { addBeside } from './beside.fixture.ts';
import { type Call, readCalls, writeCalls } from './calls.fixture.ts';
import { accountOf, addOutside, canary } from './outside.fixture.ts';

const offered = new Set(tools.map(({ name }) => name));
const allowing = (...repos: string[]) => ({ github: { repos } });

/** GitHub with acme/engine inside the allowlist, and acme/outside (public) and acme/hidden (private) outside of it. */
async function withWall() {
  const server = await withServer(allowing('acme/engine'));
  const { sandbox } = server;
  addIssue(sandbox.state, repositoryOf(sandbox, 'acme/engine'), {
    author: accountOf(sandbox, 'grace'),
    title: 'Inside',
    body: 'Inside',
  });
  return { server, open: addOutside(sandbox, 'outside', 'public'), hidden: addOutside(sandbox, 'hidden', 'private') };
}

/** Questions of the policy itself: who it is, what an id belongs to. */
const isLookup = ({ path, body }: { path: string; body: unknown }) =>
  /^\/(user|rate_limit|repositories\/\d+)$/.test(path) ||
  (path === '/graphql' && /^\s*query (Places|Viewer|Nodes?)/.test(String((body as { query?: string }).query)));

function expectUntouched({ sandbox }: Acceptance, what: string, from = 0): void {
  const sent = sandbox.requests.slice(from).filter((request) => !isLookup(request));
  expect
    .soft(
      sent.map(({ method, path, query }) => `${method} ${path} ${JSON.stringify(query)}`),
      what,
    )
    .toEqual([]);
}

test.each(['outside', 'hidden'] as const)('no tool reads or writes acme/%s, however it is named', async (which) => {
  const { server, open, hidden } = await withWall();
  await using _ = server;
  const { issue, pull, run } = which === 'outside' ? open : hidden;
  const facts = factsOf(server.sandbox);
  const job = run.jobs[0]?.id ?? 0;
  const there = { ...facts, large: pull, conflicting: pull, huge: pull, run: run.id, job };
  const before = { comment_id: String(issue.comments[0]?.id), number: 1, head: pull.pull.head.sha };
  const calls: Call[] = [
    ...readCalls(there),
    ...writeCalls(there, { talk: 3, thread: 'x' }).map(
      ([tool, args]): Call => [tool, typeof args === 'function' ? args(before) : args],
    ),
  ];
  const forms = [
    ...[`acme/${which}`, `ACME/${which.toUpperCase()}`, `https://github.com/acme/${which}`],
    ...[`https://github.com/acme/${which}/issues/1`, `acme/${which}.git`],
  ];
  for (const [tool, args] of calls) {
    if (!offered.has(tool)) continue;
    for (const form of forms) {
      const { filters } = args as { filters?: Record<string, unknown> };
      const given = 'repo' in args ? { ...args, repo: form } : { ...args, filters: { ...filters, repo: form } };
      if (!('repo' in args) && tool !== 'github_search') continue;
      const { length } = server.sandbox.requests;
      const { isError, text } = await server.call(tool, given);
      const what = `${tool} ${JSON.stringify(given)}: ${text}`;
      expect.soft(isError, what).toBe(true);
      expect.soft(text, what).not.toContain(canary);
      expectUntouched(server, what, length);
    }
  }
});

test('searches everywhere leave out what is outside, and cannot be turned to it', async () => {
  const { server } = await withWall();
  await using _ = server;
  for (const kind of ['repositories', 'code', 'issues', 'pulls', 'commits', 'discussions']) {
    for (const query of [canary, 'shapes', 'draw']) {
      const { text } = await server.call('github_search', { kind, query });
      expect.soft(text.replace(/ for: .*/, ''), `${kind} ${query}`).not.toContain(canary === query ? 'XYZZY ' : canary);
      expect.soft(text, `${kind} ${query}`).not.toMatch(/acme\/(outside|hidden)|ada\/notes|KEY=value/);
    }
    for (const query of ['x repo:acme/outside', 'x repo:"acme/hidden"', 'x OR repo:acme/outside', 'x user:linus']) {
      const { length } = server.sandbox.requests;
      const { text } = await server.call('github_search', { kind, query });
      expect.soft(text, `${kind} ${query}`).not.toContain(canary);
      for (const sent of server.sandbox.requests.slice(length))
        expect.soft(sent.query.q ?? '', `${kind} ${query}`).toMatch(/^$|repo:acme\/engine/);
    }
  }
  expect(writesOf(server.sandbox)).toEqual([]);
});

test.each(['outside', 'hidden'] as const)(
  'a name inside that leads to acme/%s by a redirect is refused',
  async (which) => {
    await using server = await withServer(allowing('acme/engine', 'acme/former'));
    const { repository, issue, pull, run } = addOutside(
      server.sandbox,
      'former',
      which === 'hidden' ? 'private' : 'public',
    );
    rename(server.sandbox.state, repository, { name: which });
    const facts = factsOf(server.sandbox);
    const there = { ...facts, large: pull, conflicting: pull, huge: pull, run: run.id, job: run.jobs[0]?.id ?? 0 };
    const before = { comment_id: String(issue.comments[0]?.id), number: 1, head: pull.pull.head.sha };
    for (const [tool, args] of [...readCalls(there), ...writeCalls(there, { talk: 3, thread: 'x' })]) {
      const given = typeof args === 'function' ? args(before) : args;
      if (!offered.has(tool) || given.repo === undefined) continue;
      const call = tool === 'github_history' ? { repo: 'acme/former', ref: 'main' } : { ...given, repo: 'acme/former' };
      const { isError, text } = await server.call(tool, call);
      expect.soft(text, tool).not.toContain(canary);
      // A plan is not sent.
      if (!given.dry_run) expect.soft(isError, `${tool} ${text}`).toBe(true);
    }
    const done = writesOf(server.sandbox).filter(({ status }) => status < 300);
    expect(done.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  },
);

test('a repository that was transferred away is not followed', async () => {
  await using server = await withServer(allowing('acme/former'));
  const { repository } = addOutside(server.sandbox, 'former', 'public');
  rename(server.sandbox.state, repository, { owner: accountOf(server.sandbox, 'linus') });
  for (const tool of ['github_repo', 'github_tree', 'github_history', 'github_list_issues', 'github_list_pulls']) {
    const { isError, text } = await server.call(tool, { repo: 'acme/former' });
    expect.soft([isError, text.includes(canary)], `${tool} ${text}`).toEqual([true, false]);
  }
});

test('forks of what is inside are outside', async () => {
  const { server } = await withWall();
  await using _ = server;
  for (const call of [
    ['github_repo', { repo: 'linus/engine' }],
    ['github_read_files', { repo: 'linus/engine', ref: 'faster', files: [{ path: 'src/fast.ts' }] }],
    ['github_history', { repo: 'acme/engine', show: 'compare', base: 'main', head: 'linus:faster' }],
    ['github_history', { repo: 'acme/engine', show: 'compare', base: 'linus:faster', head: 'main' }],
    ['github_history', { repo: 'acme/engine', show: 'compare', base: 'main', head: 'linus:engine:faster' }],
  ] as const) {
    const { text } = await server.call(call[0], call[1]);
    expect.soft(text, JSON.stringify(call)).not.toMatch(/fast = true|Draw faster|src\/fast\.ts/);
  }
});

test('ids, cursors and references of others lead nowhere', async () => {
  const { server, open, hidden } = await withWall();
  await using _ = server;
  const free = await server.another();
  const repo = 'acme/engine';
  for (const { repository, issue, pull, discussion, reply, thread } of [open, hidden]) {
    const name = `acme/${repository.name}`;
    const ids = [
      ...[nodeId('PullRequestReviewThread', thread?.id ?? 0), nodeId('DiscussionComment', reply.id)],
      ...[nodeId('Discussion', discussion.id), nodeId('Issue', issue.id)],
    ];
    const calls: Call[] = [
      ...ids.map((id): Call => ['github_pull_review', { repo, number: 1, resolve: [id] }]),
      ...ids.map(
        (comment_id): Call => [
          'github_comment_write',
          { repo, action: 'edit', on: 'discussion', number: 1, comment_id, body: 'changed' },
        ],
      ),
      ['github_comment_write', { repo, action: 'edit', comment_id: String(issue.comments[0]?.id), body: 'changed' }],
      ['github_issue_links_write', { repo, number: 1, kind: 'sub_issue', issues: [`${name}#${issue.number}`] }],
      ['github_issue_links_write', { repo, number: 1, kind: 'duplicate_of', issues: [`${name}#${issue.number}`] }],
      ['github_job_logs', { repo, job_id: open.run.jobs[0]?.id }],
      ['github_read_files', { repo, ref: pull.pull.head.sha, files: [{ path: 'README.md' }] }],
    ];
    for (const [tool, args] of [
      ['github_list_issues', { repo: name, limit: 1, state: 'all' }],
      ['github_tree', { repo: name, max_chars: 500 }],
      ['github_history', { repo: name, limit: 1 }],
    ] as const) {
      const { next_cursor: cursor } = (await free(tool, args)).data;
      if (cursor !== undefined) calls.push([tool, { cursor }]);
    }
    for (const [tool, args] of calls) {
      const { text } = await server.call(tool, args);
      expect.soft(text, `${tool} ${JSON.stringify(args)}`).not.toContain(canary);
    }
    expect(issue.comments[0]?.body).toContain(canary);
    expect(reply.body).toContain(canary);
    expect(thread?.resolvedBy).toBeUndefined();
    expect(issue.parent).toBeUndefined();
  }
});

test('what mentions an issue inside from outside is not told', async () => {
  const { server, open } = await withWall();
  await using _ = server;
  const include = ['comments', 'timeline', 'sub_issues', 'parent', 'blocked_by', 'blocking', 'linked_pulls'];
  const beside = addBeside(server.sandbox, { repository: open.repository, text: `${canary} words` });
  const { text, isError } = await server.call('github_issue', { repo: 'acme/engine', number: 1, include });
  expect(isError, text).toBe(false);
  expect(text).not.toContain(canary);
  const calls: Call[] = [
    ...['github_notifications', 'github_gists', 'github_whoami'].map((tool): Call => [tool, {}]),
    ['github_notifications', { all: true }],
    ['github_repo', { repo: 'acme/engine', include: ['branches', 'tags', 'releases'] }],
    ['github_gists', { gist_id: beside.gist }],
    ['github_projects', { owner: 'acme' }],
    ['github_projects', { owner: 'acme', number: beside.project }],
    ['github_security', { repo: 'acme/outside', kind: 'code_scanning' }],
  ];
  for (const [tool, args] of calls) {
    if (!offered.has(tool)) continue;
    expect.soft((await server.call(tool, args)).text, tool).not.toContain(canary);
  }
});
