import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { addDiscussion } from '../sandbox/model/discussions.ts';
import { addLabel } from '../sandbox/model/milestones.ts';
import { withWorld } from './write.fixture.ts';

const repo = 'ada/app';

async function withWork() {
  const world = await withWorld();
  const repository = world.repository({ a: 'a' }, { hasDiscussions: true });
  const files = { b: 'b' };
  commitFiles(world.sandbox.state, repository, { author: world.ada, branch: 'work', message: 'x', files });
  return { world, repository };
}

test('a label that is mistyped is refused with what is near, and none is made', async () => {
  const { world, repository } = await withWork();
  await using _ = world;
  await world.call('github_issue_write', { repo, title: 'A', labels: ['BUG'] });
  await world.call('github_pull_write', { repo, title: 'B', head: 'work', base: 'main' });
  addDiscussion(world.sandbox.state, repository, { author: world.ada, title: 'C', body: 'x' });
  const before = [repository.labels.length, world.writes().length];
  const tries = [
    ['github_issue_write', { title: 'D', labels: ['bugg'] }],
    ['github_issue_write', { number: 1, labels: ['bug', 'bugg'] }],
    ['github_issue_write', { number: 1, add_labels: ['bugg'] }],
    ['github_pull_write', { title: 'D', head: 'work', base: 'main', add_labels: ['bugg'] }],
    ['github_pull_write', { number: 2, add_labels: ['bugg'] }],
    ['github_discussion_write', { number: 3, add_labels: ['bugg'] }],
  ] as const;
  for (const [tool, args] of tries) {
    for (const dry_run of [true, false]) {
      const { error, text } = await world.call(tool, { repo, ...args, dry_run });
      expect(error?.code, `${tool} ${text}`).toBe('not_found');
      expect(text).toContain('There is no label "bugg" in ada/app.');
      expect(text).toContain('Did you mean bug? github_labels_write makes labels.');
    }
  }
  expect([repository.labels.length, world.writes().length]).toEqual(before);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a label beyond the first hundred is found', async () => {
  const { world, repository } = await withWork();
  await using _ = world;
  for (let n = 0; n < 120; n += 1) {
    addLabel(world.sandbox.state, repository, { name: `area ${n}`, color: 'ffffff' });
  }
  const made = await world.call('github_issue_write', { repo, title: 'A', labels: ['bug', 'Area 119'] });
  expect(made.data, made.text).toMatchObject({ verified: true });
  const wrong = await world.call('github_issue_write', { repo, title: 'A', labels: ['area 119', 'none'] });
  expect(wrong.text).toContain('There is no label "none"');
  expect(world.sandbox.unknown).toEqual([]);
});

test('a new pull request between what are no branches names those that are near', async () => {
  const { world } = await withWork();
  await using _ = world;
  addAccount(world.sandbox.state, { login: 'bob' });
  const create = (args: object) =>
    world.call('github_pull_write', { repo, title: 'B', head: 'work', base: 'main', ...args });
  for (const dry_run of [true, false]) {
    const head = await create({ head: 'wrok', dry_run });
    expect([head.error?.code, head.text]).toEqual(['not_found', expect.stringContaining('head: there is no branch')]);
    expect(head.text).toContain('Did you mean "work"?');
    expect((await create({ head: 'ada:wrok', dry_run })).text).toContain('Did you mean "work"?');
    expect((await create({ base: 'mian', dry_run })).text).toContain('base: there is no branch "mian"');
  }
  expect((await create({ head: 'bob:work' })).error?.code).toBe('validation');
  await create({});
  const planned = await create({ dry_run: true });
  expect(planned.error).toMatchObject({ code: 'conflict', details: { number: 1 } });
  expect(planned.text).toContain('number: 1');
  expect(world.sandbox.unknown).toEqual([]);
});

test('threads of another pull request, or none, are refused before anything is sent', async () => {
  const { world, repository } = await withWork();
  await using _ = world;
  const { state } = world.sandbox;
  commitFiles(state, repository, { author: world.ada, branch: 'more', message: 'x', files: { c: 'c' } });
  for (const head of ['work', 'more']) await world.call('github_pull_write', { repo, title: head, head, base: 'main' });
  const review = (args: object) => world.call('github_pull_review', { repo, ...args });
  await review({ number: 1, comments: [{ path: 'b', line: 1, body: 'x' }] });
  const { data } = await world.call('github_pull', { repo, number: 1 });
  const [thread] = data.threads_open as { id: string }[];
  const before = world.writes().length;
  for (const id of [thread?.id, 'PRRT_none']) {
    const { error, text } = await review({ number: 2, event: 'comment', body: 'x', resolve: [id] });
    expect([error?.code, text]).toEqual(['validation', expect.stringContaining(`No threads of ada/app#2: ${id}`)]);
  }
  expect(world.writes()).toHaveLength(before);
  expect((await review({ number: 1, resolve: [thread?.id] })).data).toMatchObject({ verified: true });
  expect(world.sandbox.unknown).toEqual([]);
});

test('a discussion itself is reacted to', async () => {
  const { world, repository } = await withWork();
  await using _ = world;
  const talk = addDiscussion(world.sandbox.state, repository, { author: world.ada, title: 'C', body: 'x' });
  const react = (args: object) =>
    world.call('github_comment_write', { repo, action: 'react', on: 'discussion', reaction: 'rocket', ...args });
  expect((await react({ number: talk.number })).data).toEqual({ verified: true });
  expect(talk.reactions).toHaveLength(1);
  expect((await react({ number: 99 })).error?.code).toBe('not_found');
  expect((await react({})).text).toContain('number or comment_id must be given');
  expect(world.sandbox.unknown).toEqual([]);
});
