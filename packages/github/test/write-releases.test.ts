import { expect, test } from 'vitest';
import { addAccount, addOrganization } from '../sandbox/model/accounts.ts';
import { runsOf } from '../sandbox/model/actions.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { addRepository } from '../sandbox/model/repository.ts';
import { rename } from '../sandbox/model/settings.ts';
import { tipOf, withWorld } from './write.fixture.ts';

const repo = 'ada/app';

test('a release is drafted, edited, published and found again by its tag', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const write = (args: object) => world.call('github_release_write', { repo, tag: 'v1.0.0', ...args });
  const body = 'One <T>\r\ntwo';
  const drafted = await write({ action: 'create', name: 'First', body, draft: true });
  expect(drafted.isError, drafted.text).toBe(false);
  expect(drafted.data).toMatchObject({ tag: 'v1.0.0', draft: true, verified: true });
  expect((await write({ action: 'create' })).error?.code).toBe('conflict');
  const edits = [{ old_text: '<T>', new_text: '<U>' }];
  const edited = await write({ action: 'update', edits, draft: false, prerelease: true });
  expect(edited.data).toMatchObject({ id: drafted.data.id, draft: false, verified: true });
  expect(repository.refs.has('refs/tags/v1.0.0')).toBe(true);
  commitFiles(world.sandbox.state, repository, { author: world.ada, message: 'More', files: { b: 'b' } });
  const next = { tag: 'v1.1.0', generate_notes: true, previous_tag: 'v1.0.0' };
  const noted = await write({ action: 'create', ...next });
  expect(noted.isError, noted.text).toBe(false);
  expect(noted.data).toMatchObject({ draft: false, verified: true, body: expect.stringContaining('v1.0.0') });
  expect((await write({ action: 'update', tag: 'none', name: 'x' })).error?.code).toBe('not_found');
  expect((await write({ action: 'update' })).text).toContain('Nothing to change');
  const before = world.writes().length;
  const planned = await write({ action: 'create', tag: 'v2', draft: true, dry_run: true });
  expect(planned.data.requests).toEqual([
    { method: 'POST', path: '/repos/ada/app/releases', body: { tag_name: 'v2', draft: true } },
  ]);
  expect(world.writes()).toHaveLength(before);
  expect(world.sandbox.unknown).toEqual([]);
});

const workflow = `name: Deploy
on:
  workflow_dispatch:
    inputs:
      stage:
        type: choice
        required: true
        options:
          - test
          - live
jobs:
  build:
    runs-on: ubuntu-latest
`;

test('a workflow is started with inputs, cancelled and repeated, and its run is the answer', async () => {
  await using world = await withWorld();
  const repository = world.repository({ '.github/workflows/deploy.yml': workflow });
  const run = (args: object) => world.call('github_actions_run', { repo, ...args });
  const started = await run({ action: 'dispatch', workflow: 'deploy.yml', inputs: { stage: 'test' } });
  expect(started.isError, started.text).toBe(false);
  const [first] = runsOf(repository);
  expect(started.data).toMatchObject({ run_id: first?.id, status: 'queued', attempt: 1 });
  const run_id = started.data.run_id;
  expect((await run({ action: 'rerun', run_id })).isError).toBe(true);
  expect((await run({ action: 'cancel', run_id })).data).toMatchObject({ run_id, conclusion: 'cancelled' });
  expect((await run({ action: 'cancel', run_id })).error?.code).toBe('conflict');
  expect((await run({ action: 'rerun_failed', run_id })).data).toMatchObject({ run_id, attempt: 2 });
  // A GitHub that does not say which run began.
  const on = 'POST */dispatches';
  world.sandbox.faults.add({ on, apply: true, status: 200, body: {} });
  const silent = await run({ action: 'dispatch', workflow: 'deploy.yml', inputs: { stage: 'live' } });
  expect(silent.data.run_id).toBe(Math.max(...runsOf(repository).map(({ id }) => id)));
  const wrong = await run({ action: 'dispatch', workflow: 'deploy.yml', inputs: { stage: 'none' } });
  expect(wrong.error?.code).toBe('validation');
  expect((await run({ action: 'dispatch', workflow: 'none.yml' })).text).toContain('deploy.yml');
  expect((await run({ action: 'dispatch' })).text).toContain('workflow must be given');
  expect((await run({ action: 'cancel' })).text).toContain('run_id must be given');
  const before = world.writes().length;
  const planned = await run({ action: 'dispatch', workflow: 'deploy.yml', dry_run: true });
  expect(planned.data.requests).toMatchObject([{ body: { ref: 'main', return_run_details: true } }]);
  expect(world.writes()).toHaveLength(before);
  expect(world.sandbox.unknown).toEqual([]);
});

const named = `name: CI
on: [push, workflow_dispatch]
jobs:
  build:
    runs-on: x
  test:
    runs-on: x
`;

test('a workflow is started by the name that reads show, and a near one is named', async () => {
  await using world = await withWorld();
  const repository = world.repository({
    ...{ '.github/workflows/checks.yml': named, '.github/workflows/deploy.yml': workflow },
    '.github/workflows/other.yml': workflow,
  });
  const start = (name: string) => world.call('github_actions_run', { repo, action: 'dispatch', workflow: name });
  for (const name of ['CI', 'ci', 'checks.yml', '.github/workflows/checks.yml']) {
    expect((await start(name)).data, name).toMatchObject({ status: 'queued', verified: true });
  }
  expect(runsOf(repository)).toHaveLength(4);
  expect((await start('check.yml')).text).toContain('Did you mean "checks.yml"');
  expect((await start('Nightly')).text).toContain('"CI"');
  const twice = await start('Deploy');
  expect([twice.error?.code, twice.text]).toEqual(['validation', expect.stringContaining('deploy.yml, other.yml')]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('one job of a run is repeated', async () => {
  await using world = await withWorld();
  const repository = world.repository({ '.github/workflows/checks.yml': named });
  const run = (args: object) => world.call('github_actions_run', { repo, ...args });
  await run({ action: 'dispatch', workflow: 'CI' });
  const [started] = runsOf(repository);
  const job_id = started?.jobs[1]?.id;
  const early = await run({ action: 'rerun', job_id });
  expect([early.error?.code, early.text]).toEqual(['conflict', expect.stringContaining('nothing to repeat yet')]);
  await run({ action: 'cancel', run_id: started?.id });
  const planned = await run({ action: 'rerun', job_id, dry_run: true });
  expect(planned.data.requests).toEqual([{ method: 'POST', path: `/repos/ada/app/actions/jobs/${job_id}/rerun` }]);
  const again = await run({ action: 'rerun', job_id });
  expect(again.data, again.text).toMatchObject({ run_id: started?.id, attempt: 2, verified: true });
  expect(started?.jobs.map(({ status }) => status)).toEqual(['completed', 'queued']);
  expect((await run({ action: 'rerun', job_id, run_id: started?.id })).text).toContain('Give run_id');
  expect((await run({ action: 'cancel', job_id })).text).toContain('job_id: not for cancel');
  expect((await run({ action: 'rerun', job_id: 999_999 })).error?.code).toBe('not_found');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a repository is created, forked and starred', async () => {
  await using world = await withWorld();
  const { state } = world.sandbox;
  addOrganization(state, { login: 'acme' }, [[world.ada, 'admin']]);
  const write = (args: object) => world.call('github_repo_write', args as Record<string, unknown>);
  const open = await write({ repo: 'acme/open', action: 'create', private: false });
  expect(open.data).toMatchObject({ repo: 'acme/open', private: false, verified: true });
  expect((await write({ repo: 'acme/open', action: 'create' })).isError).toBe(true);
  const own = await write({ repo: 'ada/new', action: 'create', auto_init: true, description: 'x' });
  expect(own.isError, own.text).toBe(false);
  expect(own.data).toMatchObject({ repo: 'ada/new', private: true, default_branch: 'main', verified: true });
  const eve = addAccount(state, { login: 'eve' });
  const source = addRepository(state, { owner: eve, name: 'tool' });
  commitFiles(state, source, { author: eve, message: 'x', files: { a: 'a' } });
  expect(tipOf(source)).not.toBe('');
  const forked = await write({ repo: 'eve/tool', action: 'fork', fork_name: 'tool2' });
  expect(forked.data).toMatchObject({ repo: 'ada/tool2', verified: true });
  expect((await write({ repo: 'eve/tool', action: 'star' })).data).toMatchObject({ starred: true, verified: true });
  expect((await write({ repo: 'eve/tool', action: 'unstar' })).data).toMatchObject({ starred: false, verified: true });
  const planned = await write({ repo: 'acme/next', action: 'create', dry_run: true });
  expect(planned.data.requests).toMatchObject([{ method: 'POST', path: '/orgs/acme/repos', body: { private: true } }]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a name that is taken, or that leads to a renamed repository, is not taken over', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const write = (args: object) => world.call('github_repo_write', args as Record<string, unknown>);
  expect((await write({ repo: 'ada/app', action: 'create' })).error?.code).toBe('conflict');
  rename(world.sandbox.state, repository, { name: 'moved' });
  const former = await write({ repo: 'ada/app', action: 'create' });
  expect([former.error?.code, former.text]).toEqual(['conflict', expect.stringContaining('old name of ada/moved')]);
  expect(world.writes()).toEqual([]);
  expect(world.sandbox.unknown).toEqual([]);
});
