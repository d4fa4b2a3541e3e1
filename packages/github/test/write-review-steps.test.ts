import { expect, test, vi } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { commitFiles } from '../sandbox/model/commits.ts';
import { pullsOf } from '../sandbox/model/issue.ts';
import { addReview, dismissReview } from '../sandbox/model/reviews.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { openPort } from '../src/github.fixture.ts';
import { writeReview } from '../src/write/pulls/review.ts';
import { type WriteWorld, withWorld } from './write.fixture.ts';

const tool = 'github_pull_review';
const at = { repo: 'ada/app', number: 1 };
const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`).join('');

/** Pull request 1 of bob's, which ada reviews: it changes line 10 of a.txt, adds b.txt and an image, and deletes c.txt. */
async function withPull(world: WriteWorld) {
  const { state } = world.sandbox;
  const repository = world.repository({ 'a.txt': lines(60), 'c.txt': 'c\n' });
  const bob = addAccount(state, { login: 'bob' });
  repository.collaborators.set(bob.id, 'write');
  addToken(state, { value: 'ghp_bob', user: bob, scopes: ['repo'] });
  const files = {
    ...{ 'a.txt': lines(60).replace('line 10\n', 'LINE 10\n'), 'b.txt': 'b\nbb\n', 'c.txt': null },
    'x.png': Buffer.from([0x89, 0x50, 0, 1]),
  };
  commitFiles(state, repository, { author: bob, branch: 'work', message: 'Work', files });
  const response = await fetch(`${world.sandbox.url}/repos/ada/app/pulls`, {
    method: 'POST',
    headers: { authorization: 'Bearer ghp_bob', 'content-type': 'application/json', 'user-agent': 'test' },
    body: JSON.stringify({ title: 'Work', head: 'work', base: 'main' }),
  });
  expect(response.status).toBe(201);
  const [issue] = pullsOf(repository);
  if (!issue) throw new Error('the pull request was made');
  return { repository, bob, issue };
}

const onFile = { path: 'b.txt', body: 'Why this file?' };
const onImage = { path: 'x.png', body: 'An image <T>\r\n' };
const onLine = { path: 'a.txt', line: 10, body: 'Why?' };

test('comments on whole files, binary and deleted ones too, are part of one review', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  const gone = { path: 'c.txt', body: 'Still used' };
  const comments = [onFile, onLine, onImage, gone, { path: 'a.txt', start_line: 9, line: 11, body: 'All of it' }];
  const { data, isError, text } = await world.call(tool, { ...at, event: 'request_changes', body: 'Please', comments });
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({ state: 'changes_requested', comments: 5, done: ['review'], verified: true });
  const { reviews, threads } = issue.pull;
  expect(reviews.map(({ state, body }) => [state, body])).toEqual([['CHANGES_REQUESTED', 'Please']]);
  expect(threads.map(({ path, subject, startLine, line }) => [path, subject, startLine, line])).toEqual([
    ['a.txt', 'line', undefined, 10],
    ['a.txt', 'line', 9, 11],
    ['b.txt', 'file', undefined, undefined],
    ['x.png', 'file', undefined, undefined],
    ['c.txt', 'file', undefined, undefined],
  ]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a dry run shows each step, and sends none of them', async () => {
  await using world = await withWorld({ github: { repos: ['ada/*'] } });
  const { issue } = await withPull(world);
  const planned = await world.call(tool, { ...at, comments: [onFile, onLine], dry_run: true });
  expect(planned.isError, planned.text).toBe(false);
  expect(planned.data.requests).toMatchObject([
    { method: 'POST', path: '/repos/ada/app/pulls/1/reviews', body: { comments: [onLine] } },
    { path: '/graphql AddReviewThread', body: { input: { ...onFile, subjectType: 'FILE' } } },
    { path: '/repos/ada/app/pulls/1/reviews/<review>/events', body: { event: 'COMMENT' } },
  ]);
  expect(issue.pull.reviews).toEqual([]);
});

test.each([
  [
    { on: 'POST */graphql', after: 1, status: 200, body: { data: { added: { thread: null } } } },
    'did not take the comment on b.txt',
  ],
  [{ on: 'POST */reviews/*/events', status: 403, body: { message: 'No' } }, 'No'],
])('what fails on the way leaves nothing behind (%j)', async (fault, words) => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  world.sandbox.faults.add(fault);
  const { text, isError } = await world.call(tool, { ...at, comments: [onFile, onLine] });
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
  expect(text).toContain('the review that was begun is taken back');
  expect(issue.pull).toMatchObject({ reviews: [], threads: [] });
});

test('an answer that is lost after the review was sent counts as sent', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  world.sandbox.faults.add({ on: 'POST */reviews/*/events', break: 'reset', apply: true });
  const { data, isError, text } = await world.call(tool, { ...at, event: 'approve', comments: [onFile] });
  expect(isError, text).toBe(false);
  expect(data).toMatchObject({ state: 'approved', comments: 1, verified: true });
  expect(issue.pull.reviews).toHaveLength(1);
});

test('a review that cannot be taken back is told with its id and the ways out', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  world.sandbox.faults.add({ on: 'POST */reviews/*/events', status: 403, body: { message: 'No' } });
  world.sandbox.faults.add({ on: 'DELETE */reviews/*', status: 403, body: { message: 'No' }, times: 9 });
  const { text } = await world.call(tool, { ...at, comments: [onFile] });
  const id = issue.pull.reviews[0]?.id;
  expect(text).toContain(`discard_pending: ${id}`);
  world.sandbox.faults.clear();
  const discarded = await world.call(tool, { ...at, discard_pending: id });
  expect(discarded.data).toMatchObject({ done: [`discard ${id}`], verified: true });
  expect(issue.pull).toMatchObject({ reviews: [], threads: [] });
});

test('a review that is pending is told, and sent or thrown away only by its id', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  const { state } = world.sandbox;
  const begin = () =>
    addReview(state, issue, { author: world.ada, threads: [{ path: 'b.txt', line: 1, body: 'A draft' }] });
  const first = begin();
  const before = world.writes().length;
  const refused = await world.call(tool, { ...at, event: 'approve' });
  expect(refused.error).toMatchObject({ code: 'conflict', details: { pending_review: first.id } });
  expect(refused.text).toContain(`send_pending: ${first.id}`);
  const wrong = await world.call(tool, { ...at, event: 'approve', discard_pending: first.id + 1 });
  expect(wrong.error?.code).toBe('conflict');
  expect(world.writes()).toHaveLength(before);
  const sent = await world.call(tool, { ...at, event: 'approve', comments: [onLine], send_pending: first.id });
  expect(sent.isError, sent.text).toBe(false);
  expect(sent.data).toMatchObject({ review_id: first.id, state: 'approved', comments: 2, verified: true });
  const second = begin();
  const replaced = await world.call(tool, { ...at, body: 'Instead', discard_pending: second.id });
  expect(replaced.data).toMatchObject({ done: [`discard ${second.id}`, 'review'], comments: 0, verified: true });
  expect(issue.pull.reviews.map(({ state: is }) => is)).toEqual(['APPROVED', 'COMMENTED']);
  expect((await world.call(tool, { ...at, event: 'approve', send_pending: 1 })).text).toContain('no pending review 1');
  expect(world.sandbox.unknown).toEqual([]);
});

test('the pending review of a person stays when adding to it fails, and how much was added is told', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  const { id } = addReview(world.sandbox.state, issue, { author: world.ada, body: 'Mine' });
  world.sandbox.faults.add({ on: 'POST */reviews/*/events', status: 403, body: { message: 'No' } });
  const { text } = await world.call(tool, { ...at, comments: [onFile], send_pending: id });
  expect(text).toContain(`The pending review ${id} stays, with 1 more comments`);
  expect(issue.pull.reviews).toMatchObject([{ id, state: 'PENDING', body: 'Mine' }]);
});

test('suggestions stand on the new side, and a range needs its last line', async () => {
  await using world = await withWorld();
  await withPull(world);
  const body = 'Better:\n```suggestion\nLINE TEN\n```';
  const before = world.writes().length;
  const { text, error } = await world.call(tool, {
    ...at,
    comments: [
      { path: 'a.txt', line: 10, side: 'LEFT', body },
      { path: 'b.txt', body },
      { path: 'a.txt', start_line: 9, body: 'x' },
    ],
  });
  expect(error?.code).toBe('validation');
  expect(text).toContain('comments[0] (a.txt): a suggestion stands in for lines of the new side');
  expect(text).toContain('comments[1] (b.txt): a suggestion');
  expect(text).toContain('comments[2] (a.txt): start_line needs line');
  expect(world.writes()).toHaveLength(before);
  const good = await world.call(tool, { ...at, comments: [{ path: 'a.txt', start_line: 9, line: 10, body }] });
  expect(good.data).toMatchObject({ comments: 1, verified: true });
});

test('a review is dismissed with a reason, and one that is no word is not', async () => {
  await using world = await withWorld();
  const { issue, bob } = await withPull(world);
  const { state } = world.sandbox;
  const made = await world.call(tool, { ...at, event: 'request_changes', body: 'No' });
  const dismiss = { review_id: made.data.review_id, message: 'It was mended' };
  const planned = await world.call(tool, { ...at, dismiss, dry_run: true });
  expect(planned.data.requests).toMatchObject([{ method: 'PUT', body: { message: 'It was mended' } }]);
  const { data } = await world.call(tool, { ...at, dismiss });
  expect(data).toMatchObject({ done: [`dismiss ${dismiss.review_id}`], verified: true });
  expect(issue.pull.reviews[0]?.state).toBe('DISMISSED');
  const again = await world.call(tool, { ...at, dismiss });
  expect(again.text).toContain('Can not dismiss');
  const comment = addReview(state, issue, { author: bob, event: 'COMMENT', body: 'x' });
  expect(() => dismissReview(state, issue, { review: comment, actor: world.ada, message: 'x' })).toThrow();
  expect(world.sandbox.unknown).toEqual([]);
});

test('a reply beside a pending review is refused in the words of GitHub', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  await world.call(tool, { ...at, comments: [onLine] });
  const id = issue.pull.threads[0]?.comments[0]?.id;
  addReview(world.sandbox.state, issue, { author: world.ada, body: 'Mine' });
  const { text } = await world.call(tool, { ...at, replies: [{ comment_id: id, body: 'x' }] });
  expect(text).toContain('only have one pending review');
});

test('what github_pull shows is enough to answer a thread and to dismiss a review', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  await world.call(tool, { ...at, event: 'request_changes', body: 'No', comments: [onFile] });
  const { data } = await world.call('github_pull', { ...at, include: ['threads', 'reviews'] });
  const lists = data.lists as Record<'threads' | 'reviews', { items: Record<string, unknown>[] }>;
  const [thread, review] = [lists.threads.items[0], lists.reviews.items[0]];
  const done = await world.call(tool, {
    ...{ ...at, replies: [{ comment_id: thread?.comment_id, body: 'Because' }], resolve: [thread?.id] },
    dismiss: { review_id: review?.review_id, message: 'Answered' },
  });
  expect(done.data, done.text).toMatchObject({ verified: true });
  expect(issue.pull.threads[0]?.comments).toHaveLength(2);
  expect(issue.pull.reviews[0]?.state).toBe('DISMISSED');
});

test('a call that is cancelled on the way takes back what it began', async () => {
  await using world = await withWorld();
  const { issue } = await withPull(world);
  const { github } = openPort(world.sandbox.url, { credential: { kind: 'token', token: world.sandbox.token } });
  world.sandbox.faults.add({ on: 'POST */reviews/*/events', break: 'hang' });
  const cancelling = new AbortController();
  const writing = writeReview(
    github,
    { owner: 'ada', repo: 'app', number: 1 },
    {
      asked: { comments: [{ ...onFile, side: 'RIGHT' }] },
      ...{ planning: false, call: { signal: cancelling.signal } },
    },
  );
  const ended = expect(writing).rejects.toThrow();
  await vi.waitFor(() => expect(issue.pull.threads).toHaveLength(1), { timeout: 30_000 });
  cancelling.abort();
  await ended;
  expect(issue.pull).toMatchObject({ reviews: [], threads: [] });
});
