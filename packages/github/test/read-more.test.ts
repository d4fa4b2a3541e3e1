import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { addCodeAlert, addSecretAlert } from '../sandbox/model/alerts.ts';
import { addDiscussion, addDiscussionComment } from '../sandbox/model/discussions.ts';
import { addGist } from '../sandbox/model/gists.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { nodeId } from '../sandbox/model/node-id.ts';
import { notify } from '../sandbox/model/notifications.ts';
import { addDraftItem, addProject, addProjectItem, setProjectValue } from '../sandbox/model/projects.ts';
import { githubDiscussions } from '../src/tools/github-discussions.ts';
import { githubGists } from '../src/tools/github-gists.ts';
import { githubNotifications } from '../src/tools/github-notifications.ts';
import { githubProjects } from '../src/tools/github-projects.ts';
import { githubSecurity } from '../src/tools/github-security.ts';
import { withWorld } from './read.fixture.ts';

const tools = [githubDiscussions, githubNotifications, githubGists, githubProjects, githubSecurity];
type Row = Record<string, unknown>;
const rowsOf = (data: Row) => data.rows as Row[];

test('discussions page by page, by category; one with its comments and replies', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x' }, { hasDiscussions: true });
  const bob = addAccount(state, { login: 'bob' });
  for (let n = 0; n < 12; n += 1) {
    addDiscussion(state, repository, {
      author: bob,
      title: `Topic ${n}`,
      body: `Body ${n}`,
      category: n % 2 ? 'q-a' : 'general',
    });
  }
  const ask = async (args: Row) => {
    const answer = await world.call('github_discussions', args);
    expect(answer.isError, answer.text).toBe(false);
    return answer;
  };
  const seen: unknown[] = [];
  let args: Row = { repo: 'ada/site', limit: 5 };
  for (;;) {
    const { data } = await ask(args);
    seen.push(...rowsOf(data).map(({ number }) => number));
    if (data.next_cursor === undefined) break;
    args = { cursor: data.next_cursor, limit: 5 };
  }
  expect(new Set(seen).size).toBe(12);
  expect(rowsOf((await ask({ repo: 'ada/site', category: 'q&a' })).data)).toHaveLength(6);
  const wrong = await world.call('github_discussions', { repo: 'ada/site', category: 'generel' });
  expect(wrong.text).toContain('Did you mean "General"');

  const discussion = addDiscussion(state, repository, { author: bob, title: 'How?', body: 'Like <this>\u202e?' });
  const comment = addDiscussionComment(state, discussion, { author: world.ada, body: 'So.' });
  const reply = addDiscussionComment(state, discussion, { author: bob, body: 'Thanks', replyTo: comment });
  const one = await ask({ repo: 'ada/site', number: discussion.number });
  expect(one.data).toMatchObject({
    body: 'Like <this>\u202e?',
    discussion: { title: 'How?', author: 'bob' },
    total: 1,
  });
  expect(rowsOf(one.data)).toMatchObject([
    {
      ...{ author: 'ada', body: 'So.', comment_id: nodeId('DiscussionComment', comment.id) },
      comments: [{ author: 'bob', body: 'Thanks', comment_id: nodeId('DiscussionComment', reply.id) }],
    },
  ]);
  expect(one.text).toContain(`(comment_id ${nodeId('DiscussionComment', reply.id)}): Thanks`);
  expect(one.text).toContain('Like <this>⟨U+202E⟩?');
  expect(world.sandbox.unknown).toEqual([]);
});

test('where discussions are switched off, that is said', async () => {
  await using world = await withWorld(tools);
  world.repository({ a: 'x' }, { hasDiscussions: false });
  const off = 'Discussions are switched off in ada/site';
  const asked = [{}, { category: 'General' }, { number: 1 }];
  for (const more of asked) {
    const answer = await world.call('github_discussions', { repo: 'ada/site', ...more });
    expect(answer.text, JSON.stringify(more)).toContain(off);
  }
  expect(world.sandbox.unknown).toEqual([]);
});

test('notifications of all repositories or one, without reading them', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const bob = addAccount(state, { login: 'bob' });
  const one = world.repository({ a: 'x' });
  const other = world.repository({ a: 'x' }, { name: 'other' });
  for (const repository of [one, other]) {
    const issue = addIssue(state, repository, { author: bob, title: `Look at ${repository.name}` });
    notify(state, world.ada, { issue, reason: 'mention' });
  }
  const all = await world.call('github_notifications');
  expect(all.isError, all.text).toBe(false);
  expect(rowsOf(all.data)).toHaveLength(2);
  const mine = await world.call('github_notifications', { repo: 'ada/other' });
  expect(rowsOf(mine.data)).toMatchObject([
    {
      repo: 'ada/other',
      number: 1,
      title: 'Look at other',
      reason: 'mention',
      unread: true,
      thread_id: expect.any(String),
    },
  ]);
  expect(rowsOf((await world.call('github_notifications')).data)).toHaveLength(2);
  expect(world.sandbox.unknown).toEqual([]);
});

test('gists, and the files of one within the budget', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const long = Array.from({ length: 2000 }, (_, n) => `line ${n}\n`).join('');
  const gist = addGist(state, { owner: world.ada, description: 'Notes', files: { 'a.txt': long, 'b.txt': 'short' } });
  const listed = await world.call('github_gists');
  expect(rowsOf(listed.data)).toMatchObject([
    { gist_id: gist.id, title: 'Notes', secret: true, files: ['a.txt', 'b.txt'] },
  ]);
  let whole = '';
  for (let from: number | undefined = 1; from; ) {
    const { data, isError, text } = await world.call('github_gists', { gist_id: gist.id, from, max_chars: 5000 });
    expect(isError, text).toBe(false);
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(5000);
    const [file] = data.files as { content?: string; next_from?: number }[];
    whole += file?.content ?? '';
    from = file?.next_from;
  }
  expect(whole).toBe(long);
  expect(world.sandbox.unknown).toEqual([]);
});

test('projects, and the fields and items of one', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x' });
  const issue = addIssue(state, repository, { author: world.ada, title: 'Do it' });
  const project = addProject(state, { owner: world.ada, creator: world.ada, title: 'Plan' });
  const item = addProjectItem(state, project, { issue, by: world.ada });
  addDraftItem(state, project, { title: 'An idea', by: world.ada });
  const status = project.fields.find(({ name }) => name === 'Status');
  if (status) setProjectValue(state, { project, item, field: status }, { value: status.options[1]?.id, by: world.ada });
  const listed = await world.call('github_projects', { owner: 'ada' });
  expect(listed.isError, listed.text).toBe(false);
  expect(rowsOf(listed.data)).toMatchObject([{ number: 1, title: 'Plan', items: 2 }]);
  const one = await world.call('github_projects', { owner: 'ada', number: 1 });
  expect(one.isError, one.text).toBe(false);
  expect(rowsOf(one.data)).toMatchObject([
    { repo: 'ada/site', number: 1, title: 'Do it', state: 'open' },
    { title: 'An idea' },
  ]);
  expect((one.data.fields as Row[]).map(({ name }) => name)).toContain('Status');
  expect(one.text).toContain('In Progress (');
  expect((await world.call('github_projects', { owner: 'ada', number: 9 })).isError).toBe(true);
  expect(world.sandbox.unknown).toEqual([]);
});

test('security alerts by kind, page by page, never with the secret itself', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x' });
  const commit = repository.refs.get('refs/heads/main') ?? '';
  for (let n = 0; n < 5; n += 1) {
    const rule = { id: 'js/xss', name: 'xss', description: 'Cross-site scripting', severity: 'high' } as const;
    const place = { commit, ref: 'refs/heads/main', path: 'a', startLine: n + 1, endLine: n + 1 };
    addCodeAlert(state, repository, { rule, tool: 'CodeQL', message: 'unsafe', ...place });
  }
  const secret = 'ghp_theSecretItself';
  const found = {
    secretType: 'github_token',
    displayName: 'GitHub token',
    validity: 'active',
    path: 'a',
    line: 1,
  } as const;
  addSecretAlert(state, repository, { ...found, secret, commit, blob: commit });
  const first = await world.call('github_security', { repo: 'ada/site', kind: 'code_scanning', limit: 3 });
  expect(first.isError, first.text).toBe(false);
  expect(rowsOf(first.data)[0]).toMatchObject({ rule: 'js/xss', severity: 'high', path: 'a', state: 'open' });
  const second = await world.call('github_security', { cursor: first.data.next_cursor, limit: 3 });
  expect(new Set([...rowsOf(first.data), ...rowsOf(second.data)].map(({ number }) => number)).size).toBe(5);
  const secrets = await world.call('github_security', { repo: 'ada/site', kind: 'secret_scanning' });
  expect(rowsOf(secrets.data)).toMatchObject([{ title: 'GitHub token', validity: 'active' }]);
  expect(JSON.stringify(secrets)).not.toContain(secret);
  for (const kind of ['dependabot', 'advisories']) {
    const { data, isError, text } = await world.call('github_security', { repo: 'ada/site', kind });
    expect(isError, text).toBe(false);
    expect(data.rows).toEqual([]);
  }
  expect(world.sandbox.unknown).toEqual([]);
});
