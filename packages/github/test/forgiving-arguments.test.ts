import { expect, test } from 'vitest';
import { githubActions } from '../src/tools/github-actions.ts';
import { githubCommentWrite } from '../src/tools/github-comment-write.ts';
import { githubIssue } from '../src/tools/github-issue.ts';
import { githubIssueWrite } from '../src/tools/github-issue-write.ts';
import { githubJobLogs } from '../src/tools/github-job-logs.ts';
import { githubPull } from '../src/tools/github-pull.ts';
import { githubPullReview } from '../src/tools/github-pull-review.ts';
import { githubSecurity } from '../src/tools/github-security.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

const tools = [
  ...[githubActions, githubCommentWrite, githubIssue, githubIssueWrite],
  ...[githubJobLogs, githubPull, githubPullReview, githubSecurity],
];
const repo = 'acme/workshop';
const started = () => withWorld(tools, { seed: 'workshop' });
type Row = Record<string, unknown>;

const listed = (data: Row, name: string) =>
  (data.lists as Record<string, { items: Row[] } | undefined>)[name]?.items ?? [];

async function done(world: ReadWorld, tool: string, args: Row): Promise<Row> {
  const answer = await world.call(tool, { repo, ...args });
  expect(answer.isError, answer.text).toBe(false);
  return answer.data;
}

test('the id of a comment is taken as it was shown: a number or a text', async () => {
  await using world = await started();
  const [comment] = listed(await done(world, 'github_issue', { number: 13, include: ['comments'] }), 'comments');
  expect(comment?.comment_id).toEqual(expect.any(Number));
  for (const comment_id of [comment?.comment_id, String(comment?.comment_id)]) {
    const reacted = { action: 'react', comment_id, reaction: 'heart' };
    expect(await done(world, 'github_comment_write', reacted)).toMatchObject({ verified: true });
  }
  const [thread] = listed(await done(world, 'github_pull', { number: 15, include: ['threads'] }), 'threads');
  const reply = { number: 15, replies: [{ comment_id: String(thread?.comment_id), body: 'Right.' }] };
  expect(await done(world, 'github_pull_review', reply)).toMatchObject({ verified: true });
});

test('an issue is closed as a duplicate, also where the state is said again; of what it is one has to be given', async () => {
  await using world = await started();
  const closed = { number: 12, state: 'closed', state_reason: 'duplicate' };
  const missing = await world.call('github_issue_write', { repo, ...closed });
  expect(missing).toMatchObject({ isError: true, text: expect.stringContaining('Give duplicate_of') });
  const contradiction = await world.call('github_issue_write', { repo, number: 12, state: 'open', duplicate_of: 13 });
  expect(contradiction.isError).toBe(true);
  expect(await done(world, 'github_issue_write', { ...closed, duplicate_of: 13 })).toMatchObject({ state: 'closed' });
  const { issue } = await done(world, 'github_issue', { number: 12 });
  expect(issue).toMatchObject({ state_reason: 'duplicate' });
});

test('a pattern alone searches a log, and is not overlooked beside another way to show it', async () => {
  await using world = await started();
  const { checks } = await done(world, 'github_pull', { number: 15 });
  const job_id = (checks as { named: Row[] }).named.find((check) => check.job_id !== undefined)?.job_id;
  const found = await done(world, 'github_job_logs', { job_id, pattern: 'TS2322', context: 0 });
  expect(found.jobs).toMatchObject([{ hits: 1, parts: [{ text: expect.stringContaining('TS2322') }] }]);
  const other = await world.call('github_job_logs', { repo, job_id, pattern: 'TS2322', show: 'tail' });
  expect(other).toMatchObject({ isError: true, text: expect.stringContaining('Leave out show, or pattern') });
});

test('runs are filtered by a range of days, and code scanning alerts by severity', async () => {
  await using world = await started();
  const count = async (created: string) =>
    ((await done(world, 'github_actions', { filters: { created } })).rows as Row[]).length;
  expect(await count('>=2020-01-01')).toBeGreaterThan(0);
  expect(await count('2020-01-01..2020-02-01')).toBe(0);
  await done(world, 'github_security', { kind: 'code_scanning', severity: 'high' });
  expect(world.sandbox.unknown).toEqual([]);
});
