import { describe, expect, test } from 'vitest';
import { call, fakeGitHub, pageOf } from '../fake-github.fixture.ts';
import { toSearch } from './qualifiers.ts';
import { matchingLines } from './rows.ts';
import { searchGitHub } from './search.ts';

describe('a search as GitHub reads it', () => {
  test.each([
    [
      'issues',
      { query: 'crash', filters: { repo: 'a/b', label: ['good first issue', 'bug'], state: 'open' } },
      'crash repo:a/b label:"good first issue" label:bug is:open is:issue',
    ],
    [
      'pulls',
      { filters: { author: 'app/renovate[bot]', review_requested: '@me', merged: '>=2025-01-01' } },
      'author:"app/renovate[bot]" review-requested:@me merged:>=2025-01-01 is:pr',
    ],
    [
      'code',
      { query: 'x', filters: { language: 'C++', path: 'src dir' } },
      'x language:"C++" path:"src dir"'.replace('"C++"', 'C++'),
    ],
    [
      'commits',
      { query: 'x', filters: { committed: '2025-01-01..2025-02-01' } },
      'x committer-date:2025-01-01..2025-02-01',
    ],
    ['issues', { filters: { label: ['a" repo:x/y'] } }, 'label:"a\\" repo:x/y" is:issue'],
    ['users', { query: 'ada', filters: { in: ['login'] } }, 'ada in:login type:user'],
  ] as const)('%s %j', (kind, asked, search) => {
    expect(toSearch(kind, structuredClone(asked) as Parameters<typeof toSearch>[1])).toBe(search);
  });

  test.each([
    ['code', { query: 'x', filters: { label: ['bug'] } }, 'label means nothing for code'],
    ['issues', { query: 'x "y' }, 'not closed'],
    ['issues', {}, 'give words or filters'],
    ['code', { filters: { repo: 'a/b' } }, 'at least one word'],
    ['issues', { query: 'x', filters: { state: 'merged' } }, 'pull requests alone'],
    ['issues', { query: 'x'.repeat(300) }, '256'],
  ] as const)('%s %j is refused: %s', (kind, asked, words) => {
    expect(() => toSearch(kind, structuredClone(asked) as Parameters<typeof toSearch>[1])).toThrow(words);
  });
});

const issue = (number: number) => ({
  number,
  title: `Issue ${number}`,
  state: 'open',
  user: { login: 'ada' },
  labels: [{ name: 'bug' }],
  comments: number,
  repository_url: 'https://api.github.test/repos/acme/site',
  created_at: '2025-01-01T00:00:00Z',
  updated_at: '2025-01-02T00:00:00Z',
});

const searchOf = (items: readonly unknown[], more: Record<string, unknown> = {}) =>
  fakeGitHub({
    rest: {
      'GET /search/issues': (parameters) => {
        const { data, headers = {} } = pageOf(items, parameters);
        return { data: { total_count: items.length, incomplete_results: false, items: data, ...more }, headers };
      },
    },
  });

test('pages of a search together are the whole, whatever the budget', async () => {
  const github = searchOf(Array.from({ length: 47 }, (_, n) => issue(n + 1)));
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const asked = cursor ? { limit: 20, cursor } : { kind: 'issues' as const, query: 'x', limit: 20 };
    const answer = await searchGitHub(github, asked, { ...call, maxChars: 2000 });
    expect(answer).toMatchObject({ kind: 'issues', search: 'x is:issue', total: 47 });
    seen.push(...answer.rows.map(({ number }) => number));
    cursor = answer.next_cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(Array.from({ length: 47 }, (_, n) => n + 1));
});

test('more than 1,000 results, an unfinished search and an empty one are explained', async () => {
  const many = searchOf([issue(1)], { total_count: 5000, incomplete_results: true });
  const answer = await searchGitHub(many, { kind: 'issues', query: 'x', limit: 1 }, call);
  expect(answer.incomplete).toBe(true);
  expect(answer.notes.join(' ')).toMatch(/at most 1000 of the 5000.*ran out of time/);
  const none = await searchGitHub(searchOf([]), { kind: 'issues', query: 'x', limit: 1 }, call);
  expect(none.notes.join(' ')).toContain('Nothing was found');
});

test('a cursor of another tool, a missing kind and a wrong order are refused', async () => {
  const github = searchOf([]);
  await expect(searchGitHub(github, { cursor: 'e30', limit: 1 }, call)).rejects.toThrow('cursor');
  await expect(searchGitHub(github, { query: 'x', limit: 1 }, call)).rejects.toThrow('kind: required');
  await expect(searchGitHub(github, { kind: 'code', query: 'x', sort: 'stars', limit: 1 }, call)).rejects.toThrow(
    'sort',
  );
});

test('code comes with the lines that match', async () => {
  const item = {
    path: 'a.ts',
    sha: '1',
    repository: { full_name: 'a/b' },
    text_matches: [
      { property: 'content', fragment: 'one\nconst two = 2;\nthree', matches: [{ indices: [10, 13], text: 'two' }] },
    ],
  };
  const github = fakeGitHub({
    rest: { 'GET /search/code': () => ({ data: { total_count: 1, incomplete_results: false, items: [item] } }) },
  });
  const { rows } = await searchGitHub(github, { kind: 'code', query: 'two', limit: 5 }, call);
  expect(rows).toEqual([{ repo: 'a/b', path: 'a.ts', sha: '1', lines: ['const two = 2;'] }]);
  expect(github.calls[0]?.parameters).toMatchObject({ mediaType: { format: 'text-match' }, q: 'two' });
  expect(matchingLines('a\nb', [])).toEqual(['a', 'b']);
});

test('discussions are searched by GraphQL, their pages together the whole', async () => {
  const node = (number: number) => ({
    ...{ number, title: `D${number}`, closed: false, isAnswered: true, upvoteCount: 1, createdAt: 'c', updatedAt: 'u' },
    ...{
      repository: { nameWithOwner: 'a/b', isPrivate: false },
      author: null,
      category: { name: 'Q&A' },
      comments: { totalCount: 2 },
    },
  });
  const all = Array.from({ length: 25 }, (_, n) => node(n));
  const github = fakeGitHub({
    graphql: {
      SearchDiscussions({ first, after }) {
        const start = Number(after ?? 0);
        const end = start + Number(first);
        const pageInfo = { hasNextPage: end < all.length, endCursor: String(end) };
        return { search: { discussionCount: 25, pageInfo, nodes: all.slice(start, end) } };
      },
    },
  });
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const asked = cursor ? { limit: 10, cursor } : { kind: 'discussions' as const, query: 'x', limit: 10 };
    const answer = await searchGitHub(github, asked, { ...call, maxChars: 1800 });
    seen.push(...answer.rows.map(({ title }) => title));
    cursor = answer.next_cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(all.map(({ title }) => title));
});
