import { expect, test } from 'vitest';
import { contentsOf, tipOf, withWorld } from './write.fixture.ts';

const repo = 'ada/app';

test('everything is deleted by its exact name and read back as gone', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a', 'b.txt': 'b' });
  const head = tipOf(repository);
  const remove = (args: object) => world.call('github_delete', { repo, ...args });
  repository.refs.set('refs/heads/feature/x', head);
  await world.call('github_labels_write', { repo, labels: [{ name: 'Area: x', color: 'ff0000' }] });
  await world.call('github_issue_write', { repo, title: 'A' });
  const comment = await world.call('github_comment_write', { repo, action: 'add', number: 1, body: 'x' });
  await world.call('github_release_write', { repo, action: 'create', tag: 'v1', draft: true });
  const things = [
    { kind: 'branch', name: 'feature/x', expected_head: head },
    { kind: 'label', name: 'Area: x' },
    { kind: 'comment', name: comment.data.comment_id },
    { kind: 'release', name: 'v1' },
    { kind: 'file', name: 'b.txt' },
    { kind: 'repository', name: 'ada/app' },
  ];
  const before = world.writes().length;
  for (const thing of things) {
    const planned = await remove({ ...thing, dry_run: true });
    expect(planned.data.requests, planned.text).not.toEqual([]);
  }
  expect(world.writes()).toHaveLength(before);
  for (const { kind, name, ...more } of things) {
    if (kind === 'repository') expect(contentsOf(repository)).toEqual({ 'a.txt': '100644 a' });
    const wrong = await remove({ kind, name: `${name}1`, ...more });
    expect(wrong.isError, kind).toBe(true);
    const gone = await remove({ kind, name, ...more });
    expect(gone.isError, gone.text).toBe(false);
    expect(gone.data).toMatchObject({ kind, name, verified: true });
    if (kind === 'branch') expect(gone.data.was).toBe(head);
    expect((await remove({ kind, name, ...more })).isError).toBe(true);
  }
  expect(world.sandbox.unknown).toEqual([]);
});

test('a tag is deleted when no release is of it, and what deleting a release leaves is said', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const remove = (args: object) => world.call('github_delete', { repo, ...args });
  await world.call('github_release_write', { repo, action: 'create', tag: 'v1' });
  const tag = { kind: 'tag', name: 'v1' };
  const refused = await remove(tag);
  expect([refused.error?.code, refused.text]).toEqual(['conflict', expect.stringContaining('The release v1')]);
  const release = await remove({ kind: 'release', name: 'v1' });
  expect(release.data).toMatchObject({ verified: true, note: expect.stringContaining('Its tag stays') });
  const ref = 'refs/tags/v1';
  expect(repository.refs.has(ref)).toBe(true);
  const planned = await remove({ ...tag, dry_run: true });
  expect(planned.data.requests).toEqual([{ method: 'DELETE', path: '/repos/ada/app/git/refs/tags%2Fv1' }]);
  expect((await remove({ kind: 'tag', name: 'v' })).error?.code).toBe('not_found');
  const gone = await remove(tag);
  expect(gone.data, gone.text).toEqual({ ...tag, was: tipOf(repository), verified: true });
  expect(repository.refs.has(ref)).toBe(false);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a milestone is deleted by its exact title', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const remove = (args: object) => world.call('github_delete', { repo, kind: 'milestone', ...args });
  await world.call('github_labels_write', {
    repo,
    milestones: [{ title: 'v1.0' }, { title: 'v2.0', state: 'closed' }],
  });
  const other = await remove({ name: 'V1.0' });
  expect([other.error?.code, other.text]).toEqual(['not_found', expect.stringContaining('Did you mean "v1.0"')]);
  expect((await remove({ name: 'v2.0', dry_run: true })).data.requests).toMatchObject([{ method: 'DELETE' }]);
  for (const name of ['v1.0', 'v2.0']) expect((await remove({ name })).data).toMatchObject({ name, verified: true });
  expect(repository.milestones).toEqual([]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('of a file that is not there no text is asked for', async () => {
  await using world = await withWorld();
  world.repository({ a: 'a' });
  const { text, error } = await world.call('github_delete', { repo, kind: 'file', name: 'b' });
  expect(error?.code).toBe('not_found');
  expect(text).not.toContain('base64');
});

test('another spelling, a moved branch and the default branch are not deleted', async () => {
  await using world = await withWorld();
  const repository = world.repository({ 'a.txt': 'a' });
  repository.refs.set('refs/heads/x', tipOf(repository));
  const remove = (args: object) => world.call('github_delete', { repo, ...args });
  await world.call('github_labels_write', { repo, labels: [{ name: 'Wobble', color: 'ff0000' }] });
  const before = world.writes().length;
  expect((await remove({ kind: 'label', name: 'wobble' })).text).toContain('named "Wobble"');
  world.sandbox.state.renamed.set('ada/old', repository.id);
  const renamed = await world.call('github_delete', { repo: 'ada/old', kind: 'repository', name: 'ada/old' });
  expect(renamed.text).toContain('ada/app');
  expect((await remove({ kind: 'repository', name: 'app' })).text).toContain('exactly');
  const moved = await remove({ kind: 'branch', name: 'x', expected_head: 'a'.repeat(40) });
  expect(moved.error?.code).toBe('conflict');
  expect((await remove({ kind: 'label', name: 'Wobble', branch: 'x' })).text).toContain('not for a label');
  expect((await remove({ kind: 'comment', name: 'x' })).text).toContain('a number');
  expect(world.writes()).toHaveLength(before);
  const main = await remove({ kind: 'branch', name: 'main' });
  expect(main.error?.code).toBe('conflict');
  expect(main.text).toContain('default branch');
  expect(repository.refs.has('refs/heads/main')).toBe(true);
  world.sandbox.faults.add({ on: 'DELETE */git/refs/*', apply: true, break: 'reset' });
  expect((await remove({ kind: 'branch', name: 'x' })).data).toMatchObject({ verified: true });
});
