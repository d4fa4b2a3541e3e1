import { expect, test } from 'vitest';
import { type Check, readChecks, refusedChecks, summarise, toCheck } from './checks.ts';
import { toMergeState } from './mergeable.ts';
import type { PullNode } from './pull.query.ts';

const pull = (fields: Partial<PullNode>): PullNode =>
  ({
    state: 'OPEN',
    isDraft: false,
    mergeable: 'MERGEABLE',
    mergeStateStatus: 'CLEAN',
    baseRefName: 'main',
    headRefName: 'fix',
    ...fields,
  }) as PullNode;
const check = (fields: Partial<Check>): Check => ({
  name: 'ci',
  outcome: 'passed',
  state: 'success',
  required: true,
  ...fields,
});

test.each([
  [{}, [], 0, 'yes', ''],
  [{ state: 'MERGED' }, [], 0, 'no', 'It is merged.'],
  [{ isDraft: true, mergeStateStatus: 'BLOCKED' }, [], 0, 'no', 'draft'],
  [{ mergeable: 'CONFLICTING', mergeStateStatus: 'DIRTY' }, [], 0, 'no', 'conflicts with main'],
  [{ mergeStateStatus: 'BEHIND' }, [], 0, 'no', 'fix must be updated with main'],
  [{ mergeStateStatus: 'BLOCKED', reviewDecision: 'REVIEW_REQUIRED' }, [], 0, 'no', 'approving review'],
  [{ mergeStateStatus: 'BLOCKED' }, [check({ outcome: 'failed' })], 0, 'no', 'Required checks failed: ci.'],
  [{ mergeStateStatus: 'BLOCKED' }, [check({ outcome: 'pending' })], 0, 'no', 'not done: ci'],
  [{ mergeStateStatus: 'BLOCKED' }, [], 2, 'no', '2 open threads'],
  [{ mergeStateStatus: 'BLOCKED' }, [], 0, 'no', 'A rule of main blocks it.'],
  [{ mergeStateStatus: 'UNSTABLE' }, [check({ outcome: 'failed', required: false })], 0, 'yes', 'not required'],
  [{ mergeable: 'UNKNOWN', mergeStateStatus: 'UNKNOWN' }, [], 0, 'not known yet', 'ask again'],
] as const)('%j with %j and %s open threads: %s, because %s', (...row) => {
  const [fields, checks, unresolved, mergeable, why] = row;
  const found = toMergeState(pull(fields as Partial<PullNode>), { checks, unresolved });
  expect(found.mergeable).toBe(mergeable);
  expect(found.why.join(' ')).toContain(why);
});

test('failed checks come first, then those that are not done; the rest is counted', () => {
  const checks = [
    check({}),
    check({ outcome: 'pending', name: 'slow' }),
    check({ outcome: 'failed', name: 'bad' }),
    check({ outcome: 'skipped' }),
  ];
  expect(summarise(checks, { state: 'FAILURE', total: 7 })).toMatchObject({
    ...{ state: 'failure', passed: 1, failed: 1, pending: 1, skipped: 1, more: 3 },
    named: [{ name: 'bad' }, { name: 'slow' }],
  });
});

test('check runs and commit statuses become the same kind of row', () => {
  const run = {
    __typename: 'CheckRun',
    name: 't',
    status: 'COMPLETED',
    conclusion: 'TIMED_OUT',
    databaseId: 7,
    detailsUrl: 'u',
    isRequired: true,
  } as const;
  const workflowRun = { databaseId: 9, workflow: { name: 'CI' } };
  expect(toCheck({ ...run, checkSuite: { workflowRun } })).toEqual({
    name: 'CI / t',
    outcome: 'failed',
    state: 'timed_out',
    required: true,
    job_id: 7,
    run_id: 9,
  });
  expect(toCheck({ ...run, checkSuite: null, conclusion: 'NEUTRAL' })).toMatchObject({
    name: 't',
    outcome: 'skipped',
    url: 'u',
  });
  expect(toCheck({ __typename: 'StatusContext', context: 'ext', state: 'ERROR', isRequired: false })).toMatchObject({
    name: 'ext',
    outcome: 'failed',
  });
});

const refusal = (path: string) =>
  ({ kind: 'part', path, message: 'Resource not accessible by personal access token' }) as const;
const rollupPath = 'repository.pullRequest.head.nodes.commit.statusCheckRollup';

test('checks that may not be read are not the same as none', () => {
  const head = { totalCount: 1, nodes: [{ commit: { statusCheckRollup: null } }] };
  expect(readChecks(head, [])).toEqual({ checks: [] });
  const read = readChecks(head, [refusal(rollupPath)]);
  expect(read.summary).toEqual({ state: 'not readable' });
  expect(refusedChecks(read)).toEqual([expect.stringMatching(/^The checks may not be read .* cannot be given Checks/)]);
});

test('checks of which some may not be read are counted apart from those that did not fit', () => {
  const seen = { __typename: 'StatusContext', context: 'ext', state: 'SUCCESS', isRequired: true } as const;
  const contexts = { totalCount: 4, nodes: [null, seen, null] };
  const head = { totalCount: 1, nodes: [{ commit: { statusCheckRollup: { state: 'FAILURE', contexts } } }] };
  const read = readChecks(head, [refusal(`${rollupPath}.contexts.nodes`)]);
  expect(read.summary).toMatchObject({ state: 'failure', passed: 1, failed: 0, more: 1, unreadable: 2 });
  expect(refusedChecks(read)[0]).toMatch(/^Some checks/);
});

test('where a check that may not be read may stand in the way, that is said', () => {
  const blocked = pull({ mergeStateStatus: 'BLOCKED' });
  const { why } = toMergeState(blocked, { checks: [], unresolved: 0, unread: true });
  expect(why).toEqual(['A rule of main blocks it, maybe a check that may not be read.']);
});
