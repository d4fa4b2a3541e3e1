import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import { setLabels } from '../sandbox/model/issue-changes.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { addLabel, addMilestone } from '../sandbox/model/milestones.ts';
import { openPull } from '../sandbox/model/pulls.ts';
import { githubListIssues } from '../src/tools/github-list-issues.ts';
import { githubListPulls } from '../src/tools/github-list-pulls.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

const tools = [githubListIssues, githubListPulls];
type Row = Record<string, unknown>;
const numbersOf = (data: Row) => (data.rows as Row[]).map(({ number }) => number);

/** Issues and pull requests in turn, so that each list has to leave out the other. */
function withThreads(world: ReadWorld, { issues, pulls }: { issues: number; pulls: number }) {
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x\n' });
  const bug = addLabel(state, repository, { name: 'needs triage', color: 'ff0000' } as never);
  for (let n = 0; n < Math.max(issues, pulls); n += 1) {
    if (n < issues) {
      const issue = addIssue(state, repository, { author: world.ada, title: `Issue ${n}`, body: `Body ${n}` });
      if (n % 2 === 0) setLabels(state, issue, { labels: [bug], actor: world.ada } as never);
    }
    if (n < pulls) {
      commitFiles(state, repository, { branch: `b${n}`, message: 'x', files: { [`f${n}`]: 'x\n' }, author: world.ada });
      openPull(state, repository, {
        author: world.ada,
        title: `Pull ${n}`,
        head: `b${n}`,
        base: 'main',
        draft: n % 3 === 0,
      });
    }
  }
  return repository;
}

test('issues come without pull requests, page by page the whole, however small the budget', async () => {
  await using world = await withWorld(tools);
  withThreads(world, { issues: 15, pulls: 12 });
  const seen: unknown[] = [];
  let args: Row = { repo: 'ada/site', limit: 4, max_chars: 1500 };
  for (;;) {
    const { data, text, isError } = await world.call('github_list_issues', args);
    expect(isError, text).toBe(false);
    expect(text).not.toContain('Pull ');
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(1500);
    seen.push(...(data.rows as Row[]).map(({ title }) => title));
    if (data.next_cursor === undefined) break;
    args = { cursor: data.next_cursor, limit: 4, max_chars: 1500 };
  }
  expect(seen).toEqual(Array.from({ length: 15 }, (_, n) => `Issue ${14 - n}`));
  expect(world.sandbox.unknown).toEqual([]);
});

test('filters reach GitHub, fields are honoured exactly, a milestone has a title', async () => {
  await using world = await withWorld(tools);
  const repository = withThreads(world, { issues: 6, pulls: 1 });
  const { state } = world.sandbox;
  addMilestone(state, repository, { title: 'Version 1', creator: world.ada } as never);
  const ask = async (args: Row) => world.call('github_list_issues', { repo: 'ada/site', ...args });
  const labelled = await ask({ filters: { labels: ['needs triage'] }, fields: ['number', 'labels', 'body'] });
  expect(labelled.data.rows).toHaveLength(3);
  expect((labelled.data.rows as Row[])[0]).toEqual({
    number: expect.any(Number),
    labels: ['needs triage'],
    body: 'Body 4',
  });
  expect((await ask({ filters: { author: 'nobody' } })).text).toContain('nobody');
  expect((await ask({ filters: { milestone: 'Version 1' } })).data.notes).toEqual(['No issues match.']);
  expect((await ask({ filters: { milestone: 'Versoin 1' } })).text).toContain('Did you mean "Version 1"');
  expect((await ask({ fields: ['titel'] })).text).toContain('Did you mean title');
  const first = await ask({ limit: 2 });
  const other = await world.call('github_list_issues', { cursor: first.data.next_cursor, state: 'closed' });
  expect(other.text).toContain('different: state');
});

test('pull requests by what GitHub cannot filter by, and merged ones', async () => {
  await using world = await withWorld(tools);
  withThreads(world, { issues: 3, pulls: 9 });
  const ask = async (args: Row) => (await world.call('github_list_pulls', { repo: 'ada/site', ...args })).data;
  expect(await ask({})).toMatchObject({
    rows: expect.arrayContaining([expect.objectContaining({ head: 'b8', base: 'main' })]),
  });
  expect((await ask({ filters: { draft: true } })).rows).toHaveLength(3);
  expect((await ask({ filters: { head: 'b4' } })).rows).toMatchObject([{ title: 'Pull 4' }]);
  expect((await ask({ filters: { author: 'ADA' }, limit: 2 })).rows).toHaveLength(2);
  expect((await ask({ state: 'merged' })).notes).toEqual(['No pulls match.']);
  expect(numbersOf(await ask({ limit: 100 }))).toHaveLength(9);
  expect(world.sandbox.unknown).toEqual([]);
});
