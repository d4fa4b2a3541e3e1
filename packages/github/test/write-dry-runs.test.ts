import { expect, test } from 'vitest';
import { addProject } from '../sandbox/model/projects.ts';
import { withWorld } from './write.fixture.ts';

const repo = 'ada/app';

test('a dry run of many answers item by item, as the call itself does', async () => {
  await using world = await withWorld();
  world.repository({ a: 'a' });
  for (const title of ['One', 'Two']) await world.call('github_issue_write', { repo, title });
  addProject(world.sandbox.state, { owner: world.ada, creator: world.ada, title: 'Plan' });
  const before = world.writes().length;
  const planned = async (tool: string, args: object) => {
    const { data, isError, text } = await world.call(tool, { ...args, dry_run: true });
    expect(isError, text).toBe(false);
    expect(data.requests, text).toHaveLength(1);
    return data.items;
  };
  expect(
    await planned('github_project_write', {
      ...{ owner: 'ada', number: 1 },
      items: [{ title: 'Draft' }, { repo, number: 1, values: { Status: 'None' } }],
    }),
  ).toEqual([
    { name: 'Draft', status: 'added' },
    { name: 'ada/app#1', status: 'failed', error: expect.stringContaining('None') },
  ]);
  expect(
    await planned('github_labels_write', { repo, labels: [{ name: 'new' }, { name: 'none', new_name: 'x' }] }),
  ).toMatchObject([{ status: 'created' }, { status: 'failed', error: expect.stringContaining('no label') }]);
  expect(
    await planned('github_issue_links_write', { repo, number: 1, kind: 'sub_issue', issues: [99, 2] }),
  ).toMatchObject([{ status: 'failed', error: expect.stringContaining('404') }, { status: 'added' }]);
  const allWrong = await world.call('github_labels_write', {
    ...{ repo, labels: [{ name: 'none', new_name: 'x' }], dry_run: true },
  });
  expect(allWrong.error?.code).toBe('not_found');
  expect(world.writes()).toHaveLength(before);
  expect(world.sandbox.unknown).toEqual([]);
});

test.each([
  ['github_comment_write', { action: 'add', number: 99, body: 'x' }],
  ['github_comment_write', { action: 'react', number: 99, reaction: 'eyes' }],
  ['github_comment_write', { action: 'react', on: 'review', comment_id: 99, reaction: 'eyes' }],
  ['github_pull_review', { number: 1, replies: [{ comment_id: 99, body: 'x' }] }],
  ['github_pull_review', { number: 1, dismiss: { review_id: 99, message: 'x' } }],
  ['github_actions_run', { action: 'cancel', run_id: 99 }],
  ['github_issue_write', { repo: 'ada/none', title: 'x' }],
  ['github_labels_write', { repo: 'ada/none', labels: [{ name: 'x' }] }],
  ['github_release_write', { repo: 'ada/none', action: 'create', tag: 'v1', draft: true }],
  ['github_repo_write', { repo: 'ada/none', action: 'star' }],
])('a dry run of %s %j says that there is nothing to write to', async (tool, args) => {
  await using world = await withWorld();
  world.repository({ a: 'a' });
  const files = [{ path: 'b', text: 'b' }];
  await world.call('github_write_files', { repo, message: 'x', branch: 'work', new_branch_from: 'main', files });
  await world.call('github_pull_write', { repo, title: 'x', head: 'work', base: 'main' });
  const before = world.writes().length;
  const { error, text } = await world.call(tool, { repo, ...args, dry_run: true });
  expect(error?.code, text).toBe('not_found');
  expect(world.writes()).toHaveLength(before);
});

test('what a dry run has read is not read again', async () => {
  await using world = await withWorld();
  world.repository({ a: 'a' });
  await world.call('github_issue_write', { repo, title: 'x' });
  const before = world.sandbox.requests.length;
  const { data } = await world.call('github_issue_write', { repo, number: 1, title: 'y', dry_run: true });
  expect(data.requests).toHaveLength(1);
  const reads = world.sandbox.requests.slice(before).filter(({ path }) => path === '/repos/ada/app/issues/1');
  expect(reads).toHaveLength(1);
});
