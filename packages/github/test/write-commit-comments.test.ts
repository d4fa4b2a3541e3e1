import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { commitCommentsOf } from '../sandbox/model/commit-comments.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { openPort } from '../src/github.fixture.ts';
import { tipOf, withWorld } from './write.fixture.ts';

const repo = 'ada/app';
const on = 'commit';

test('a commit is commented on, the comment changed by edits, and reacted to once', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const write = (args: object) => world.call('github_comment_write', { repo, on, ...args });
  const body = 'One <T>\r\ntwo \u{1f600}';
  const added = await write({ action: 'add', sha: tipOf(repository), body });
  expect(added.isError, added.text).toBe(false);
  expect(added.data).toMatchObject({ url: expect.stringContaining('#commitcomment-'), verified: true });
  const { comment_id } = added.data;
  const edits = [{ old_text: '<T>', new_text: '<U>' }];
  const stale = await write({ action: 'edit', comment_id, edits, expected_updated_at: '2020-01-01T00:00:00Z' });
  expect(stale.error?.code).toBe('conflict');
  const edited = await write({ action: 'edit', comment_id, edits, expected_updated_at: added.data.updated_at });
  expect(edited.data).toMatchObject({ comment_id, verified: true });
  expect(commitCommentsOf(repository)).toMatchObject([
    { commit: tipOf(repository), body: body.replace('<T>', '<U>'), path: null },
  ]);
  const whole = await write({ action: 'edit', comment_id, body: 'All of it' });
  expect(whole.data).toMatchObject({ verified: true });
  for (let n = 0; n < 2; n += 1) {
    expect((await write({ action: 'react', comment_id, reaction: 'rocket' })).data).toMatchObject({ verified: true });
  }
  expect(commitCommentsOf(repository)[0]?.reactions).toHaveLength(1);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a short sha, a branch and a tag are taken, one that is not there and what lacks an argument are refused with a way out', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' });
  const write = (args: object) => world.call('github_comment_write', { repo, on, ...args });
  const short = await write({ action: 'add', sha: tipOf(repository).slice(0, 10), body: 'x' });
  expect(short.isError, short.text).toBe(false);
  repository.refs.set('refs/tags/v1.0.0', tipOf(repository));
  for (const sha of ['v1.0.0', 'main']) {
    expect((await write({ action: 'add', sha, body: 'x' })).data, sha).toMatchObject({ verified: true });
  }
  expect((await write({ action: 'add', sha: '0'.repeat(40), body: 'x' })).text).toContain(
    'is no branch, tag or commit',
  );
  expect((await write({ action: 'add', body: 'x' })).text).toContain('sha must be given');
  expect((await write({ action: 'react', sha: tipOf(repository), reaction: 'eyes' })).text).toContain('comment_id');
  expect((await write({ action: 'edit', comment_id: '1', body: 'x' })).error?.code).toBe('not_found');
  expect((await write({ action: 'edit', comment_id: 'IC_x', body: 'x' })).text).toContain('is not a number');
  const before = world.writes().length;
  const planned = await write({ action: 'add', sha: tipOf(repository), body: 'x', dry_run: true });
  expect(planned.data.requests).toEqual([
    { method: 'POST', path: `/repos/ada/app/commits/${tipOf(repository)}/comments`, body: { body: 'x' } },
  ]);
  expect(world.writes()).toHaveLength(before);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a comment of somebody else is not changed by who may only read', async () => {
  await using world = await withWorld();
  const repository = world.repository({ a: 'a' }, { visibility: 'public' });
  const { data } = await world.call('github_comment_write', {
    ...{ repo, on, action: 'add', sha: tipOf(repository), body: 'mine' },
  });
  const eve = addAccount(world.sandbox.state, { login: 'eve' });
  addToken(world.sandbox.state, { value: 'ghp_eve', user: eve, scopes: ['public_repo'] });
  await using asEve = await openPort(world.sandbox.url, { credential: { kind: 'token', token: 'ghp_eve' } }).connect();
  const tried = await asEve.call('github_comment_write', {
    ...{ repo, on, action: 'edit', comment_id: data.comment_id, body: 'hers' },
  });
  expect(tried.error?.code).toBe('auth');
  expect(commitCommentsOf(repository)[0]?.body).toBe('mine');
});
