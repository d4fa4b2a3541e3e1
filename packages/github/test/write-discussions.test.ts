import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import {
  addDiscussion,
  addDiscussionComment,
  type Discussion,
  discussionsOf,
  everyDiscussion,
} from '../sandbox/model/discussions.ts';
import { nodeId } from '../sandbox/model/node-id.ts';
import type { Repository } from '../sandbox/model/repository.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { type WriteWorld, withWorld } from './write.fixture.ts';

const repo = 'ada/app';
const tool = 'github_discussion_write';
const hostile = 'One <T>\r\ntwo \u{1f600} e\u0301 \u202e  \r\n\r\n\t';

/** ada/app with discussions, and one of bob's with a comment of ada's. */
async function withTalk(given: Parameters<typeof withWorld>[0] = {}) {
  const world = await withWorld(given);
  const repository = world.repository({ a: 'x' }, { hasDiscussions: true });
  const { state } = world.sandbox;
  const bob = addAccount(state, { login: 'bob' });
  repository.collaborators.set(bob.id, 'read');
  addToken(state, { value: 'ghp_bob', user: bob, scopes: ['repo'] });
  const question = addDiscussion(state, repository, { author: bob, title: 'How?', body: hostile, category: 'q-a' });
  const comment = addDiscussionComment(state, question, { author: world.ada, body: 'So.' });
  const write = (args: object) => world.call(tool, { repo, ...args });
  return { world, repository, bob, question, answer: nodeId('DiscussionComment', comment.id), write };
}

const last = (repository: Repository): Discussion | undefined => [...discussionsOf(repository).values()].at(-1);
const done = (world: WriteWorld) => expect(world.sandbox.unknown).toEqual([]);

test('a discussion is opened in a category by name or slug, byte for byte, with labels, a lock and no vote', async () => {
  const { world, repository, write } = await withTalk();
  await using _ = world;
  const made = await write({
    ...{ title: 'Idea', body: hostile, category: 'show-and-tell', add_labels: ['BUG', 'question'] },
    ...{ locked: true, upvote: false },
  });
  expect(made.isError, made.text).toBe(false);
  expect(made.data).toMatchObject({ number: 2, state: 'open', verified: true });
  expect(made.data).not.toHaveProperty('failed');
  const stored = last(repository);
  expect(stored).toMatchObject({ title: 'Idea', body: hostile, locked: true });
  expect(stored?.category.slug).toBe('show-and-tell');
  expect(stored?.labels.map(({ name }) => name)).toEqual(['bug', 'question']);
  expect(stored?.upvotes.size).toBe(0);
  const other = await write({ title: 'More', body: 'x', category: 'q&a' });
  expect(other.data).toMatchObject({ verified: true });
  done(world);
});

test('only what is given changes, and edits keep every other byte', async () => {
  const { world, question, write } = await withTalk();
  await using _ = world;
  const read = (await world.call('github_discussions', { repo, number: 1 })).data.discussion as { updated_at: string };
  const changed = await write({
    ...{ number: 1, title: 'How then?', category: 'Ideas', edits: [{ old_text: '<T>', new_text: '<U>\n' }] },
    ...{ add_labels: ['bug'], expected_updated_at: read.updated_at },
  });
  expect(changed.isError, changed.text).toBe(false);
  expect(changed.data).toMatchObject({ number: 1, verified: true });
  expect(question).toMatchObject({ title: 'How then?', body: hostile.replace('<T>', '<U>\n') });
  const set = await write({ number: 1, labels: ['wontfix', 'bug'] });
  expect(set.data).toMatchObject({ verified: true });
  expect(question.labels.map(({ name }) => name)).toEqual(['bug', 'wontfix']);
  await write({ number: 1, remove_labels: ['Bug', 'never there'] });
  expect(question.labels.map(({ name }) => name)).toEqual(['wontfix']);
  const before = world.writes().length;
  expect((await write({ number: 1, labels: ['wontfix'], state: 'open', locked: false })).data.verified).toBe(true);
  expect(world.writes()).toHaveLength(before);
  done(world);
});

test('it is closed with a reason, opened, locked, answered and voted for; what is so already is not sent', async () => {
  const { world, question, answer, write } = await withTalk();
  await using _ = world;
  const all = { number: 1, state: 'closed', state_reason: 'duplicate', locked: true, answer, upvote: true };
  const closed = await write(all);
  expect(closed.isError, closed.text).toBe(false);
  expect(closed.data).toMatchObject({ state: 'closed', verified: true });
  expect(question).toMatchObject({ closed: { reason: 'DUPLICATE' }, locked: true });
  expect(nodeId('DiscussionComment', question.answer?.comment.id ?? 0)).toBe(answer);
  expect(question.upvotes.has(world.ada.id)).toBe(true);
  const shown = (await world.call('github_discussions', { repo, number: 1 })).data.discussion;
  expect(shown).toMatchObject({ closed: true, state_reason: 'duplicate', locked: true });
  const before = world.writes().length;
  expect((await write(all)).data).toMatchObject({ verified: true });
  expect(world.writes()).toHaveLength(before);
  const other = await write({ number: 1, state: 'closed', state_reason: 'outdated' });
  expect(other.data).toMatchObject({ verified: true });
  const opened = await write({ number: 1, state: 'open', locked: false, answer: null, upvote: false });
  expect(opened.data).toMatchObject({ state: 'open', verified: true });
  expect(question).toMatchObject({ closed: undefined, locked: false, answer: undefined });
  expect((await write({ number: 1, state: 'closed' })).data).toMatchObject({ verified: true });
  expect(question.closed?.reason).toBe('RESOLVED');
  done(world);
});

test('what does not exist is refused with what there is, and nothing is sent', async () => {
  const { world, question, write } = await withTalk();
  await using _ = world;
  const refused = async (args: object) => {
    const { isError, text, error } = await write(args);
    expect(isError, JSON.stringify(args)).toBe(true);
    return `${error?.code}: ${text}`;
  };
  const fresh = { title: 'x', body: 'x', category: 'general' };
  expect(await refused({ ...fresh, category: 'generel' })).toContain('Did you mean "General"');
  expect(await refused({ ...fresh, category: 'Nowhere at all' })).toContain('There are "Announcements", "General"');
  expect(await refused({ ...fresh, add_labels: ['questoin'] })).toMatch(/not_found.*Did you mean question/s);
  expect(await refused({ number: 1, labels: ['unheard of'] })).toMatch(/There are bug, documentation/);
  expect(await refused({ number: 9, title: 'x' })).toContain('not_found');
  expect(await refused({ number: 1, edits: [{ old_text: 'absent', new_text: 'x' }] })).toContain('conflict');
  const elsewhere = addDiscussion(world.sandbox.state, question.repository, {
    author: world.ada,
    title: 'B',
    body: 'b',
  });
  const foreign = addDiscussionComment(world.sandbox.state, elsewhere, { author: world.ada, body: 'c' });
  const answer = nodeId('DiscussionComment', foreign.id);
  expect(await refused({ number: 1, answer })).toContain('no comment of this discussion');
  expect(await refused({ number: 1, answer: nodeId('Repository', question.repository.id) })).toContain('no comment');
  expect(await refused({ number: elsewhere.number, answer })).toContain('have no answers');
  expect(world.writes()).toEqual([]);
  question.repository.hasDiscussions = false;
  expect(await refused(fresh)).toContain('switched off');
});

test('a body that was changed after it was read is not written over', async () => {
  const { world, question, write } = await withTalk();
  await using _ = world;
  const expected_updated_at = '2020-01-01T00:00:00Z';
  const stale = await write({ number: 1, body: 'mine', expected_updated_at });
  expect(stale.error).toMatchObject({ code: 'conflict', details: { expected: expected_updated_at } });
  expect(question.body).toBe(hostile);
  expect(world.writes()).toEqual([]);
});

test('what fails after the first step is told, and the rest is done', async () => {
  const { world, repository, write } = await withTalk({ token: 'ghp_bob' });
  await using _ = world;
  const made = await write({ title: 'x', body: 'x', category: 'general', add_labels: ['bug'] });
  expect(made.data).toMatchObject({ number: 2, verified: false, failed: [{ step: 'labels' }] });
  expect(made.data).not.toHaveProperty('not_applied');
  expect(last(repository)?.labels).toEqual([]);
  const news = await write({ title: 'x', body: 'x', category: 'Announcements' });
  expect([news.isError, news.error?.code]).toEqual([true, 'auth']);
  done(world);
});

test('a dry run shows every request and sends none, of a new one too and under an allowlist', async () => {
  for (const github of [{}, { repos: ['ada/*'] }]) {
    const { world, answer, write } = await withTalk({ github });
    await using _ = world;
    const fresh = { title: 'x', body: 'y', category: 'Q&A', add_labels: ['bug'], locked: true, dry_run: true };
    const names = async (args: object) => {
      const { data, isError, text } = await write(args);
      expect(isError, text).toBe(false);
      return (data.requests as { path: string }[]).map(({ path }) => path);
    };
    expect(await names(fresh)).toEqual(
      ['CreateDiscussion', 'LabelDiscussion', 'LockDiscussion'].map((name) => `/graphql ${name}`),
    );
    const change = { number: 1, title: 'z', state: 'closed', answer, upvote: true, dry_run: true };
    expect(await names(change)).toEqual(
      ['UpdateDiscussion', 'MarkAnswer', 'Upvote', 'CloseDiscussion'].map((name) => `/graphql ${name}`),
    );
    expect(world.writes()).toEqual([]);
  }
});

test.each([
  [{}, 'needs title, body and category'],
  [{ number: 1 }, 'Nothing to change'],
  [{ number: 1, expected_updated_at: '2026-01-01T00:00:00Z' }, 'Nothing to change'],
  [{ title: 'x', body: 'y' }, 'needs title, body and category'],
  [{ title: 'x', state: 'closed' }, 'only for a discussion that exists'],
  [{ number: 1, state_reason: 'outdated' }, 'give state "closed"'],
  [{ number: 1, body: 'a', edits: [{ old_text: 'a', new_text: 'b' }] }, 'not both'],
  [{ number: 1, state: 'closed', state_reason: 'completed' }, 'state_reason'],
])('%j says what is wrong with it', async (given, words) => {
  await using world = await withWorld();
  const { text, isError } = await world.call(tool, { repo, ...given });
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
  expect(world.sandbox.requests).toEqual([]);
});

test('after a private read a public discussion is not written, but voted for', async () => {
  const { world, repository, write } = await withTalk();
  await using _ = world;
  const open = world.repository({ a: 'x' }, { name: 'open', visibility: 'public', hasDiscussions: true });
  const talk = addDiscussion(world.sandbox.state, open, { author: world.ada, title: 'T', body: 'B' });
  expect((await world.call(tool, { repo: 'ada/open', number: 1, title: 'T2' })).isError).toBe(false);
  await world.call('github_discussions', { repo, number: 1 });
  for (const change of [{ title: 'leak' }, { body: 'leak' }, { add_labels: ['bug'] }, { locked: true }]) {
    const { isError, error } = await world.call(tool, { repo: 'ada/open', number: 1, ...change });
    expect([isError, error?.code], JSON.stringify(change)).toEqual([true, 'auth']);
  }
  const fresh = { repo: 'ada/open', title: 'leak', body: 'leak', category: 'general' };
  expect((await world.call(tool, fresh)).error?.code).toBe('auth');
  expect((await world.call(tool, { repo: 'ada/open', number: 1, upvote: false })).data).toMatchObject({
    verified: true,
  });
  expect(talk.title).toBe('T2');
  expect((await write({ number: 1, title: 'inside' })).data).toMatchObject({ verified: true });
  expect(everyDiscussion(world.sandbox.state)).toHaveLength(2);
  expect(repository.visibility).toBe('private');
});

test('outside the allowlist nothing is written, by no name and no id', async () => {
  const { world } = await withTalk({ github: { repos: ['ada/inside'] } });
  await using _ = world;
  const inside = world.repository({ a: 'x' }, { name: 'inside', hasDiscussions: true });
  addDiscussion(world.sandbox.state, inside, { author: world.ada, title: 'T', body: 'B', category: 'q-a' });
  const [question] = everyDiscussion(world.sandbox.state);
  const answer = nodeId('DiscussionComment', question?.comments[0]?.id ?? 0);
  for (const given of [
    { repo, number: 1, title: 'x' },
    { repo, title: 'x', body: 'x', category: 'general' },
    { repo: 'ada/inside', number: 1, answer },
  ]) {
    expect((await world.call(tool, given)).error?.code, JSON.stringify(given)).toBe('auth');
  }
  expect(world.writes()).toEqual([]);
});

test('discussions and their comments are deleted, those of others are not', async () => {
  const { world, repository, question, answer } = await withTalk();
  await using _ = world;
  const remove = (kind: string, name: string, more = {}) => world.call('github_delete', { repo, kind, name, ...more });
  const foreign = addDiscussion(world.sandbox.state, repository, { author: world.ada, title: 'B', body: 'b' });
  const wrong = await remove('discussion_comment', `${foreign.number}/${answer}`);
  expect(wrong.text).toContain('no comment of the discussion');
  expect((await remove('discussion_comment', answer)).text).toContain('number/comment_id');
  expect((await remove('discussion', 'How?')).text).toContain('number of the discussion');
  const planned = await remove('discussion_comment', `1/${answer}`, { dry_run: true });
  expect(planned.data.requests).toHaveLength(1);
  const gone = await remove('discussion_comment', `1/${answer}`);
  expect(gone.data).toMatchObject({ was: 'So.', verified: true });
  expect(gone.text).toMatch(/<<untrusted [0-9a-f]+ from GitHub>>\n.*"was":"So\."/);
  const parent = addDiscussionComment(world.sandbox.state, question, { author: world.ada, body: 'p' });
  addDiscussionComment(world.sandbox.state, question, { author: world.ada, body: 'r', replyTo: parent });
  const emptied = await remove('discussion_comment', `1/${nodeId('DiscussionComment', parent.id)}`);
  expect(emptied.data).toMatchObject({ was: 'p', verified: true });
  expect((await remove('discussion', '1')).data).toMatchObject({ was: 'How?', verified: true });
  expect((await remove('discussion', '1')).error?.code).toBe('not_found');
  done(world);
});
