import { withUpstream } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { addArtifact, addRun, finishRun, type NewRun, rerun, workflowsOf } from '../sandbox/model/actions.ts';
import { logSteps, longLog } from '../sandbox/seed-log.ts';
import type { JobLog } from '../src/read/logs/index.ts';
import { githubActions } from '../src/tools/github-actions.ts';
import { githubJobLogs } from '../src/tools/github-job-logs.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

const tools = [githubActions, githubJobLogs];
type Row = Record<string, unknown>;
const rowsOf = (data: Row) => data.rows as Row[];
const logsOf = (data: Row) => data.jobs as JobLog[];

function withRuns(world: ReadWorld) {
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x\n' });
  const sha = repository.refs.get('refs/heads/main') ?? '';
  const workflow = {
    id: 11,
    name: 'Build and test',
    path: '.github/workflows/ci.yml',
    state: 'active',
    createdAt: 0,
  } as const;
  workflowsOf(repository).push(workflow);
  const add = (more: Partial<NewRun>) =>
    addRun(state, repository, {
      workflow,
      headBranch: 'main',
      headSha: sha,
      actor: world.ada,
      jobs: [{ name: 'lint' }],
      ...more,
    });
  for (let n = 0; n < 5; n += 1) add({ event: n % 2 ? 'push' : 'schedule', title: `Run ${n}` });
  const startedAt = Date.parse('2026-03-01T10:00:00Z');
  const failed = add({
    title: 'Broken',
    jobs: [
      { name: 'lint', log: '2026-03-01T10:00:00.0000000Z all good\n' },
      {
        name: 'test',
        conclusion: 'failure',
        steps: logSteps,
        log: longLog,
        startedAt,
        completedAt: startedAt + 1_000_000,
      },
    ],
  });
  addArtifact(state, failed, { name: 'coverage', data: Buffer.from('zip') });
  return { repository, add, failed };
}

test('runs page by page, with filters, and by the name of a workflow', async () => {
  await using world = await withWorld(tools);
  withRuns(world);
  const ask = async (args: Row) => (await world.call('github_actions', { repo: 'ada/site', ...args })).data;
  const first = await ask({ limit: 4 });
  expect(rowsOf(first)[0]).toMatchObject({
    title: 'Broken',
    status: 'failure',
    branch: 'main',
    run_id: expect.any(Number),
  });
  const second = (await world.call('github_actions', { cursor: first.next_cursor, limit: 4 })).data;
  expect(rowsOf(first).length + rowsOf(second).length).toBe(6);
  expect(rowsOf(await ask({ filters: { event: 'schedule' } }))).toHaveLength(3);
  expect(rowsOf(await ask({ filters: { workflow: 'build and test', status: 'failure' } }))).toHaveLength(1);
  expect(rowsOf(await ask({ filters: { workflow: '.github/workflows/ci.yml' } }))).toHaveLength(6);
  expect(rowsOf(await ask({ show: 'workflows' }))).toEqual([
    { id: 11, name: 'Build and test', path: '.github/workflows/ci.yml' },
  ]);
  const bad = await world.call('github_actions', { repo: 'ada/site', filters: { status: 'failed' } });
  expect(bad.text).toMatch(/status.*"failure"/s);
  const wrong = await world.call('github_actions', { repo: 'ada/site', filters: { workflow: 'Build and tset' } });
  expect(wrong.text).toContain('Did you mean "Build and test"');
  expect(world.sandbox.unknown).toEqual([]);
});

test('one run has its failed jobs first, the steps that failed, and its artifacts', async () => {
  await using world = await withWorld(tools);
  const { failed } = withRuns(world);
  const answer = await world.call('github_actions', { repo: 'ada/site', run_id: failed.id });
  expect(answer.isError, answer.text).toBe(false);
  expect(rowsOf(answer.data)).toMatchObject([
    { name: 'test', status: 'failure', failing_steps: ['3 Run tests (failure)'], job_id: expect.any(Number) },
    { name: 'lint', status: 'success' },
  ]);
  expect(answer.data.artifacts).toMatchObject([{ name: 'coverage' }]);
  expect(answer.text).toContain('github_job_logs');
});

test('why a job failed, out of a log of 100,000 lines', async () => {
  await using world = await withWorld(tools);
  const { failed } = withRuns(world);
  const answer = await world.call('github_job_logs', { repo: 'ada/site', run_id: failed.id });
  expect(answer.isError, answer.text).toBe(false);
  const [log] = logsOf(answer.data);
  expect(log).toMatchObject({ name: 'test', lines: 100_000, scope: 'failed steps: 3 Run tests' });
  const text = log?.parts.map((part) => part.text).join('\n') ?? '';
  expect(text).toContain("error TS2322: Type 'Promise<string>'");
  expect(text).toContain('✗ parser > reads <n> of Promise<string>');
  expect(text).not.toContain('\u001b');
  expect(answer.text.length).toBeLessThan(6000);
  expect(world.sandbox.unknown).toEqual([]);
});

test('head, tail, grep and the steps of a job', async () => {
  await using world = await withWorld(tools);
  const { failed } = withRuns(world);
  const job_id = failed.jobs[1]?.id;
  const ask = async (args: Row) => {
    const answer = await world.call('github_job_logs', { repo: 'ada/site', job_id, ...args });
    expect(answer.isError, answer.text).toBe(false);
    return logsOf(answer.data)[0];
  };
  const grep = await ask({ show: 'grep', pattern: 'warning', context: 0 });
  expect(grep?.parts).toMatchObject([{ from: 30_000, to: 30_000, step: 'Run tests' }]);
  const tail = await ask({ show: 'tail', lines: 2, all_steps: true });
  expect(tail?.parts.at(-1)).toMatchObject({ to: 100_000, text: expect.stringContaining('orphan') });
  const head = await ask({ show: 'head', lines: 2, step: '3', raw: true });
  expect(head?.parts[0]?.text).toMatch(/^2026-03-01T10:00:10\.0000000Z ##\[group\]Run pnpm test\n/);
  expect(head?.parts[0]?.text).toContain('\u001b[36;1m');
  expect((await ask({ show: 'steps' }))?.steps?.[2]).toMatchObject({
    name: 'Run tests',
    from: 1000,
    conclusion: 'failure',
  });
  const wrong = await world.call('github_job_logs', { repo: 'ada/site', job_id, step: 'nope' });
  expect(wrong.text).toContain('It has "1 Set up job"');
});

test('logs that are gone, jobs that still run, and runs without a failure say so', async () => {
  await using world = await withWorld(tools);
  const { add, failed } = withRuns(world);
  const waiting = add({ jobs: [{ name: 'slow', status: 'queued', conclusion: null }] });
  const fine = add({});
  const ask = async (args: Row) => (await world.call('github_job_logs', { repo: 'ada/site', ...args })).text;
  const skipped = add({ jobs: [{ name: 'never', conclusion: 'skipped' }] });
  const running = add({ jobs: [{ name: 'now', status: 'in_progress', conclusion: null }] });
  const empty = add({ jobs: [{ name: 'quiet', log: '' }] });
  const none = add({ jobs: [] });
  expect(await ask({ job_id: skipped.jobs[0]?.id })).toContain('It was skipped');
  expect(await ask({ job_id: running.jobs[0]?.id })).toContain('It is in progress');
  expect(await ask({ job_id: empty.jobs[0]?.id })).toContain('The log is empty');
  expect(await ask({ run_id: none.id })).toContain('There are no jobs in this run');
  failed.areLogsGone = true;
  expect(await ask({ run_id: failed.id })).toContain('Its log is gone');
  expect(await ask({ job_id: waiting.jobs[0]?.id })).toContain('It is queued');
  expect(await ask({ run_id: fine.id })).toContain('No job of this run failed');
  expect(await ask({})).toContain('Give job_id, or run_id');
  expect(await ask({ job_id: failed.jobs[0]?.id, show: 'grep' })).toContain('grep needs one');
});

test('the log comes from another host, which gets no credential; a host that is not declared is not asked', async () => {
  await using storage = await withUpstream(() => ({ body: '2026-03-01T10:00:00.0000000Z ##[error]from elsewhere\n' }));
  await using world = await withWorld(tools);
  const { failed } = withRuns(world);
  const args = { repo: 'ada/site', job_id: failed.jobs[0]?.id, show: 'tail' };
  // The sandbox's storage refuses a token beside its signature, as the real one does.
  expect((await world.call('github_job_logs', args)).text).toContain('all good');
  expect(world.sandbox.requests.at(-1)?.path).toContain('/-/logs/jobs/');
  const location = `${storage.url}/logs/1?sig=x`;
  const on = 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs';
  world.sandbox.faults.add({ on, status: 302, headers: { location } });
  expect((await world.call('github_job_logs', args)).isError).toBe(true);
  expect(storage.requests).toEqual([]);
});

test('an earlier attempt keeps its jobs and its logs', async () => {
  await using world = await withWorld(tools);
  const { failed } = withRuns(world);
  const first = failed.jobs.map(({ id }) => id);
  rerun(world.sandbox.state, failed, { actor: world.ada, which: () => true });
  finishRun(world.sandbox.state, failed);
  const ask = async (tool: string, args: Row) => world.call(tool, { repo: 'ada/site', run_id: failed.id, ...args });
  const latest = await ask('github_actions', {});
  expect(latest.data.run).toMatchObject({ status: 'success', attempt: 2 });
  expect(latest.text).toContain('It was run 2 times');
  const earlier = await ask('github_actions', { attempt: 1 });
  expect(earlier.data.run).toMatchObject({ status: 'failure' });
  expect(rowsOf(earlier.data).map(({ job_id }) => job_id)).toEqual([first[1], first[0]]);
  expect((await ask('github_job_logs', {})).text).toContain('No job of this run failed');
  const log = await ask('github_job_logs', { attempt: 1 });
  expect(logsOf(log.data)).toMatchObject([{ job_id: first[1], lines: 100_000, scope: 'failed steps: 3 Run tests' }]);
  expect(log.text).toContain('error TS2322');
  for (const tool of ['github_actions', 'github_job_logs']) {
    const wrong = await ask(tool, { attempt: 7 });
    expect(wrong.text).toContain(`has no attempt 7`);
    expect(wrong.text).toContain('It has 1 to 2');
    const alone = await world.call(tool, { repo: 'ada/site', attempt: 1, ...(tool.endsWith('logs') && { job_id: 1 }) });
    expect(alone.text).toContain('it goes with run_id');
  }
  expect(world.sandbox.unknown).toEqual([]);
});

test('a log whose storage breaks is read again; one that stays broken does not hide the others', async () => {
  await using world = await withWorld(tools);
  const { add } = withRuns(world);
  const jobs = ['a', 'b'].map((name) => ({ name, conclusion: 'failure' as const, log: `##[error]${name} broke\n` }));
  const run = add({ jobs });
  const [a, b] = run.jobs.map(({ id }) => id);
  const args = { repo: 'ada/site', run_id: run.id };
  world.sandbox.faults.add({ on: `GET /-/logs/jobs/${a}`, break: 'truncated' });
  const whole = await world.call('github_job_logs', args);
  expect(logsOf(whole.data).map(({ hits, parts }) => [hits, parts[0]?.text])).toEqual([
    [1, '##[error]a broke'],
    [1, '##[error]b broke'],
  ]);
  // A status that is not waited for: the test is not to last as long as three repetitions.
  const body = '<Error><Code>ServerBusy</Code></Error>';
  const broken = { status: 503, body, type: 'application/xml', headers: { 'retry-after': '900' }, times: 9 };
  world.sandbox.faults.add({ on: `GET /-/logs/jobs/${b}`, ...broken });
  const half = await world.call('github_job_logs', args);
  expect(logsOf(half.data)).toMatchObject([
    { job_id: a, hits: 1 },
    { job_id: b, parts: [], note: expect.stringContaining('Its log could not be read') },
  ]);
  const alone = await world.call('github_job_logs', { repo: 'ada/site', job_id: b });
  expect(alone.isError).toBe(true);
  expect(alone.text).toContain('503');
});

test('a text is looked for as it is; an expression on wish, and a hostile one holds up nobody', async () => {
  await using world = await withWorld(tools);
  const { add } = withRuns(world);
  const run = add({ jobs: [{ name: 'a', log: `one (1)\n${'a'.repeat(60)}b\ntwo [2]\n` }] });
  const job_id = run.jobs[0]?.id;
  const grep = (args: Row) =>
    world.call('github_job_logs', { repo: 'ada/site', job_id, show: 'grep', context: 0, ...args });
  expect(logsOf((await grep({ pattern: 'ONE (' })).data)[0]?.parts).toMatchObject([{ from: 1, text: 'one (1)' }]);
  expect(logsOf((await grep({ pattern: '[\\[(]\\d', regex: true })).data)[0]).toMatchObject({ hits: 2 });
  expect((await grep({ pattern: '\\d' })).text).toContain('regex: true');
  expect((await grep({ pattern: '(', regex: true })).text).toContain('Invalid regular expression');
  let isOver = false;
  const hostile = grep({ pattern: '(a+)+$', regex: true }).finally(() => {
    isOver = true;
  });
  let served = 0;
  while (!isOver) {
    const other = await world.call('github_actions', { repo: 'ada/site', run_id: run.id });
    expect(other.isError, other.text).toBe(false);
    if (!isOver) served += 1;
  }
  expect(served).toBeGreaterThan(0);
  const { isError, text } = await hostile;
  expect([isError, text]).toEqual([true, expect.stringContaining('takes too long on this log')]);
  expect(text).toContain('no repetition inside a repetition');
});
