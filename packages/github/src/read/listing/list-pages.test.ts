import { expect, test } from 'vitest';
import * as z from 'zod';
import { json, signal, withGitHub } from '../../github.fixture.ts';
import { type ListPage, listPages } from './list-pages.ts';
import { Place, resume } from './place.ts';

const Query = z.strictObject({ repo: z.string(), state: z.string().default('open') });
type Row = { name: string };

/** A list of so many rows, in pages by number. */
function withRows(total: number) {
  return withGitHub(({ url }) => {
    const size = Number(url.searchParams.get('per_page'));
    const page = Number(url.searchParams.get('page'));
    const rows = Array.from({ length: total }, (_, n) => ({ name: `row ${n}` })).slice((page - 1) * size, page * size);
    const link = `<http://x/prev?page=0>; rel="prev", <http://x/l?per_page=${size}&page=${page + 1}>; rel="next"`;
    return json(rows, page * size < total ? { link } : {});
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
  let cursor: string | undefined;
  do {
    const asked = cursor === undefined ? { repo: 'a/b' } : {};
    const { query, place } = resume(cursor, asked, { kind: 'rows', query: Query, place: Place });
    expect(query).toEqual({ repo: 'a/b', state: 'open' });
    const page = await listPages(
      github,
      { route: 'GET /repos/{owner}/{repo}/branches', parameters: { owner: 'a', repo: 'b' }, toRow },
      { asked: { kind: 'rows', query, place, limit, maxChars }, call: { signal } },
    );
    pages.push(page);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return pages;
}

const names = (pages: readonly ListPage<Row>[]) => pages.flatMap(({ items }) => items.map(({ name }) => name));
const all = (total: number) => Array.from({ length: total }, (_, n) => `row ${n}`);

test('every row comes once, whatever pages are left by limit and budget', async () => {
  await using given = await withRows(23);
  expect(names(await readAll(given.github, { limit: 5 }))).toEqual(all(23));
  const tight = await readAll(given.github, { limit: 7, maxChars: 60 });
  expect(names(tight)).toEqual(all(23));
  expect(tight[0]).toMatchObject({ truncated: true, items: { length: 3 } });
});

test('a filter that leaves little out of a page reads on, and the cursor skips nothing', async () => {
  await using given = await withRows(40);
  const toRow = (row: Row) => (Number(row.name.slice(4)) % 3 === 0 ? row : undefined);
  const pages = await readAll(given.github, { limit: 5, toRow });
  expect(pages[0]?.items).toHaveLength(5);
  expect(names(pages)).toEqual(all(40).filter((_, n) => n % 3 === 0));
});

test('a row that alone is too long still comes, or nobody could read on', async () => {
  await using given = await withRows(3);
  expect(names(await readAll(given.github, { limit: 3, maxChars: 10 }))).toEqual(all(3));
});

test('a cursor of another list, one that was tampered with, or none at all, is refused', () => {
  const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const place = { page: 1, size: 5, skip: 0 };
  const others = [
    { k: 'others', q: { repo: 'a/b', state: 'open' }, p: place },
    { k: 'rows', q: { number: 1 }, p: place },
    { k: 'rows', q: { repo: 'a/b', state: 'open' }, p: { ...place, owner: 'evil' } },
  ].map(cursorOf);
  const read = (cursor: string) => resume(cursor, {}, { kind: 'rows', query: Query, place: Place });
  for (const cursor of [...others, 'nonsense']) expect(() => read(cursor)).toThrow(/cursor/);
});
