import { expect, test } from 'vitest';
import { gathered } from './gathered.ts';

interface Row {
  id: string;
  version: number;
}

/** Rows a to z, and which ids each statement asked for. */
function withReads() {
  const reads: (readonly string[])[] = [];
  const get = gathered<Row>(async (ids) => {
    reads.push(ids);
    if (ids.includes('broken')) throw new Error('no connection');
    return ids.filter((id) => /^[a-z]/.test(id)).map((id) => ({ id, version: reads.length }));
  });
  return { reads, get };
}

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id);

test('reads of the same turn are one statement, and each caller gets its own rows', async () => {
  const { reads, get } = withReads();
  const answers = await Promise.all([get(['a', 'b']), get(['b']), get(['0', 'c', 'c']), get(['0'])]);
  expect(reads).toEqual([['a', 'b', '0', 'c']]);
  expect(answers.map(idsOf)).toEqual([['a', 'b'], ['b'], ['c'], []]);
});

test('a read that begins after another was sent is not answered by it', async () => {
  const { reads, get } = withReads();
  const [first] = await get(['a']);
  const [second] = await get(['a']);
  expect([first?.version, second?.version]).toEqual([1, 2]);
  expect(reads).toEqual([['a'], ['a']]);
});

test('a failure reaches everyone who waits for the statement, and nobody after', async () => {
  const { get } = withReads();
  const answers = await Promise.allSettled([get(['a']), get(['broken'])]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(idsOf(await get(['a']))).toEqual(['a']);
});

test('large reads stay apart, so that none waits for all', async () => {
  const { reads, get } = withReads();
  const many = (from: number) => Array.from({ length: 300 }, (_, index) => `a${from + index}`);
  const answers = await Promise.all([get(many(0)), get(many(300)), get(['b'])]);
  expect(reads.map((ids) => ids.length)).toEqual([300, 301]);
  expect(answers.map((rows) => rows.length)).toEqual([300, 300, 1]);
});
