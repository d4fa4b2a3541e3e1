import { createPolicy } from '@mcp-servers/core/resilience';
import { fakeClock } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { issuesOf } from '../../sandbox/model/issue.ts';
import { policyLimits } from '../../src/client/index.ts';
import { factsOf, withServer } from './acceptance.fixture.ts';

const repo = 'acme/workshop';
const always = { times: Number.POSITIVE_INFINITY };
/** Milliseconds that a call may wait for GitHub's permission to go on. */
const longest = 10_000;

/** A server whose waits take no time and are written down, those of timeouts aside. */
async function withWaits() {
  const waits: number[] = [];
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms >= 15_000) {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    }
    waits.push(ms);
    return Promise.resolve();
  };
  const policy = createPolicy({
    name: 'GitHub',
    limits: policyLimits,
    clock: { ...fakeClock(), sleep },
    random: () => 0.5,
  });
  const server = await withServer({ github: { policy } });
  return { server, waits };
}

test.each([1, 2, 5, 9, 12, 30, 60, 3600])('a limit of %i s is waited for briefly or not at all', async (retryAfter) => {
  const { server, waits } = await withWaits();
  await using _ = server;
  server.sandbox.faults.secondaryLimit('* *', { retryAfter, ...always });
  for (const [tool, args] of [
    ['github_issue', { repo, number: 1 }],
    ['github_pull', { repo, number: 15 }],
    ['github_issue_write', { repo, title: 'New' }],
  ] as const) {
    waits.length = 0;
    const { error } = await server.call(tool, args);
    // Where the repetitions open the breaker, it is that which refuses.
    expect(error).toMatchObject({ code: expect.stringMatching(/rate_limit|unavailable/), retryable: true });
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(longest);
  }
});

test.each([500, 502, 503, 504])('a GitHub that only answers %i is given up soon', async (status) => {
  const { server, waits } = await withWaits();
  await using _ = server;
  const planted = server.sandbox.faults.add({ on: '* *', status, ...always });
  const { isError } = await server.call('github_issue', { repo, number: 1 });
  expect(isError).toBe(true);
  expect(planted.hits).toBeLessThanOrEqual(4);
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(longest);
});

const pull = ['github_pull', { repo, number: 15 }] as const;

test('GraphQL meets the same limits, and queries are repeated after a failure', async () => {
  await using server = await withServer();
  const { faults, limits, token } = server.sandbox;
  for (const fault of [{ status: 502 }, { break: 'reset' }, { break: 'truncated' }] as const) {
    faults.add({ on: 'POST /graphql', ...fault });
    expect.soft((await server.call(pull[0], pull[1])).isError, JSON.stringify(fault)).toBe(false);
  }
  faults.secondaryLimit('POST /graphql', { retryAfter: 40 });
  expect((await server.call(pull[0], pull[1])).error).toMatchObject({ code: 'rate_limit', retry_after_s: 40 });
  limits.set(token, 'graphql', { remaining: 0, resetIn: 900 });
  const { error, text } = await server.call(pull[0], pull[1]);
  expect(error, text).toMatchObject({ code: 'rate_limit', retryable: true });
  expect(Number(error?.retry_after_s)).toBeGreaterThan(800);
});

test('what was done before a failure is said, and what was not', async () => {
  await using server = await withServer();
  server.sandbox.faults.add({
    on: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
    status: 422,
    body: { message: 'No' },
  });
  const { text, isError } = await server.call('github_issue_write', {
    repo,
    number: 1,
    title: 'Renamed',
    add_labels: ['wontfix'],
  });
  expect(issuesOf(factsOf(server.sandbox).workshop).get(1)?.title).toBe('Renamed');
  expect(text, String(isError)).toMatch(/labels/);
  expect(isError).toBe(false);
  expect(text).toContain('"failed":[{"step":"add_labels"');
});

test.each(['reset', 'truncated'] as const)(
  'a commit whose last answer is lost (%s) is there, and once',
  async (kind) => {
    await using server = await withServer();
    const { workshop, head } = factsOf(server.sandbox);
    server.sandbox.faults.add({ on: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', break: kind, apply: true });
    const files = [{ path: 'new.txt', text: 'new\n' }];
    const { isError, text } = await server.call('github_write_files', { repo, message: 'Add', files });
    expect(isError, text).toBe(false);
    const tip = workshop.refs.get('refs/heads/main') ?? '';
    expect(workshop.objects.read('commit', tip).parents).toEqual([head]);
  },
);

test('a branch that moved meanwhile is not written over', async () => {
  await using server = await withServer();
  const { workshop, head } = factsOf(server.sandbox);
  const files = [{ path: 'new.txt', text: 'new\n' }];
  const first = { repo, message: 'Add', files, expected_head: head };
  expect((await server.call('github_write_files', first)).isError).toBe(false);
  const moved = workshop.refs.get('refs/heads/main');
  const { error } = await server.call('github_write_files', { ...first, files: [{ path: 'b.txt', text: 'b\n' }] });
  expect(error?.code).toBe('conflict');
  expect(workshop.refs.get('refs/heads/main')).toBe(moved);
});
