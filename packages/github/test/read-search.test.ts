import { expect, test } from 'vitest';
import { addOrganization } from '../sandbox/model/accounts.ts';
import { addDiscussion } from '../sandbox/model/discussions.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { githubNotifications } from '../src/tools/github-notifications.ts';
import { githubSearch } from '../src/tools/github-search.ts';
import { withMissingNotes } from '../src/tools/missing-notes.ts';
import { withWorld } from './read.fixture.ts';

const tools = [githubSearch];
type Row = Record<string, unknown>;
const rowsOf = (data: Row) => data.rows as Row[];

test('repositories, code with its lines, issues, commits and people are found', async () => {
  await using world = await withWorld(tools);
  const repository = world.repository(
    { 'src/a.ts': 'const one = 1;\nexport const needle = 2;\n' },
    { name: 'site', description: 'A site' },
  );
  addIssue(world.sandbox.state, repository, { author: world.ada, title: 'It crashes\u202e', body: 'x' });
  const ask = async (args: Row) => {
    const answer = await world.call('github_search', args);
    expect(answer.isError, answer.text).toBe(false);
    return answer;
  };
  expect(rowsOf((await ask({ kind: 'repositories', query: 'site' })).data)).toMatchObject([
    { repo: 'ada/site', description: 'A site' },
  ]);
  const code = await ask({ kind: 'code', query: 'needle', filters: { repo: 'ada/site' } });
  expect(rowsOf(code.data)).toMatchObject([{ path: 'src/a.ts', lines: ['export const needle = 2;'] }]);
  const issues = await ask({ kind: 'issues', query: 'crashes', filters: { repo: 'ada/site', state: 'open' } });
  expect(issues.data).toMatchObject({ total: 1, search: 'crashes repo:ada/site is:open is:issue' });
  expect(issues.text).toContain('It crashes⟨U+202E⟩');
  expect(rowsOf((await ask({ kind: 'commits', query: 'First', filters: { repo: 'ada/site' } })).data)).toMatchObject([
    { title: 'First' },
  ]);
  expect(rowsOf((await ask({ kind: 'users', query: 'ada' })).data)).toMatchObject([{ login: 'ada' }]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a search that GitHub could not finish says so, one in a repository that is not there too', async () => {
  await using world = await withWorld(tools);
  world.repository({ a: 'x' });
  world.sandbox.state.searchTimesOut = true;
  const answer = await world.call('github_search', { kind: 'repositories', query: 'site' });
  expect(answer.data.incomplete).toBe(true);
  const nowhere = await world.call('github_search', { kind: 'issues', query: 'x', filters: { repo: 'ada/none' } });
  expect(nowhere.isError).toBe(true);
  expect(nowhere.text).toContain('Check that the repository');
});

test('alternatives among the words of a search for issues do not reach over its filters', async () => {
  await using world = await withWorld(tools);
  const site = world.repository({ a: 'x' }, { name: 'site' });
  const other = world.repository({ a: 'x' }, { name: 'other' });
  for (const repository of [site, other]) {
    for (const title of ['Apple', 'Pear', 'Plum']) {
      addIssue(world.sandbox.state, repository, { author: world.ada, title, body: null });
    }
  }
  const { data } = await world.call('github_search', {
    ...{ kind: 'issues', query: 'apple OR pear', filters: { repo: 'ada/site' } },
  });
  expect(data).toMatchObject({ search: '(apple OR pear) repo:ada/site is:issue' });
  expect(rowsOf(data).map(({ repo, title }) => `${repo} ${title}`)).toEqual(['ada/site Pear', 'ada/site Apple']);
  expect(world.sandbox.unknown).toEqual([]);
});

test('results that single sign-on hides are said to be missing, of every list alike', async () => {
  await using world = await withWorld([githubSearch, githubNotifications].map(withMissingNotes));
  const { state } = world.sandbox;
  const acme = addOrganization(state, { login: 'acme' }, [[world.ada, 'member']]);
  world.repository({ a: 'needle' }, { owner: acme, name: 'app' });
  world.repository({ a: 'needle' }, { name: 'site' });
  const search = { kind: 'code', query: 'needle' };
  expect((await world.call('github_search', search)).data).toMatchObject({ total: 2, notes: [] });
  acme.saml = true;
  for (const [tool, args] of [
    ['github_search', search],
    ['github_search', { kind: 'issues', query: 'needle' }],
    ['github_notifications', {}],
  ] as const) {
    const answer = await world.call(tool, args);
    expect(answer.isError, answer.text).toBe(false);
    expect(answer.text).toContain(`an organisation with single sign-on are missing (id ${acme.id})`);
  }
  expect((await world.call('github_search', search)).data).toMatchObject({ total: 1 });
});

test('discussions outside the allowlist are left out, said to be so, and not counted', async () => {
  await using world = await withWorld(tools, { repos: ['ada/*', '!ada/closed'] });
  const { state } = world.sandbox;
  for (const name of ['site', 'closed']) {
    const repository = world.repository({ a: 'x' }, { name, hasDiscussions: true });
    addDiscussion(state, repository, { author: world.ada, title: 'A needle', body: 'x', category: 'general' });
  }
  const { data } = await world.call('github_search', { kind: 'discussions', query: 'needle' });
  expect(rowsOf(data)).toMatchObject([{ repo: 'ada/site' }]);
  expect(data.total).toBeUndefined();
  expect(data.notes).toEqual(['1 result is outside the repositories that this server may touch.']);
});
