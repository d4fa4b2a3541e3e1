import { expect, test } from 'vitest';
import { z } from 'zod';
import { json, signal, withGitHub } from '../github.fixture.ts';
import { type ListPage, listRest, openList } from './list.ts';

const Query = z.strictObject({ repo: z.string(), state: z.string().default('open') });
type Row = { name: string };

/** A list of so many rows, in pages by number or by cursor. */
function withRows(total: number, by: 'page' | 'after' = 'page') {
  return withGitHub(({ url }) => {
    const size = Number(url.searchParams.get('per_page'));
    const start =
      by === 'page'
        ? (Number(url.searchParams.get('page') ?? 1) - 1) * size
        : Number(url.searchParams.get('after') ?? 0);
    const rows = Array.from({ length: total }, (_, n) => ({ name: `row ${n}` })).slice(start, start + size);
    const next = by === 'page' ? `page=${start / size + 2}` : `after=${start + size}`;
    const link = `<http://x/prev?page=0>; rel="prev", <http://x/l?per_page=${size}&state=all&${next}>; rel="next"`;
    return json(rows, start + size < total ? { link } : {});
  });
}

async function readAll(
  github: Awaited<ReturnType<typeof withRows>>['github'],
  {
    limit,
    maxChars = 100_000,
    toRow = (row: Row): Row | undefined => row,
  }: { limit: number; maxChars?: number; toRow?: (row: Row) => Row | undefined },
) {
  const pages: ListPage<Row>[] = [];
  let input: { repo?: string; cursor?: string } = { repo: 'a/b' };
  for (;;) {
    const list = openList(Query, input);
    expect(list.query).toEqual({ repo: 'a/b', state: 'open' });
    const page = await listRest(
      github,
      {
        route: 'GET /repos/{owner}/{repo}/branches',
        parameters: { owner: 'a', repo: 'b' },
        ...{ list, limit, maxChars, toRow },
      },
      { signal },
    );
    pages.push(page);
    if (page.next_cursor === undefined) return pages;
    input = { cursor: page.next_cursor };
  }
}

const names = (pages: readonly ListPage<Row>[]) => pages.flatMap(({ items }) => items.map(({ name }) => name));
const all = (total: number) => Array.from({ length: total }, (_, n) => `row ${n}`);

test.each(['page', 'after'] as const)(
  'every row comes once, whatever pages by %s are left by limit and budget',
  async (by) => {
    await using given = await withRows(23, by);
    expect(names(await readAll(given.github, { limit: 5 }))).toEqual(all(23));
    const tight = await readAll(given.github, { limit: 7, maxChars: 60 });
    expect(names(tight)).toEqual(all(23));
    expect(tight[0]).toMatchObject({ truncated: true, items: { length: 3 } });
  },
);

test('a filter that leaves little out of a page reads on, and the cursor skips nothing', async () => {
  await using given = await withRows(40);
  const toRow = (row: Row) => (Number(row.name.slice(4)) % 3 === 0 ? row : undefined);
  const pages = await readAll(given.github, { limit: 5, toRow });
  expect(pages[0]?.items).toHaveLength(5);
  expect(names(pages)).toEqual(all(40).filter((_, n) => n % 3 === 0));
});

test('a row that alone is too long says so', async () => {
  await using given = await withRows(3);
  await expect(readAll(given.github, { limit: 3, maxChars: 10 })).rejects.toThrow(/first row alone/);
});

test('a cursor of another list, or none at all, is refused', () => {
  const other = Buffer.from(JSON.stringify({ q: { number: 1 }, at: {}, skip: 0 })).toString('base64url');
  const elsewhere = Buffer.from(JSON.stringify({ q: { repo: 'a/b' }, at: { owner: 'evil' }, skip: 0 })).toString(
    'base64url',
  );
  for (const cursor of [other, elsewhere, 'nonsense']) expect(() => openList(Query, { cursor })).toThrow(/cursor/);
});
