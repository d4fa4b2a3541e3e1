import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import { tipOf, withWorld } from './write.fixture.ts';

const sha = 'a'.repeat(40);

/** One call of every write tool, on a repository. */
const calls = (repo: string): readonly (readonly [tool: string, args: Record<string, unknown>])[] => [
  ['github_write_files', { repo, message: 'x', files: [{ path: 'x', text: 'x' }] }],
  ['github_branch_write', { repo, action: 'create', branch: 'x' }],
  ['github_pull_write', { repo, title: 'x', head: 'work', base: 'main' }],
  ['github_pull_review', { repo, number: 1, event: 'approve' }],
  ['github_pull_merge', { repo, number: 1, expected_head: sha }],
  ['github_labels_write', { repo, labels: [{ name: 'x', color: 'ff0000' }] }],
  ['github_issue_links_write', { repo, number: 1, kind: 'sub_issue', issues: [2] }],
  ['github_release_write', { repo, action: 'create', tag: 'x' }],
  ['github_actions_run', { repo, action: 'cancel', run_id: 1 }],
  ['github_repo_write', { repo, action: 'star' }],
  ['github_delete', { repo, kind: 'repository', name: repo }],
];

test('outside of the allowlist no write tool sends anything', async () => {
  await using world = await withWorld({ github: { repos: ['acme/*'] } });
  world.repository({ a: 'a' });
  for (const [tool, args] of calls('ada/app')) {
    for (const dry_run of [false, true]) {
      const { error, text } = await world.call(tool, { ...args, dry_run });
      expect([tool, error?.code], text).toEqual([tool, 'auth']);
      expect(text).toContain('GITHUB_REPOS');
    }
  }
  expect(world.sandbox.requests).toEqual([]);
});

test('names inside of arguments are held against the allowlist too', async () => {
  await using world = await withWorld({ github: { repos: ['ada/app'] } });
  const repository = world.repository({ a: 'a' });
  commitFiles(world.sandbox.state, repository, {
    ...{ author: world.ada, branch: 'work', message: 'x', files: { b: 'b' } },
  });
  const repo = 'ada/app';
  const outside: readonly (readonly [string, Record<string, unknown>])[] = [
    ['github_pull_write', { repo, title: 'x', head: 'eve:work', base: 'main' }],
    ['github_issue_links_write', { repo, number: 1, kind: 'blocked_by', issues: ['eve/app#1'] }],
    ['github_repo_write', { repo, action: 'fork', fork_name: 'other' }],
    ['github_repo_write', { repo: 'ada/other', action: 'create' }],
  ];
  for (const [tool, args] of outside) {
    const { error, text } = await world.call(tool, args);
    expect([tool, error?.code], text).toEqual([tool, 'auth']);
  }
  expect(world.writes()).toEqual([]);
});

test('after something private was read nothing is written in public', async () => {
  await using world = await withWorld();
  world.repository({ 'a.txt': 'secret' });
  const open = world.repository({ a: 'a' }, { name: 'open', visibility: 'public' });
  commitFiles(world.sandbox.state, open, {
    ...{ author: world.ada, branch: 'work', message: 'x', files: { b: 'b' } },
  });
  const head = tipOf(open);
  await world.call('github_read_files', { repo: 'ada/app', files: [{ path: 'a.txt' }] });
  const writing = [
    'github_write_files',
    'github_branch_write',
    'github_pull_write',
    'github_labels_write',
    'github_release_write',
  ];
  for (const [tool, args] of calls('ada/open').filter(([tool]) => writing.includes(tool))) {
    for (const dry_run of [false, true]) {
      const { error, text } = await world.call(tool, { ...args, dry_run });
      expect([tool, error?.code], text).toEqual([tool, 'auth']);
      expect(text).toContain('GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE');
    }
  }
  const made = { repo: 'ada/leak', action: 'create', private: false };
  expect((await world.call('github_repo_write', made)).error?.code).toBe('auth');
  expect([world.writes(), tipOf(open)]).toEqual([[], head]);
});

test('a secondary limit in the middle is told with the time to come back, beside what was done', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  commitFiles(world.sandbox.state, repository, {
    ...{ author: world.ada, branch: 'work', message: 'x', files: { b: 'b' } },
  });
  const { faults } = world.sandbox;
  const repo = 'ada/app';
  faults.secondaryLimit('POST */issues/*/labels', { retryAfter: 120, times: Number.POSITIVE_INFINITY });
  const pull = { repo, title: 'x', head: 'work', base: 'main', add_labels: ['bug'], assignees: ['ada'] };
  const made = await world.call('github_pull_write', pull);
  expect(made.isError, made.text).toBe(false);
  expect(made.data).toMatchObject({
    number: 1,
    verified: false,
    failed: [{ step: 'add_labels' }, { step: 'assignees' }],
  });
  expect(JSON.stringify(made.data.failed)).toContain('120 s');
  faults.clear();
  faults.secondaryLimit('POST */labels', { retryAfter: 90, times: Number.POSITIVE_INFINITY });
  const labels = [{ name: 'x', color: 'ff0000' }];
  const refused = await world.call('github_labels_write', { repo, labels });
  expect(refused.error).toMatchObject({ code: 'rate_limit', retry_after_s: 90 });
  expect(world.sandbox.unknown).toEqual([]);
});
