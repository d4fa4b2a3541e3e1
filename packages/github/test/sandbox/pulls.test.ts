import { expect, test } from 'vitest';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { findPull } from '../../sandbox/model/issue.ts';
import { openProtection } from '../../sandbox/model/protection.ts';
import { mergeabilityDelay } from '../../sandbox/model/pull-state.ts';
import { addRepository } from '../../sandbox/model/repository.ts';
import { refusalOf, type Stage, withStage } from './collaboration.fixture.ts';

const lines = (change: Readonly<Record<number, string>> = {}) =>
  `${Array.from({ length: 20 }, (_, index) => change[index + 1] ?? `line ${index + 1}`).join('\n')}\n`;

const commit = ({ sandbox, app, bob }: Stage, branch: string, change: Readonly<Record<number, string>>) =>
  commitFiles(sandbox.state, app, {
    branch,
    message: `Change ${branch}`,
    files: { 'src/app.ts': lines(change) },
    author: bob,
  });

async function withPull(): Promise<Stage & { readonly number: number }> {
  const stage = await withStage();
  commit(stage, 'feature', { 5: 'five', 18: 'eighteen' });
  const made = await stage.asBob.rest.pulls.create({
    ...stage.at,
    title: 'Feature',
    body: 'Fixes #99',
    head: 'feature',
    base: 'main',
  });
  return { ...stage, number: made.data.number };
}

test('a pull request is opened, reviewed line by line and merged', async () => {
  await using stage = await withPull();
  const { asAda, asBob, at, number } = stage;
  const on = { ...at, pull_number: number };
  const read = (await asBob.rest.pulls.get(on)).data;
  expect(read).toMatchObject({ mergeable: true, mergeable_state: 'clean', commits: 1, additions: 2, deletions: 2 });
  const file = (await asBob.rest.pulls.listFiles(on)).data[0];
  expect(file?.patch).toContain('-line 5\n+five\n');
  expect((await asBob.rest.pulls.listCommits(on)).data.length).toBe(1);
  const diff = await asBob.rest.pulls.get({ ...on, mediaType: { format: 'diff' } });
  expect(diff.data).toContain('diff --git a/src/app.ts b/src/app.ts');
  await asBob.rest.pulls.requestReviewers({ ...on, reviewers: ['ada'] });
  const own = asBob.rest.pulls.createReview({ ...on, event: 'APPROVE' });
  expect(await refusalOf(own)).toMatchObject({
    status: 422,
    data: { errors: [expect.stringContaining('own pull request')] },
  });
  const review = await asAda.rest.pulls.createReview({
    ...{ ...on, event: 'REQUEST_CHANGES', body: 'Not yet' },
    comments: [
      { path: 'src/app.ts', line: 5, side: 'RIGHT', body: 'Why?' },
      { path: 'src/app.ts', start_line: 16, line: 18, body: 'Range' },
    ],
  });
  expect(review.data.state).toBe('CHANGES_REQUESTED');
  const outside = asAda.rest.pulls.createReview({
    ...on,
    event: 'COMMENT',
    comments: [{ path: 'src/app.ts', line: 11, body: 'x' }],
  });
  expect(await refusalOf(outside)).toMatchObject({ status: 422, data: { errors: ['Line could not be resolved'] } });
  const comments = (await asBob.rest.pulls.listReviewComments(on)).data;
  expect(comments).toMatchObject([
    { line: 5, position: 5 },
    { line: 18, start_line: 16 },
  ]);
  const first = comments[0]?.id ?? 0;
  await asBob.rest.pulls.createReplyForReviewComment({ ...on, comment_id: first, body: 'Because' });
  await asBob.rest.reactions.createForPullRequestReviewComment({ ...at, comment_id: first, content: 'eyes' });
  commit(stage, 'feature', { 5: 'cinq', 18: 'eighteen' });
  const later = (await asBob.rest.pulls.getReviewComment({ ...at, comment_id: first })).data;
  expect(later).toMatchObject({ line: null, position: null, original_line: 5 });
  await asAda.rest.pulls.dismissReview({ ...on, review_id: review.data.id, message: 'Done' });
  await asAda.rest.pulls.createReview({ ...on, event: 'APPROVE' });
  const stale = asAda.rest.pulls.merge({ ...on, sha: read.head.sha });
  expect(await refusalOf(stale)).toMatchObject({ status: 409 });
  const merged = (await asAda.rest.pulls.merge({ ...on, merge_method: 'squash' })).data;
  expect((await asAda.rest.repos.getCommit({ ...at, ref: 'main' })).data.sha).toBe(merged.sha);
  expect((await asAda.rest.pulls.get(on)).data).toMatchObject({
    merged: true,
    state: 'closed',
    merge_commit_sha: merged.sha,
    commits: 2,
  });
  const events = (await asAda.rest.issues.listEventsForTimeline({ ...at, issue_number: number, per_page: 100 })).data;
  const kinds = new Set(events.map(({ event }) => event));
  for (const kind of [
    'committed',
    'review_requested',
    'reviewed',
    'line-commented',
    'review_dismissed',
    'merged',
    'closed',
  ]) {
    expect(kinds).toContain(kind);
  }
  expect((await asAda.rest.pulls.listReviews(on)).data.map(({ state }) => state)).toEqual([
    'DISMISSED',
    'COMMENTED',
    'APPROVED',
  ]);
  await asAda.rest.pulls.checkIfMerged(on);
  expect(stage.sandbox.unknown).toEqual([]);
  expect(withoutNulls(stage)).toEqual([]);
});

/** GitHub answers null for outdated places, which its description does not say. */
const withoutNulls = (stage: Stage) =>
  stage.deviations().filter((text) => !/\/(line|position): must be integer/.test(text));

test('conflicts, drafts, protection and methods that are off refuse a merge with 405', async () => {
  await using stage = await withPull();
  const { asAda, asBob, at, number, app, sandbox } = stage;
  const on = { ...at, pull_number: number };
  const refused = async (message: string) =>
    expect(await refusalOf(asBob.rest.pulls.merge(on))).toMatchObject({
      status: 405,
      message: expect.stringContaining(message),
    });
  app.allowMergeCommit = false;
  await refused('Merge commits are not allowed on this repository.');
  app.allowMergeCommit = true;
  app.protections.set('main', {
    ...openProtection,
    requiredStatusChecks: { strict: false, contexts: ['ci'] },
    requiredReviews: { count: 1, dismissStale: false, codeOwners: false },
  });
  await refused('Required status check "ci" is expected.');
  expect((await asBob.rest.pulls.get(on)).data.mergeable_state).toBe('blocked');
  const sha = findPull(app, number)?.pull.head.sha ?? '';
  await asBob.rest.repos.createCommitStatus({ ...at, sha, context: 'ci', state: 'success' });
  await refused('At least 1 approving review is required');
  await asAda.rest.pulls.createReview({ ...on, event: 'APPROVE' });
  commit(stage, 'main', { 5: 'other' });
  expect((await asBob.rest.pulls.get(on)).data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  await refused('not mergeable');
  commit(stage, 'main', { 1: 'one' });
  const behind = await asBob.rest.pulls.updateBranch({ ...on, expected_head_sha: sha });
  expect(behind.status).toBe(202);
  const again = asBob.rest.pulls.updateBranch({ ...on, expected_head_sha: sha });
  expect(await refusalOf(again)).toMatchObject({ status: 422 });
  app.protections.delete('main');
  mergeabilityDelay(sandbox.state).answers = 1;
  commit(stage, 'feature', { 1: 'one', 5: 'five' });
  expect((await asBob.rest.pulls.get(on)).data).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
  expect((await asBob.rest.pulls.get(on)).data.mergeable).toBe(true);
  expect(await refusalOf(stage.asEve.rest.pulls.merge(on))).toMatchObject({ status: 403 });
  expect((await asBob.rest.pulls.merge(on)).data.merged).toBe(true);
  expect(sandbox.unknown).toEqual([]);
});

test('rebasing keeps the commits one by one and closes what the body names', async () => {
  await using stage = await withStage();
  const { asBob, at, app, sandbox, bob } = stage;
  const issue = (await asBob.rest.issues.create({ ...at, title: 'Bug' })).data.number;
  for (const [file, message] of [
    ['a', 'Add a'],
    ['b', 'Add b'],
  ] as const) {
    commitFiles(sandbox.state, app, { branch: 'two', message, files: { [file]: file }, author: bob });
  }
  const { number } = (
    await asBob.rest.pulls.create({ ...at, title: 'T', body: `Closes #${issue}`, head: 'two', base: 'main' })
  ).data;
  commit(stage, 'main', { 2: 'two' });
  await asBob.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'rebase' });
  const log = (await asBob.rest.repos.listCommits(at)).data.map((entry) => entry.commit.message);
  expect(log).toEqual(['Add b', 'Add a', 'Change main', 'Start']);
  expect((await asBob.rest.issues.get({ ...at, issue_number: issue })).data.state).toBe('closed');
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('a fork opens a draft, which is refused twice, and closes with its branch', async () => {
  await using stage = await withStage();
  const { asEve, asAda, at, app, eve, sandbox } = stage;
  const fork = addRepository(sandbox.state, { owner: eve, name: 'app', parent: app });
  for (const [ref, sha] of app.refs) fork.refs.set(ref, sha);
  commitFiles(sandbox.state, fork, { branch: 'fix', message: 'Fix', files: { new: 'n' }, author: eve });
  const asked = { ...at, title: 'From a fork', head: 'eve:fix', base: 'main', draft: true };
  const made = (await asEve.rest.pulls.create(asked)).data;
  expect(made).toMatchObject({
    draft: true,
    mergeable_state: 'draft',
    head: { label: 'eve:fix', repo: { full_name: 'eve/app' } },
  });
  const twice = await refusalOf(asEve.rest.pulls.create(asked));
  expect(twice).toMatchObject({
    status: 422,
    data: { errors: [{ message: 'A pull request already exists for eve:fix.' }] },
  });
  const none = asEve.rest.pulls.create({ ...asked, head: 'eve:main' });
  expect(await refusalOf(none)).toMatchObject({ data: { errors: [{ message: 'No commits between main and main' }] } });
  const list = (await asAda.rest.pulls.list({ ...at, head: 'eve:fix' })).data;
  expect(list.map(({ number }) => number)).toEqual([made.number]);
  expect(await refusalOf(asAda.rest.pulls.merge({ ...at, pull_number: made.number }))).toMatchObject({ status: 405 });
  await asEve.rest.git.deleteRef({ owner: 'eve', repo: 'app', ref: 'heads/fix' });
  expect((await asAda.rest.pulls.get({ ...at, pull_number: made.number })).data.state).toBe('closed');
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('a pending review is seen by its author alone until it is submitted', async () => {
  await using stage = await withPull();
  const { asAda, asBob, at, number } = stage;
  const on = { ...at, pull_number: number };
  const comments = [{ path: 'src/app.ts', position: 5, body: 'Draft' }];
  const { id, state } = (await asAda.rest.pulls.createReview({ ...on, comments })).data;
  expect(state).toBe('PENDING');
  expect((await asBob.rest.pulls.listReviews(on)).data).toEqual([]);
  expect((await asBob.rest.pulls.listReviewComments(on)).data).toEqual([]);
  expect(await refusalOf(asAda.rest.pulls.createReview({ ...on, event: 'APPROVE' }))).toMatchObject({ status: 422 });
  await asAda.rest.pulls.submitReview({ ...on, review_id: id, event: 'COMMENT', body: 'Now' });
  expect((await asBob.rest.pulls.listCommentsForReview({ ...on, review_id: id })).data).toMatchObject([
    { body: 'Draft' },
  ]);
  const head = (await asBob.rest.pulls.get(on)).data.head.sha;
  const single = { ...on, commit_id: head, path: 'src/app.ts', body: 'One' };
  const made = (await asAda.rest.pulls.createReviewComment({ ...single, line: 6, side: 'LEFT' })).data;
  await asAda.rest.pulls.updateReviewComment({ ...at, comment_id: made.id, body: 'Two' });
  await asAda.rest.pulls.createReviewComment({ ...single, subject_type: 'file' });
  const wrong = await refusalOf(asAda.rest.pulls.createReviewComment({ ...single, line: 11 }));
  expect(wrong).toMatchObject({ status: 422, data: { errors: [{ field: 'pull_request_review_thread.line' }] } });
  await asAda.rest.pulls.deleteReviewComment({ ...at, comment_id: made.id });
  expect((await asBob.rest.pulls.listReviewCommentsForRepo(at)).data.length).toBe(2);
  expect(stage.sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('a push takes stale approvals away, and its commits on the default branch close issues', async () => {
  await using stage = await withPull();
  const { asAda, asBob, at, number, app, bob, sandbox } = stage;
  const on = { ...at, pull_number: number };
  const issue = (await asAda.rest.issues.create({ ...at, title: 'Bug' })).data.number;
  const requiredReviews = { count: 1, dismissStale: true, codeOwners: false };
  app.protections.set('main', { ...openProtection, requiredReviews });
  await asAda.rest.pulls.createReview({ ...on, event: 'APPROVE' });
  expect((await asBob.rest.pulls.get(on)).data.mergeable_state).toBe('clean');
  commit(stage, 'feature', { 5: 'later' });
  expect((await asBob.rest.pulls.get(on)).data.mergeable_state).toBe('blocked');
  expect((await asBob.rest.pulls.listReviews(on)).data.map(({ state }) => state)).toEqual(['DISMISSED']);
  commitFiles(sandbox.state, app, { message: `Fix it\n\nfixes #${issue}`, files: { fix: 'x' }, author: bob });
  const closed = (await asAda.rest.issues.listEvents({ ...at, issue_number: issue })).data;
  expect(closed).toMatchObject([
    { event: 'closed', commit_id: app.refs.get('refs/heads/main'), actor: { login: 'bob' } },
  ]);
  expect((await asAda.rest.git.getRef({ ...at, ref: `pull/${number}/head` })).data.object.sha).toBe(
    app.refs.get('refs/heads/feature'),
  );
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});
