import { expect, test } from 'vitest';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { githubSearch } from '../src/tools/github-search.ts';
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
