import { expect, test } from 'vitest';
import { addAccount, addOrganization, addTeam } from '../sandbox/model/accounts.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { pullsOf } from '../sandbox/model/issue.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { openProtection } from '../sandbox/model/protection.ts';
import { createRef } from '../sandbox/model/refs.ts';
import { addRepository } from '../sandbox/model/repository.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { openPort } from '../src/github.fixture.ts';
import { tipOf, withWorld } from './write.fixture.ts';

const repo = 'ada/app';

test('what GitHub drops without a word, because the right for it is missing, is told', async () => {
  await using world = await withWorld();
  const { state, url } = world.sandbox;
  world.repository({ a: 'a' }, { visibility: 'public' });
  const eve = addAccount(state, { login: 'eve' });
  addToken(state, { value: 'ghp_eve', user: eve, scopes: ['public_repo'] });
  await world.call('github_labels_write', { repo, labels: [{ name: 'bug' }], milestones: [{ title: 'v1' }] });
  await using asEve = await openPort(url, { credential: { kind: 'token', token: 'ghp_eve' } }).connect();
  const write = (args: object) => asEve.call('github_issue_write', { repo, ...args });
  const made = await write({ title: 'A', labels: ['bug'], assignees: ['ada'], milestone: 'v1' });
  expect(made.isError, made.text).toBe(false);
  expect(made.data).toMatchObject({
    verified: false,
    not_applied: ['milestone: is null', 'label not set: bug', 'not assigned: ada'],
  });
  await world.call('github_issue_write', { repo, number: 1, labels: ['bug'], assignees: ['ada'] });
  const emptied = await write({ number: 1, title: 'B', labels: [], assignees: [] });
  expect(emptied.data).toMatchObject({
    title: 'B',
    verified: false,
    not_applied: ['label still there: bug', 'still assigned: ada'],
  });
  const removed = await write({ number: 1, title: 'C', remove_labels: ['bug'] });
  expect(removed.data).toMatchObject({ title: 'C', verified: false });
  expect(removed.data.failed).toMatchObject([{ step: 'remove label bug' }]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a reason that GitHub keeps as it was is told', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  addIssue(world.sandbox.state, repository, { author: world.ada, title: 'A', body: null });
  const write = (args: object) => world.call('github_issue_write', { repo, number: 1, ...args });
  const closed = await write({ state: 'closed', state_reason: 'not_planned' });
  expect(closed.data).toMatchObject({ state: 'closed', verified: true });
  const opened = await write({ state: 'open' });
  expect(opened.data).toMatchObject({ state: 'open', verified: true });
  const alone = await write({ state_reason: 'not_planned' });
  expect(alone.data).toMatchObject({ state: 'open', verified: false });
  expect((alone.data.not_applied as string[])[0]).toContain('state_reason: is');
});

test('somebody who cannot be assigned, and a type where there are none, are refused or told', async () => {
  await using world = await withWorld();
  world.repository({ a: 'a' });
  addAccount(world.sandbox.state, { login: 'stranger' });
  const write = (args: object) => world.call('github_issue_write', { repo, ...args });
  const stranger = await write({ title: 'A', assignees: ['stranger'] });
  expect([stranger.isError, stranger.text]).toEqual([
    true,
    expect.stringContaining('assignees ("stranger") is not valid'),
  ]);
  const typed = await write({ title: 'A', type: 'Bug' });
  expect([typed.isError, typed.text]).toEqual([true, expect.stringContaining('Issue.type ("Bug") is not valid')]);
  const none = await write({ title: 'A', milestone: 'none' });
  expect(none.error?.code).toBe('not_found');
});

test('the whole name of a ref is not taken for the name of a branch', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const write = (args: object) => world.call('github_branch_write', { repo, ...args });
  const created = await write({ action: 'create', branch: 'refs/heads/x' });
  expect([created.error?.code, created.text]).toEqual(['validation', expect.stringContaining('"x"')]);
  const renamed = await write({ action: 'rename', branch: 'main', new_name: 'refs/heads/x' });
  expect(renamed.error?.code).toBe('validation');
  for (const branch of ['a..b', 'a b', 'a~1', '.a', 'a.lock']) {
    expect((await write({ action: 'create', branch })).error?.code, branch).toBe('validation');
  }
  expect([...repository.refs.keys()]).toEqual(['refs/heads/main']);
});

test('a protected branch is not moved, and what protects it is said', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const work = { author: world.ada, branch: 'work', message: 'x', files: { b: 'b' } };
  commitFiles(world.sandbox.state, repository, work);
  const requiredReviews = { count: 1, dismissStale: false, codeOwners: false };
  repository.protections.set('main', { ...openProtection, enforceAdmins: true, requiredReviews });
  const before = tipOf(repository);
  const { error, text } = await world.call('github_branch_write', {
    ...{ repo, action: 'update', branch: 'main', to: 'work' },
  });
  expect([error?.code, text]).toEqual(['auth', expect.stringContaining('through a pull request')]);
  expect(tipOf(repository)).toBe(before);
});

test('a target of a release is not dropped in silence when the tag is there', async () => {
  await using world = await withWorld();
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'a' });
  const first = tipOf(repository);
  createRef(state, repository, { ref: 'refs/tags/v1', sha: first, actor: world.ada });
  commitFiles(state, repository, { author: world.ada, message: 'x', files: { b: 'b' } });
  const write = (args: object) => world.call('github_release_write', { repo, action: 'create', tag: 'v1', ...args });
  const refused = await write({ target: 'main' });
  expect(refused.error).toMatchObject({ code: 'conflict', details: { actual: first } });
  expect(world.writes()).toEqual([]);
  expect((await write({})).data).toMatchObject({ tag: 'v1', verified: true });
  const made = await write({ tag: 'v2', target: 'main' });
  expect(made.data).toMatchObject({ tag: 'v2', verified: true });
  expect(repository.refs.get('refs/tags/v2')).toBe(tipOf(repository));
  expect(world.sandbox.unknown).toEqual([]);
});

test('teams are asked for a review and taken back, and merging says what GitHub says', async () => {
  await using world = await withWorld();
  const { state } = world.sandbox;
  const acme = addOrganization(state, { login: 'acme' }, [[world.ada, 'admin']]);
  addTeam(state, acme, { name: 'Core', members: [world.ada] });
  const repository = addRepository(state, { owner: acme, name: 'app', visibility: 'private' });
  commitFiles(state, repository, { author: world.ada, message: 'x', files: { a: 'a' } });
  commitFiles(state, repository, { author: world.ada, branch: 'work', message: 'y', files: { b: 'b' } });
  const write = (args: object) => world.call('github_pull_write', { repo: 'acme/app', ...args });
  const made = await write({ title: 'A', head: 'work', base: 'main', team_reviewers: ['core'] });
  expect(made.data, made.text).toMatchObject({ number: 1, verified: true });
  const taken = await write({ number: 1, remove_team_reviewers: ['core'] });
  expect(taken.data, taken.text).toMatchObject({ verified: true });
  expect(pullsOf(repository)[0]?.pull.requestedTeams).toEqual([]);
  repository.allowRebaseMerge = false;
  const merge = { repo: 'acme/app', number: 1, expected_head: tipOf(repository, 'work') };
  const rebased = await world.call('github_pull_merge', { ...merge, method: 'rebase' });
  expect([rebased.error?.code, rebased.text]).toEqual(['conflict', expect.stringContaining('Rebase merges are not')]);
  const body = { message: 'Head branch was modified. Review and try the merge again.' };
  world.sandbox.faults.add({ on: 'PUT */pulls/1/merge', status: 409, body });
  const moved = await world.call('github_pull_merge', merge);
  expect([moved.error?.code, moved.text]).toEqual(['conflict', expect.stringContaining('was modified')]);
  const again = await write({ title: 'B', head: 'work', base: 'main' });
  expect(again.text).toContain('acme/app#1 is open for work into main already');
  expect(world.sandbox.unknown).toEqual([]);
});
