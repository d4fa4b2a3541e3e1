import { expect, test } from 'vitest';
import { addRun, finishRun, workflowsOf } from '../sandbox/model/actions.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { issuesOf } from '../sandbox/model/issue.ts';
import { addComment, addIssue } from '../sandbox/model/issue-store.ts';
import { contentsOf, tipOf, type WriteWorld, withWorld } from './write.fixture.ts';

const repo = 'ada/app';
const always = { times: Number.POSITIVE_INFINITY };

async function withApp() {
  const world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a\n' });
  return { world, repository };
}

const missing = (world: WriteWorld, on: string) =>
  world.sandbox.faults.add({ on, status: 404, body: { message: 'Not Found' }, ...always });

test('an issue that was made and cannot be read back is told as made, not as failed', async () => {
  const { world, repository } = await withApp();
  await using _ = world;
  missing(world, 'GET /repos/{owner}/{repo}/issues/{issue_number}');
  const { error, text } = await world.call('github_issue_write', { repo, title: 'New' });
  expect(issuesOf(repository).size).toBe(1);
  expect(error).toMatchObject({ code: 'not_found', retryable: false });
  expect(text).toContain('Carried out before that: POST /repos/ada/app/issues (https://github.com/ada/app/issues/1)');
  expect(text).toContain('Read what is there before calling again');
});

test('a comment that cannot be read back is told as made', async () => {
  const { world, repository } = await withApp();
  await using _ = world;
  const issue = addIssue(world.sandbox.state, repository, { author: world.ada, title: 'A', body: null });
  missing(world, 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}');
  const comment = { repo, action: 'add', number: issue.number, body: 'x' };
  expect((await world.call('github_comment_write', comment)).text).toContain(
    'Carried out before that: POST /repos/ada/app/issues/1/comments (https://github.com/ada/app/issues/1#issuecomment-',
  );
});

test('one of many that was done and cannot be read back is told as done', async () => {
  const { world } = await withApp();
  await using _ = world;
  missing(world, 'GET /repos/{owner}/{repo}/milestones/{milestone_number}');
  const asked = { repo, labels: [{ name: 'x' }], milestones: [{ title: 'v1' }] };
  const { data, text } = await world.call('github_labels_write', asked);
  expect(data.items, text).toMatchObject([
    { name: 'x', status: 'created' },
    { name: 'v1', status: 'failed', error: expect.stringContaining('POST /repos/ada/app/milestones (https://') },
  ]);
});

test('an error of the write itself says nothing of what was carried out', async () => {
  const { world } = await withApp();
  await using _ = world;
  const { text } = await world.call('github_issue_write', { repo, title: 'x', assignees: ['nobody-there'] });
  expect(text).not.toContain('Carried out');
});

test('the first commit of an empty repository is told when the second one fails', async () => {
  const world = await withWorld();
  await using _ = world;
  const repository = world.repository({});
  world.sandbox.faults.add({ on: 'POST /repos/{owner}/{repo}/git/trees', status: 422, body: { message: 'No' } });
  const files = ['one', 'two'].map((path) => ({ path, text: `${path}\n` }));
  const { error, text } = await world.call('github_write_files', { repo, message: 'First', files });
  expect(contentsOf(repository)).toEqual({ one: '100644 one\n' });
  expect(error?.retryable).toBe(false);
  expect(text).toContain(`one is there, in the first commit of the repository, ${tipOf(repository)}`);
});

test('what others wrote stands between the marks, also where it was not changed', async () => {
  const { world, repository } = await withApp();
  await using _ = world;
  const issue = addIssue(world.sandbox.state, repository, { author: world.ada, title: 'PLUGH', body: null });
  addComment(world.sandbox.state, issue, { author: world.ada, body: 'x' });
  world.sandbox.faults.add({
    ...{ on: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}', status: 200, body: { number: 1 } },
  });
  const { text, data } = await world.call('github_issue_write', { repo, number: 1, title: 'Other' });
  expect(data).toMatchObject({ verified: false, not_applied: ['title: is "PLUGH"'] });
  expect(text.split('\n')[0]).not.toContain('PLUGH');
});

test.each([
  ['github_branch_write', { action: 'create', branch: 'b', new_name: 'c' }, 'new_name: not for create'],
  ['github_branch_write', { action: 'rename', branch: 'b', new_name: 'c', to: 'main' }, 'to: not for rename'],
  ['github_comment_write', { action: 'add', number: 1, body: 'x', reaction: 'heart' }, 'reaction: not for add'],
  ['github_comment_write', { action: 'react', number: 1, reaction: 'heart', body: 'x' }, 'body: not for react'],
  ['github_repo_write', { action: 'fork', private: true }, 'private: not for fork'],
  ['github_repo_write', { action: 'create', organization: 'acme' }, 'organization: not for create'],
  ['github_actions_run', { action: 'rerun', run_id: 1, inputs: {} }, 'inputs: not for rerun'],
  ['github_release_write', { action: 'create', tag: 'v1', previous_tag: 'v0' }, 'generate_notes'],
  ['github_release_write', { action: 'create', tag: 'v1', edits: [{ old_text: '', new_text: 'x' }] }, 'that exists'],
  ['github_issue_write', { number: 1, duplicate_of: 1 }, 'itself'],
  ['github_issue_write', { number: 1, duplicate_of: 2, state_reason: 'completed' }, 'leave out state'],
] as const)('%s refuses %j instead of dropping a part of it', async (tool, args, words) => {
  const { world } = await withApp();
  await using _ = world;
  const { error, text } = await world.call(tool, { repo, ...args });
  expect([error?.code, text]).toEqual(['validation', expect.stringContaining(words)]);
  expect(world.sandbox.requests).toEqual([]);
});

test('a run that has not ended is not repeated, one that has is not cancelled, also in a dry run', async () => {
  const { world, repository } = await withApp();
  await using _ = world;
  const { state } = world.sandbox;
  const about = { name: 'CI', path: '.github/workflows/ci.yml', state: 'active', createdAt: 0 } as const;
  const workflow = { ...about, id: state.nextId() };
  workflowsOf(repository).push(workflow);
  const run = addRun(state, repository, {
    ...{ workflow, headBranch: 'main', headSha: tipOf(repository), actor: world.ada, event: 'push', title: 'x' },
    jobs: [{ name: 'test', steps: [], log: '' }],
  });
  const act = (action: string) => world.call('github_actions_run', { repo, action, run_id: run.id, dry_run: true });
  const answers = async () => [(await act('rerun')).error?.code, (await act('cancel')).error?.code];
  if (run.status !== 'completed') {
    expect(await answers()).toEqual(['conflict', undefined]);
    finishRun(state, run);
  }
  expect(await answers()).toEqual([undefined, 'conflict']);
  const unknown = { repo, action: 'rerun', run_id: 1, dry_run: true };
  expect((await world.call('github_actions_run', unknown)).error?.code).toBe('not_found');
  expect(world.writes()).toEqual([]);
});

test('a release that changed since it was read is left as it is', async () => {
  const { world } = await withApp();
  await using _ = world;
  const write = (args: object) => world.call('github_release_write', { repo, tag: 'v1', ...args });
  const made = await write({ action: 'create', body: 'One', latest: true });
  expect(made.data, made.text).toMatchObject({ verified: true, updated_at: expect.any(String) });
  const edits = [{ old_text: 'One', new_text: 'Two' }];
  const late = await write({ action: 'update', edits, expected_updated_at: '2020-01-01T00:00:00Z' });
  expect(late.error?.code).toBe('conflict');
  const inTime = await write({ action: 'update', edits, expected_updated_at: made.data.updated_at });
  expect(inTime.data, inTime.text).toMatchObject({ verified: true });
});

test('a milestone that is as it is meant is left alone', async () => {
  const { world } = await withApp();
  await using _ = world;
  const asked = { repo, milestones: [{ title: 'v1', due_on: '2026-03-01' }] };
  await world.call('github_labels_write', asked);
  const before = world.writes().length;
  const again = await world.call('github_labels_write', asked);
  expect(again.data.items).toEqual([{ name: 'v1', status: 'unchanged', verified: true }]);
  expect(world.writes()).toHaveLength(before);
});

test('a dry run of long texts fits an answer', async () => {
  const { world } = await withApp();
  await using _ = world;
  const { text, data } = await world.call('github_issue_write', {
    repo,
    title: 'x',
    body: 'y'.repeat(60_000),
    dry_run: true,
  });
  expect(text.length).toBeLessThan(20_000);
  expect(data.requests).toMatchObject([{ body: { title: 'x', body: expect.stringContaining('(60000 characters)') } }]);
});

test('an expected head is compared whatever its letters, and for replies alone, too', async () => {
  const { world, repository } = await withApp();
  await using _ = world;
  const files = { b: 'b' };
  commitFiles(world.sandbox.state, repository, { author: world.ada, branch: 'work', message: 'x', files });
  const { data } = await world.call('github_pull_write', { repo, title: 'x', head: 'work', base: 'main' });
  const at = { repo, number: data.number };
  const shouted = tipOf(repository, 'work').toUpperCase();
  const changed = await world.call('github_pull_write', { ...at, title: 'y', expected_head: shouted });
  expect(changed.data, changed.text).toMatchObject({ verified: true });
  const before = world.writes().length;
  const replies = [{ comment_id: 1, body: 'x' }];
  const stale = { ...at, replies, expected_head: '0'.repeat(40) };
  expect((await world.call('github_pull_review', stale)).error?.code).toBe('conflict');
  const merging = { ...at, expected_head: shouted, method: 'rebase', message: 'x' };
  expect((await world.call('github_pull_merge', merging)).error?.code).toBe('validation');
  expect(world.writes()).toHaveLength(before);
});

test('a label or milestone is not renamed to one that is there, and a dry run says so', async () => {
  const { world } = await withApp();
  await using _ = world;
  const write = (args: object) => world.call('github_labels_write', { repo, ...args });
  await write({ labels: [{ name: 'a' }, { name: 'b' }], milestones: [{ title: 'v1' }, { title: 'v2' }] });
  const before = world.writes().length;
  for (const dry_run of [true, false]) {
    const label = await write({ labels: [{ name: 'a', new_name: 'B' }], dry_run });
    const milestone = await write({ milestones: [{ title: 'v1', new_title: 'v2' }], dry_run });
    expect([label.error?.code, milestone.error?.code]).toEqual(['conflict', 'conflict']);
  }
  expect(world.writes()).toHaveLength(before);
});
