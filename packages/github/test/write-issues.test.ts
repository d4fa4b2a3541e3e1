import { expect, test } from 'vitest';
import { withWorld } from './write.fixture.ts';

const repo = 'ada/app';

async function withIssues(count = 3) {
  const world = await withWorld();
  world.repository({ a: 'a' });
  for (let n = 1; n <= count; n += 1) await world.call('github_issue_write', { repo, title: `Issue ${n}` });
  return world;
}

test('labels and milestones are created, changed, renamed and left alone, item by item', async () => {
  await using world = await withIssues(0);
  const write = (args: object) => world.call('github_labels_write', { repo, ...args });
  const labels = [
    { name: 'area: ui/x', color: '#FF0000', description: 'One' },
    { name: 'b', color: '00ff00' },
  ];
  const milestones = [{ title: 'v1', due_on: '2026-03-01', description: 'First' }];
  const first = await write({ labels, milestones });
  expect(first.isError, first.text).toBe(false);
  expect(first.data.items).toEqual([
    { name: 'area: ui/x', status: 'created', verified: true },
    { name: 'b', status: 'created', verified: true },
    { name: 'v1', status: 'created', verified: true },
  ]);
  const second = await write({
    labels: [labels[0], { name: 'b', new_name: 'c', description: 'Two' }, { name: 'none', new_name: 'x' }],
    milestones: [{ title: 'v1', new_title: 'v2', state: 'closed', due_on: '2026-04-01' }],
  });
  expect(second.data.items).toEqual([
    { name: 'area: ui/x', status: 'unchanged', verified: true },
    { name: 'b', status: 'updated', verified: true },
    { name: 'none', status: 'failed', error: expect.stringContaining('no label') },
    { name: 'v1', status: 'updated', verified: true },
  ]);
  const before = world.writes().length;
  const planned = await write({ labels: [{ name: 'new', color: 'ffffff' }], dry_run: true });
  expect(planned.data).toMatchObject({
    items: [{ name: 'new', status: 'created' }],
    requests: [{ method: 'POST', path: '/repos/ada/app/labels', body: { name: 'new', color: 'ffffff' } }],
  });
  expect(world.writes()).toHaveLength(before);
  expect((await write({})).text).toContain('Give labels or milestones');
  expect((await write({ labels: [{ name: 'none', new_name: 'x' }] })).error?.code).toBe('not_found');
  expect(world.sandbox.unknown).toEqual([]);
});

test('issues are linked and unlinked in every way, and what is so already is left', async () => {
  await using world = await withIssues(4);
  const link = (args: object) => world.call('github_issue_links_write', { repo, number: 1, ...args });
  const added = await link({ kind: 'sub_issue', issues: [2, 'ada/app#3', 99] });
  expect(added.isError, added.text).toBe(false);
  expect(added.data.items).toEqual([
    { name: 'ada/app#2', status: 'added', verified: true },
    { name: 'ada/app#3', status: 'added', verified: true },
    { name: 'ada/app#99', status: 'failed', error: expect.stringContaining('404') },
  ]);
  expect((await link({ kind: 'sub_issue', issues: [2] })).data.items).toMatchObject([{ status: 'unchanged' }]);
  expect((await link({ kind: 'blocked_by', issues: [4] })).data.items).toMatchObject([
    { status: 'added', verified: true },
  ]);
  const blocking = await world.call('github_issue_links_write', { repo, number: 4, kind: 'blocking', issues: [1] });
  expect(blocking.data.items).toMatchObject([{ status: 'unchanged' }]);
  const removed = await link({ kind: 'sub_issue', issues: [2], remove: true });
  expect(removed.data.items).toMatchObject([{ status: 'removed', verified: true }]);
  const unblocked = await link({ kind: 'blocked_by', issues: [4], remove: true });
  expect(unblocked.data.items).toMatchObject([{ status: 'removed', verified: true }]);
  const second = await world.call('github_issue_links_write', { repo, number: 2, kind: 'sub_issue', issues: [3] });
  expect(second.isError).toBe(true);
  const moved = { repo, number: 2, kind: 'sub_issue', issues: [3], replace_parent: true };
  expect((await world.call('github_issue_links_write', moved)).data.items).toMatchObject([{ status: 'added' }]);
  const duplicate = await link({ kind: 'duplicate_of', issues: [4] });
  expect(duplicate.data.items).toEqual([{ name: 'ada/app#4', status: 'closed', verified: true }]);
  expect((await link({ kind: 'duplicate_of', issues: [3, 4] })).text).toContain('one other');
  expect((await link({ kind: 'blocking', issues: ['x'] })).text).toContain('is no issue');
  const before = world.writes().length;
  const planned = await link({ kind: 'blocked_by', issues: [2], dry_run: true });
  expect(planned.data.requests).toMatchObject([{ path: '/repos/ada/app/issues/1/dependencies/blocked_by' }]);
  expect(world.writes()).toHaveLength(before);
  expect(world.sandbox.unknown).toEqual([]);
});
