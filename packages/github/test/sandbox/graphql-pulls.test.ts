import { expect, test } from 'vitest';
import { addCheckRun } from '../../sandbox/model/checks.ts';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { addIssue } from '../../sandbox/model/issue-store.ts';
import { nodeId } from '../../sandbox/model/node-id.ts';
import { openProtection } from '../../sandbox/model/protection.ts';
import { openPull, requestReviewers } from '../../sandbox/model/pulls.ts';
import { withGraphql } from './graphql.fixture.ts';

async function withPull() {
  const tour = await withGraphql();
  const { state } = tour.sandbox;
  const repository = tour.repository('acme/engine');
  const [ada, grace] = [tour.account('ada'), tour.account('grace')];
  const issue = addIssue(state, repository, { author: ada, title: 'Make squares blue' });
  const files = { 'src/blue.ts': 'one\ntwo\nthree\nfour\n', 'README.md': '# Engine\n\nBlue.\n' };
  commitFiles(state, repository, { author: grace, branch: 'blue', message: 'Blue', files });
  const body = `Closes #${issue.number}`;
  const pull = openPull(state, repository, { author: grace, title: 'Blue', body, head: 'blue', base: 'main' });
  const pullRequestId = nodeId('PullRequest', pull.pull.id);
  const mutate = (name: string, payload: string) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
    return async (input: object, token?: string) => {
      const answer = await tour.ask(
        `mutation ($input: ${type}) { ${name}(input: $input) { ${payload} } }`,
        { input },
        token,
      );
      return { ...answer, payload: answer.data?.[name] };
    };
  };
  const ask = async (fields: string, token?: string) => {
    const text = `{ repository(owner: "acme", name: "engine") { pullRequest(number: ${pull.number}) { ${fields} } } }`;
    const { data, errors } = await tour.ask(text, {}, token);
    if (errors.length > 0) throw new Error(errors[0]?.message);
    return data.repository.pullRequest;
  };
  return { ...tour, state, repository, ada, grace, issue, pull, pullRequestId, mutate, read: ask };
}

test('one query shows all there is to know of a pull request', async () => {
  await using stage = await withPull();
  const { state, repository, pull, ada, issue } = stage;
  const { sha } = pull.pull.head;
  addCheckRun(state, repository, { name: 'build', sha, conclusion: 'failure' });
  const status = {
    id: 77,
    state: 'success',
    context: 'ci/lint',
    description: null,
    targetUrl: null,
    createdAt: 0,
  } as const;
  repository.statuses.set(sha, [{ ...status, creator: ada }]);
  requestReviewers(state, pull, { reviewers: [ada], actor: pull.author });
  const shown =
    await stage.read(`id number title state isDraft mergeable mergeStateStatus reviewDecision additions deletions changedFiles
    headRefName headRefOid baseRefName isCrossRepository author { login } headRef { name } baseRef { name } autoMergeRequest { mergeMethod }
    files(first: 5) { nodes { path changeType additions deletions } } closingIssuesReferences(first: 5) { nodes { number } }
    reviewRequests(first: 5) { nodes { requestedReviewer { ... on User { login } } } }
    commits(last: 1) { totalCount nodes { commit { messageHeadline statusCheckRollup { state contexts(first: 9) { totalCount checkRunCount
      nodes { __typename ... on CheckRun { name status conclusion isRequired(pullRequestNumber: ${pull.number}) checkSuite { app { slug } workflowRun { databaseId } } } ... on StatusContext { context state } } } } } } }`);
  expect(shown).toMatchObject({
    ...{ title: 'Blue', state: 'OPEN', isDraft: false, mergeable: 'MERGEABLE', mergeStateStatus: 'UNSTABLE' },
    ...{
      reviewDecision: null,
      additions: 5,
      changedFiles: 2,
      headRefName: 'blue',
      headRefOid: sha,
      baseRefName: 'main',
    },
    ...{ isCrossRepository: false, author: { login: 'grace' }, headRef: { name: 'blue' }, autoMergeRequest: null },
    closingIssuesReferences: { nodes: [{ number: issue.number }] },
    reviewRequests: { nodes: [{ requestedReviewer: { login: 'ada' } }] },
  });
  expect(shown.files.nodes[1]).toEqual({ path: 'src/blue.ts', changeType: 'ADDED', additions: 4, deletions: 0 });
  expect(shown.commits.nodes[0].commit.statusCheckRollup).toMatchObject({
    state: 'FAILURE',
    contexts: {
      ...{ totalCount: 2, checkRunCount: 1 },
      nodes: [
        {
          ...{ __typename: 'CheckRun', name: 'build', status: 'COMPLETED', conclusion: 'FAILURE', isRequired: false },
          checkSuite: { app: { slug: 'outside-ci' }, workflowRun: null },
        },
        { __typename: 'StatusContext', context: 'ci/lint', state: 'SUCCESS' },
      ],
    },
  });
  expect(stage.sandbox.unknown).toEqual([]);
});

test('what protection asks for blocks, until it is there', async () => {
  await using stage = await withPull();
  const { repository, pullRequestId, mutate } = stage;
  const requiredReviews = { count: 1, dismissStale: false, codeOwners: false };
  repository.protections.set('main', { ...openProtection, requiredReviews });
  const fields = 'mergeStateStatus reviewDecision';
  expect(await stage.read(fields)).toEqual({ mergeStateStatus: 'BLOCKED', reviewDecision: 'REVIEW_REQUIRED' });
  const approve = mutate('addPullRequestReview', 'pullRequestReview { state author { login } }');
  const own = await approve({ pullRequestId, event: 'APPROVE' }, 'ghp_grace');
  expect(own.errors[0]).toMatchObject({
    type: 'UNPROCESSABLE',
    message: expect.stringContaining('your own pull request'),
  });
  const made = await approve({ pullRequestId, event: 'APPROVE' });
  expect(made.payload.pullRequestReview).toEqual({ state: 'APPROVED', author: { login: 'ada' } });
  expect(await stage.read(fields)).toEqual({ mergeStateStatus: 'CLEAN', reviewDecision: 'APPROVED' });
});

test('a whole review is made in one call', async () => {
  await using stage = await withPull();
  const { pullRequestId, mutate } = stage;
  const add = mutate(
    'addPullRequestReview',
    'pullRequestReview { id state comments(first: 5) { nodes { path line startLine body diffHunk } } }',
  );
  const threads = [
    { path: 'src/blue.ts', line: 2, body: 'Why two?' },
    { path: 'src/blue.ts', startLine: 3, line: 4, body: 'These.' },
  ];
  const made = await add({ pullRequestId, event: 'REQUEST_CHANGES', body: 'No.', threads });
  expect(made.payload.pullRequestReview).toMatchObject({
    state: 'CHANGES_REQUESTED',
    comments: {
      nodes: [
        { path: 'src/blue.ts', line: 2, startLine: null },
        { startLine: 3, line: 4, body: 'These.' },
      ],
    },
  });
  expect(
    await stage.read(
      'reviewDecision latestReviews(first: 5) { nodes { state body } } latestOpinionatedReviews(first: 5) { totalCount }',
    ),
  ).toEqual({
    reviewDecision: 'CHANGES_REQUESTED',
    latestReviews: { nodes: [{ state: 'CHANGES_REQUESTED', body: 'No.' }] },
    latestOpinionatedReviews: { totalCount: 1 },
  });
  const outside = await add({
    pullRequestId,
    event: 'COMMENT',
    threads: [{ path: 'src/blue.ts', line: 99, body: 'x' }],
  });
  expect(outside.errors[0]).toMatchObject({ type: 'UNPROCESSABLE', message: 'Line could not be resolved' });
});

test('a pending review grows thread by thread, unseen by others, until it is submitted', async () => {
  await using stage = await withPull();
  const { pullRequestId, mutate } = stage;
  const begin = mutate('addPullRequestReview', 'pullRequestReview { id state }');
  const { pullRequestReview: review } = (await begin({ pullRequestId })).payload;
  expect(review.state).toBe('PENDING');
  const addThread = mutate(
    'addPullRequestReviewThread',
    'thread { id isResolved path line comments(first: 1) { nodes { state } } }',
  );
  const place = { pullRequestReviewId: review.id, path: 'src/blue.ts', line: 1, side: 'RIGHT', body: 'First' };
  expect((await addThread(place)).payload.thread).toMatchObject({
    line: 1,
    comments: { nodes: [{ state: 'PENDING' }] },
  });
  expect((await addThread({ ...place, line: 50 })).payload.thread).toBeNull();
  expect((await addThread({ ...place, line: undefined, subjectType: 'FILE' })).payload.thread).toMatchObject({
    line: null,
  });
  const fields = 'reviews(first: 5) { totalCount } reviewThreads(first: 5) { totalCount }';
  expect(await stage.read(fields, 'ghp_grace')).toEqual({
    reviews: { totalCount: 0 },
    reviewThreads: { totalCount: 0 },
  });
  const submit = mutate('submitPullRequestReview', 'pullRequestReview { state submittedAt }');
  const done = await submit({ pullRequestReviewId: review.id, event: 'COMMENT', body: 'Two remarks' });
  expect(done.payload.pullRequestReview).toMatchObject({ state: 'COMMENTED', submittedAt: expect.any(String) });
  expect(await stage.read(fields, 'ghp_grace')).toEqual({
    reviews: { totalCount: 1 },
    reviewThreads: { totalCount: 2 },
  });
});

test('a pending review can be thrown away', async () => {
  await using stage = await withPull();
  const { pullRequestId, mutate, pull } = stage;
  const threads = [{ path: 'src/blue.ts', line: 2, body: 'Hm' }];
  const begin = mutate('addPullRequestReview', 'pullRequestReview { id }');
  const { id } = (await begin({ pullRequestId, threads })).payload.pullRequestReview;
  const remove = mutate('deletePullRequestReview', 'pullRequestReview { id }');
  expect((await remove({ pullRequestReviewId: id }, 'ghp_grace')).errors[0]?.type).toBe('NOT_FOUND');
  expect((await remove({ pullRequestReviewId: id })).payload.pullRequestReview.id).toBe(id);
  expect(pull.pull.threads).toEqual([]);
});

test('threads are answered, resolved and opened again, and become outdated', async () => {
  await using stage = await withPull();
  const { pullRequestId, mutate, state, repository, grace } = stage;
  const threads = [{ path: 'src/blue.ts', line: 2, body: 'Why?' }];
  await mutate('addPullRequestReview', 'pullRequestReview { id }')({ pullRequestId, event: 'COMMENT', threads });
  const fields = `reviewThreads(first: 5) { nodes { id path line originalLine isResolved isOutdated resolvedBy { login } comments(first: 5) { nodes { id body author { login } replyTo { id } } } } }`;
  const first = async () => (await stage.read(fields)).reviewThreads.nodes[0];
  const { id } = await first();
  const reply = mutate(
    'addPullRequestReviewThreadReply',
    'comment { body replyTo { body } pullRequestReview { state } }',
  );
  expect((await reply({ pullRequestReviewThreadId: id, body: 'Because.' }, 'ghp_grace')).payload.comment).toEqual({
    ...{ body: 'Because.', replyTo: { body: 'Why?' }, pullRequestReview: { state: 'COMMENTED' } },
  });
  const resolve = mutate('resolveReviewThread', 'thread { isResolved resolvedBy { login } }');
  expect((await resolve({ threadId: id }, 'ghp_linus')).errors[0]?.type).toBe('FORBIDDEN');
  expect((await resolve({ threadId: id }, 'ghp_grace')).payload.thread).toEqual({
    ...{ isResolved: true, resolvedBy: { login: 'grace' } },
  });
  const unresolve = mutate('unresolveReviewThread', 'thread { isResolved }');
  expect((await unresolve({ threadId: id })).payload.thread).toEqual({ isResolved: false });
  expect(await first()).toMatchObject({ line: 2, isOutdated: false, comments: { nodes: [{}, { body: 'Because.' }] } });
  const files = { 'src/blue.ts': 'zero\none\ntwo\nthree\nfour\n' };
  commitFiles(state, repository, { author: grace, branch: 'blue', message: 'Zero', files });
  expect(await first()).toMatchObject({ line: 3, originalLine: 2, isOutdated: false });
  commitFiles(state, repository, {
    author: grace,
    branch: 'blue',
    message: 'Gone',
    files: { 'src/blue.ts': 'zero\n' },
  });
  expect(await first()).toMatchObject({ line: null, originalLine: 2, isOutdated: true });
});

test('a pull request becomes a draft and is ready again', async () => {
  await using stage = await withPull();
  const { pullRequestId, mutate } = stage;
  const draft = mutate('convertPullRequestToDraft', 'pullRequest { isDraft mergeStateStatus }');
  expect((await draft({ pullRequestId }, 'ghp_linus')).errors[0]?.type).toBe('FORBIDDEN');
  expect((await draft({ pullRequestId }, 'ghp_grace')).payload.pullRequest.isDraft).toBe(true);
  const ready = mutate('markPullRequestReadyForReview', 'pullRequest { isDraft }');
  expect((await ready({ pullRequestId })).payload.pullRequest.isDraft).toBe(false);
  const { timelineItems } = await stage.read('timelineItems(last: 9) { nodes { __typename } }');
  const kinds = timelineItems.nodes.map(({ __typename }: { __typename: string }) => __typename);
  expect(kinds).toEqual(expect.arrayContaining(['PullRequestCommit', 'ConvertToDraftEvent', 'ReadyForReviewEvent']));
});

test('a merge that waits is asked for only where it is allowed and has to wait', async () => {
  await using stage = await withPull();
  const { pullRequestId, mutate, repository, pull } = stage;
  const enable = mutate(
    'enablePullRequestAutoMerge',
    'pullRequest { autoMergeRequest { mergeMethod commitHeadline enabledBy { login } } }',
  );
  const input = { pullRequestId, mergeMethod: 'SQUASH', commitHeadline: 'Blue (#2)' };
  expect((await enable(input)).errors[0]?.message).toBe('Auto merge is not allowed for this repository');
  repository.allowAutoMerge = true;
  expect((await enable(input)).errors[0]?.message).toContain('clean status');
  const requiredStatusChecks = { strict: false, contexts: ['build'] };
  repository.protections.set('main', { ...openProtection, requiredStatusChecks });
  expect((await enable({ ...input, expectedHeadOid: '0'.repeat(40) })).errors[0]?.type).toBe('UNPROCESSABLE');
  expect(
    (await enable({ ...input, expectedHeadOid: pull.pull.head.sha })).payload.pullRequest.autoMergeRequest,
  ).toEqual({
    ...{ mergeMethod: 'SQUASH', commitHeadline: 'Blue (#2)', enabledBy: { login: 'ada' } },
  });
  const disable = mutate('disablePullRequestAutoMerge', 'pullRequest { autoMergeRequest { mergeMethod } }');
  expect((await disable({ pullRequestId })).payload.pullRequest.autoMergeRequest).toBeNull();
});

test('pull requests are listed by state and branch, and found by their commits', async () => {
  await using stage = await withPull();
  const { pull } = stage;
  const text = `{ repository(owner: "acme", name: "engine") {
    open: pullRequests(first: 5, states: [OPEN], baseRefName: "main") { nodes { number } }
    none: pullRequests(first: 5, headRefName: "red") { totalCount }
    ref(qualifiedName: "blue") { associatedPullRequests(first: 5, states: [OPEN]) { nodes { number } } }
    object(expression: "blue") { ... on Commit { associatedPullRequests(first: 5) { nodes { number } } } } } }`;
  const numbers = { nodes: [{ number: pull.number }] };
  expect((await stage.ask(text)).data.repository).toEqual({
    ...{ open: numbers, none: { totalCount: 0 }, ref: { associatedPullRequests: numbers } },
    object: { associatedPullRequests: numbers },
  });
});
