import { expect, test } from 'vitest';
import { runsOf } from '../sandbox/model/actions.ts';
import { addComment, addIssue } from '../sandbox/model/issue-store.ts';
import { counted } from '../src/read/counted.ts';
import { githubIssue } from '../src/tools/github-issue.ts';
import { githubSearch } from '../src/tools/github-search.ts';
import { repositoryOf } from './acceptance/acceptance.fixture.ts';
import { withWorld } from './read.fixture.ts';

test('one is counted otherwise than several', () => {
  expect([counted(1, 'hit'), counted(0, 'hit'), counted(2, 'more entry', 'more entries')]).toEqual([
    ...['1 hit', '0 hits', '2 more entries'],
  ]);
});

test('a comment on an issue has the id that writes take, in the text too', async () => {
  await using world = await withWorld([githubIssue]);
  const { state } = world.sandbox;
  const issue = addIssue(state, world.repository({ a: 'x' }), { author: world.ada, title: 'It breaks' });
  const comment_id = addComment(state, issue, { author: world.ada, body: 'So.' }).id;
  const { data, text } = await world.call('github_issue', { repo: 'ada/site', number: 1, include: ['comments'] });
  expect(data.lists).toMatchObject({ comments: { items: [{ comment_id, body: 'So.' }] } });
  expect(text).toContain(`comment_id ${comment_id}`);
});

test('a page of long issues is searched, although its answer has more than 10 MB', async () => {
  await using world = await withWorld([githubSearch]);
  const repository = world.repository({ a: 'x' });
  const body = '\u{1F600}'.repeat(65_536);
  for (let n = 0; n < 45; n += 1) addIssue(world.sandbox.state, repository, { author: world.ada, title: 'Long', body });
  const asked = { kind: 'issues', query: 'Long', filters: { repo: 'ada/site' }, limit: 45 };
  const { data, text, isError } = await world.call('github_search', asked);
  expect(isError, text).toBe(false);
  expect(data.rows).toHaveLength(45);
});

test('the long job of the workshop took as long as its log says', async () => {
  await using world = await withWorld([], { seed: 'workshop' });
  const jobs = runsOf(repositoryOf(world.sandbox, 'acme/workshop')).flatMap((run) => run.jobs);
  const long = jobs.find(({ name }) => name === 'test');
  expect((long?.completedAt ?? 0) - (long?.startedAt ?? 0)).toBe(1_000_000);
});
