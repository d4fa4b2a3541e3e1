import { expect, test } from 'vitest';
import { call, fakeGitHub } from '../fake-github.fixture.ts';
import { blame } from './blame.ts';

const range = (startingLine: number, endingLine: number) => ({
  ...{ startingLine, endingLine },
  commit: {
    oid: `c${startingLine}`,
    messageHeadline: 'Why',
    authoredDate: '2025-01-01T00:00:00Z',
    author: { name: 'Ada', user: null },
  },
});

const withRanges = (ranges: unknown[] | undefined) =>
  fakeGitHub({
    rest: { 'GET /repos/{owner}/{repo}/commits/{ref}': () => ({ data: `${'a'.repeat(40)}\n` }) },
    graphql: {
      Blame: () => {
        const object = ranges ? { oid: 'x', blame: { ranges } } : null;
        return { repository: { nameWithOwner: 'a/b', isPrivate: false, object } };
      },
    },
  });

const asked = { owner: 'a', repo: 'b', ref: undefined, path: 'f', from: undefined, to: undefined };

test('runs of lines are cut to the range that was asked for', async () => {
  const github = withRanges([range(1, 10), range(11, 20), range(21, 30)]);
  const { rows, commit } = await blame(github, { ...asked, from: 8, to: 15 }, call);
  expect(commit).toBe('a'.repeat(40));
  expect(rows).toMatchObject([
    { from: 8, to: 10, sha: 'c1', author: 'Ada' },
    { from: 11, to: 15, sha: 'c11' },
  ]);
  expect(github.calls.at(-1)?.parameters).toMatchObject({ ref: 'a'.repeat(40), path: 'f' });
});

test('what does not fit says at which line it goes on', async () => {
  const github = withRanges(Array.from({ length: 50 }, (_, n) => range(n * 10 + 1, n * 10 + 10)));
  const first = await blame(github, asked, { ...call, maxChars: 1000 });
  const second = await blame(github, { ...asked, from: first.next_from }, { ...call, maxChars: 100_000 });
  expect(first.rows.length + second.rows.length).toBe(50);
});

test('nothing to blame, and lines beyond the end, are errors that say so', async () => {
  await expect(blame(withRanges([]), asked, call)).rejects.toThrow('no lines to blame');
  await expect(blame(withRanges(undefined), asked, call)).rejects.toThrow('no lines to blame');
  await expect(blame(withRanges([range(1, 5)]), { ...asked, from: 9 }, call)).rejects.toThrow('has 5 lines');
  await expect(blame(withRanges([range(1, 5)]), { ...asked, from: 3, to: 2 }, call)).rejects.toThrow('before');
});
