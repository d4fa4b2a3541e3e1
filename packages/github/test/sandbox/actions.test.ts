import { expect, test } from 'vitest';
import { addArtifact, addRun, finishRun, runsOf } from '../../sandbox/model/actions.ts';
import { addCheckRun } from '../../sandbox/model/checks.ts';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { knownWorkflows } from '../../sandbox/model/workflow-file.ts';
import { zipOf } from '../../sandbox/model/zip.ts';
import { refusalOf, withStage } from './collaboration.fixture.ts';

const workflow = `name: CI # checks
on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      level:
        description: 'How loud: very'
        type: choice
        required: true
        options:
          - info
          - "debug"
      dry:
        type: boolean
        default: false
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
  lint:
    runs-on: ubuntu-latest
`;

async function withRun() {
  const stage = await withStage();
  const { sandbox, app, ada } = stage;
  const files = {
    '.github/workflows/ci.yml': workflow,
    '.github/workflows/nightly.yml': 'on: [schedule]\njobs:\n  a:\n',
  };
  const headSha = commitFiles(sandbox.state, app, { message: 'CI', files, author: ada });
  const [ci] = knownWorkflows(sandbox.state, app);
  if (!ci) throw new Error('no workflow');
  const run = addRun(sandbox.state, app, {
    ...{ workflow: ci, headBranch: 'main', headSha, actor: ada },
    jobs: [
      {
        name: 'build',
        steps: [{ name: 'Run make', number: 1, status: 'completed', conclusion: 'success', from: 1, to: 2 }],
      },
      { name: 'lint', conclusion: 'failure', log: 'first\nsecond\n' },
    ],
  });
  return { ...stage, run, headSha, ...{ of: { ...stage.at, run_id: run.id } } };
}

test('runs, jobs and checks of a commit tell the same story', async () => {
  await using stage = await withRun();
  const { asBob, at, of, headSha, sandbox, app } = stage;
  addCheckRun(sandbox.state, app, {
    ...{ name: 'coverage', sha: headSha, conclusion: 'neutral' },
    output: {
      title: 'T',
      annotations: [{ path: 'a.ts', startLine: 1, endLine: 2, level: 'warning', title: null, message: 'm' }],
    },
  });
  expect((await asBob.rest.actions.listRepoWorkflows(at)).data.workflows.map(({ name }) => name)).toEqual([
    ...['CI', '.github/workflows/nightly.yml'],
  ]);
  const runs = async (query: object) =>
    (await asBob.rest.actions.listWorkflowRunsForRepo({ ...at, ...query })).data.total_count;
  expect(await runs({ status: 'failure' })).toBe(1);
  expect(await runs({ status: 'success' })).toBe(0);
  expect(await runs({ branch: 'main', actor: 'ada', event: 'push' })).toBe(1);
  expect((await asBob.rest.actions.getWorkflowRun(of)).data).toMatchObject({ conclusion: 'failure', run_attempt: 1 });
  const { jobs } = (await asBob.rest.actions.listJobsForWorkflowRun(of)).data;
  expect(jobs).toMatchObject([{ name: 'build', steps: [{ name: 'Run make' }] }, { conclusion: 'failure' }]);
  await asBob.rest.actions.getJobForWorkflowRun({ ...at, job_id: jobs[0]?.id ?? 0 });
  const checks = (await asBob.rest.checks.listForRef({ ...at, ref: 'main' })).data.check_runs;
  expect(checks.map(({ name }) => name).sort()).toEqual(['build', 'coverage', 'lint']);
  const coverage = checks.find(({ name }) => name === 'coverage')?.id ?? 0;
  expect((await asBob.rest.checks.listAnnotations({ ...at, check_run_id: coverage })).data.length).toBe(1);
  expect((await asBob.rest.checks.listSuitesForRef({ ...at, ref: headSha })).data.total_count).toBe(2);
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('logs and artifacts come from another origin by a signed address, which takes no token', async () => {
  await using stage = await withRun();
  const { asBob, at, of, run, sandbox } = stage;
  const job = run.jobs[1]?.id ?? 0;
  const artifact = addArtifact(sandbox.state, run, { name: 'dist', data: zipOf({ 'a.txt': 'a' }) });
  const moved = await fetch(`${sandbox.url}/repos/acme/app/actions/jobs/${job}/logs`, {
    ...{ redirect: 'manual', headers: { authorization: `Bearer ${sandbox.token}`, 'user-agent': 'test' } },
  });
  const location = moved.headers.get('location') ?? '';
  expect(moved.status).toBe(302);
  expect(new URL(location).origin).not.toBe(sandbox.url);
  const read = (headers: Record<string, string>, url = location) =>
    fetch(url, { headers: { 'user-agent': 'test', ...headers } });
  expect(await (await read({})).text()).toBe('first\nsecond\n');
  expect((await read({ authorization: `Bearer ${sandbox.token}` })).status).toBe(400);
  expect((await read({}, location.replace(/sig=./, 'sig=_'))).status).toBe(403);
  const zip = await asBob.rest.actions.downloadWorkflowRunLogs(of);
  expect(Buffer.from(zip.data as ArrayBuffer).toString('latin1')).toContain('1_lint.txt');
  await asBob.rest.actions.downloadArtifact({ ...at, artifact_id: artifact.id, archive_format: 'zip' });
  expect((await asBob.rest.actions.listWorkflowRunArtifacts(of)).data.total_count).toBe(1);
  artifact.isExpired = true;
  const old = asBob.rest.actions.downloadArtifact({ ...at, artifact_id: artifact.id, archive_format: 'zip' });
  expect(await refusalOf(old)).toMatchObject({ status: 410 });
  await asBob.rest.actions.deleteWorkflowRunLogs(of);
  expect(await refusalOf(asBob.rest.actions.downloadWorkflowRunLogs(of))).toMatchObject({ status: 410 });
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('a dispatch is checked against the inputs of the workflow file', async () => {
  await using stage = await withRun();
  const { asBob, asEve, at, app, sandbox } = stage;
  const dispatch = (inputs: object, workflow_id = 'ci.yml', ref = 'main') =>
    asBob.rest.actions.createWorkflowDispatch({ ...at, workflow_id, ref, inputs: inputs as Record<string, string> });
  const message = async (call: Promise<unknown>) => (await refusalOf(call)).data as { message: string };
  expect((await message(dispatch({ level: 'info', x: '1' }))).message).toBe('Unexpected inputs provided: ["x"]');
  expect((await message(dispatch({}))).message).toBe("Required input 'level' not provided");
  expect((await message(dispatch({ level: 'loud' }))).message).toContain('not in the list of allowed values');
  expect((await message(dispatch({}, 'nightly.yml'))).message).toBe(
    "Workflow does not have 'workflow_dispatch' trigger",
  );
  expect((await message(dispatch({}, 'ci.yml', 'gone'))).message).toBe('No ref found for: gone');
  expect(await refusalOf(dispatch({}, 'none.yml'))).toMatchObject({ status: 404 });
  expect((await dispatch({ level: 'debug' })).status).toBe(204);
  const started = runsOf(app).at(-1);
  expect(started).toMatchObject({
    event: 'workflow_dispatch',
    status: 'queued',
    inputs: { level: 'debug', dry: 'false' },
  });
  const denied = asEve.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'ci.yml', ref: 'main' });
  expect(await refusalOf(denied)).toMatchObject({ status: 403 });
  expect(sandbox.unknown).toEqual([]);
});

test('runs are run again, the failed jobs alone or all, and cancelled', async () => {
  await using stage = await withRun();
  const { asBob, of, run, sandbox } = stage;
  const { actions } = asBob.rest;
  expect(await refusalOf(actions.cancelWorkflowRun(of))).toMatchObject({ status: 409 });
  await actions.reRunWorkflowFailedJobs(of);
  expect(run.jobs.map(({ status }) => status)).toEqual(['completed', 'queued']);
  expect(await refusalOf(actions.reRunWorkflow(of))).toMatchObject({ status: 403 });
  await actions.cancelWorkflowRun(of);
  expect((await actions.getWorkflowRun(of)).data).toMatchObject({ conclusion: 'cancelled', run_attempt: 2 });
  await actions.reRunWorkflow(of);
  finishRun(sandbox.state, run);
  expect(await refusalOf(actions.reRunWorkflowFailedJobs(of))).toMatchObject({ status: 403 });
  expect((await actions.listJobsForWorkflowRun({ ...of, filter: 'all' })).data.total_count).toBe(6);
  expect((await actions.getWorkflowRunAttempt({ ...of, attempt_number: 1 })).data.run_attempt).toBe(1);
  await actions.deleteWorkflowRun(of);
  expect(await refusalOf(actions.getWorkflowRun(of))).toMatchObject({ status: 404 });
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});
