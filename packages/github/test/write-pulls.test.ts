import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { fork } from '../sandbox/model/settings.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { tipOf, type WriteWorld, withWorld } from './write.fixture.ts';

const repo = 'ada/app';
const tool = 'github_pull_write';
const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`).join('');

/** ada/app with a branch work that changes lines 5 and 30 of a.txt and adds b.txt; bob may push. */
function withWork(world: WriteWorld) {
  const { state } = world.sandbox;
  const repository = world.repository({ 'a.txt': lines(40) });
  const bob = addAccount(state, { login: 'bob' });
  repository.collaborators.set(bob.id, 'write');
  addToken(state, { value: 'ghp_bob', user: bob, scopes: ['repo'] });
  const changed = lines(40).replace('line 5\n', 'LINE 5\n').replace('line 30\n', 'LINE 30\nmore\n');
  commitFiles(state, repository, {
    ...{ author: bob, branch: 'work', message: 'Work', files: { 'a.txt': changed, 'b.txt': 'b\n' } },
  });
  return { repository, bob };
}

test('a branch is created, moved forward and renamed, and never moved back', async () => {
  await using world = await withWorld();
  const { repository } = withWork(world);
  const write = (args: object) => world.call('github_branch_write', { repo, ...args });
  const first = tipOf(repository);
  const made = await write({ action: 'create', branch: 'feature/x', to: 'main' });
  expect(made.data).toEqual({ branch: 'feature/x', head: first, verified: true });
  expect((await write({ action: 'create', branch: 'feature/x' })).error).toMatchObject({ code: 'conflict' });
  const moved = await write({ action: 'update', branch: 'feature/x', to: 'work', expected_head: first });
  expect(moved.data).toEqual({ branch: 'feature/x', before: first, head: tipOf(repository, 'work'), verified: true });
  const back = await write({ action: 'update', branch: 'feature/x', to: 'main' });
  expect(back.text).toContain('cannot move forward');
  const stale = await write({ action: 'update', branch: 'feature/x', to: 'main', expected_head: first });
  expect(stale.error).toMatchObject({ code: 'conflict', details: { expected: first } });
  const renamed = await write({ action: 'rename', branch: 'feature/x', new_name: 'feature/y' });
  expect(renamed.data).toMatchObject({ branch: 'feature/y', verified: true });
  expect((await write({ action: 'rename', branch: 'none', new_name: 'z' })).error?.code).toBe('not_found');
  expect(repository.refs.has('refs/heads/feature/x')).toBe(false);
  const before = world.writes().length;
  const planned = await write({ action: 'create', branch: 'z', dry_run: true });
  expect(planned.data.requests).toEqual([
    { method: 'POST', path: '/repos/ada/app/git/refs', body: { ref: 'refs/heads/z', sha: first } },
  ]);
  expect(world.writes()).toHaveLength(before);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a pull request is created as a draft with reviewers, labels and assignees, then changed', async () => {
  await using world = await withWorld();
  withWork(world);
  const body = 'One <T>\r\ntwo \u{1f600}  \r\n';
  const created = await world.call(tool, {
    ...{ repo, title: 'Work', head: 'work', base: 'main', body, draft: true },
    ...{ reviewers: ['bob'], add_labels: ['bug'], assignees: ['ada'] },
  });
  expect(created.isError, created.text).toBe(false);
  expect(created.data).toMatchObject({ number: 1, state: 'open', draft: true, verified: true });
  const changed = await world.call(tool, {
    ...{ repo, number: 1, title: 'Work!', edits: [{ old_text: '<T>', new_text: '<U>' }], draft: false },
    ...{ remove_reviewers: ['bob'], remove_labels: ['bug'], expected_updated_at: created.data.updated_at },
  });
  expect(changed.isError, changed.text).toBe(false);
  expect(changed.data).toMatchObject({ number: 1, draft: false, verified: true });
  const { data } = await world.call('github_issue', { repo, number: 1 });
  expect(data.issue).toMatchObject({ title: 'Work!', body: body.replace('<T>', '<U>'), assignees: ['ada'] });
  const drafted = await world.call(tool, { repo, number: 1, draft: true, state: 'closed' });
  expect(drafted.data).toMatchObject({ state: 'closed' });
  expect(world.sandbox.unknown).toEqual([]);
});

test('a pull request comes from a fork', async () => {
  await using world = await withWorld();
  const { repository } = withWork(world);
  const eve = addAccount(world.sandbox.state, { login: 'eve' });
  repository.visibility = 'public';
  const forked = fork(world.sandbox.state, repository, { owner: eve });
  const change = { author: eve, branch: 'fix', message: 'Fix', files: { 'c.txt': 'c' } };
  commitFiles(world.sandbox.state, forked, change);
  const { data, text, isError } = await world.call(tool, { repo, title: 'Fix', head: 'eve:fix', base: 'main' });
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({ number: 1, verified: true, head: tipOf(forked, 'fix') });
  expect(world.sandbox.unknown).toEqual([]);
});

test('what fails after the creation is told, and the pull request stays', async () => {
  await using world = await withWorld();
  withWork(world);
  const created = await world.call(tool, {
    ...{ repo, title: 'Work', head: 'work', base: 'main', reviewers: ['nobody'], add_labels: ['bug'] },
  });
  expect(created.isError, created.text).toBe(false);
  expect(created.data).toMatchObject({ number: 1, verified: false, failed: [{ step: 'reviewers' }] });
  const again = await world.call(tool, { repo, title: 'Work', head: 'work', base: 'main' });
  expect(again.isError).toBe(true);
  expect(again.error).toMatchObject({ code: 'conflict', details: { number: 1 } });
  expect(again.text).toContain('ada/app#1 is open for work into main already');
  world.sandbox.faults.add({ on: 'PATCH */pulls/1', break: 'reset', apply: true });
  const lost = await world.call(tool, { repo, number: 1, title: 'x' });
  expect(lost.isError).toBe(true);
});

test('the branch is updated with its base, for the head that was seen', async () => {
  await using world = await withWorld();
  const { repository } = withWork(world);
  await world.call(tool, { repo, title: 'Work', head: 'work', base: 'main' });
  const push = { author: world.ada, message: 'Base', files: { 'd.txt': 'd' } };
  commitFiles(world.sandbox.state, repository, push);
  const stale = await world.call(tool, { repo, number: 1, update_branch: true, expected_head: tipOf(repository) });
  expect(stale.error).toMatchObject({ code: 'conflict', details: { actual: tipOf(repository, 'work') } });
  const before = tipOf(repository, 'work');
  const { data, isError, text } = await world.call(tool, {
    repo,
    number: 1,
    update_branch: true,
    expected_head: before,
  });
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({ verified: true });
  expect(repository.objects.read('commit', tipOf(repository, 'work')).parents[0]).toBe(before);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a dry run of a pull request sends nothing', async () => {
  await using world = await withWorld();
  withWork(world);
  const given = { repo, title: 'Work', head: 'work', base: 'main', add_labels: ['bug'], dry_run: true };
  const { data } = await world.call(tool, given);
  expect(data.requests).toEqual([
    { method: 'POST', path: '/repos/ada/app/pulls', body: { title: 'Work', head: 'work', base: 'main' } },
    { method: 'POST', path: '/repos/ada/app/issues/<number>/labels', body: { labels: ['bug'] } },
  ]);
  expect(world.writes()).toEqual([]);
});

test.each([
  [{}, 'needs title, head and base'],
  [{ number: 1 }, 'Nothing to change'],
  [{ title: 'x' }, 'needs title, head and base'],
  [{ title: 'x', state: 'closed' }, 'only for a pull request that exists'],
  [{ number: 1, head: 'x' }, 'only for a pull request that is new'],
  [{ number: 1, body: 'a', edits: [{ old_text: 'a', new_text: 'b' }] }, 'not both'],
])('%j says what is wrong with it', async (given, words) => {
  await using world = await withWorld();
  const { text, isError } = await world.call(tool, { repo, ...given });
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
  expect(world.sandbox.requests).toEqual([]);
});
