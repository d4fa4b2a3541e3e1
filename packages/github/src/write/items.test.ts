import { NotFoundError, RateLimitError } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import type { GitHub } from '../client/index.ts';
import { eachItem } from './items.ts';

/** None of these items asks GitHub. */
const github = {} as GitHub;
const how = { github, planning: false, name: String };
const done = { status: 'done', id: 1 };

test.each([false, true])('each is done or says why not, in a dry run (%s) as well', async (planning) => {
  const work = async (item: number) => {
    if (item === 2) throw new NotFoundError('There is no 2.', { hint: 'Try 3.' });
    return done;
  };
  expect(await eachItem([1, 2, 3], { ...how, planning, work })).toEqual([
    { name: '1', ...done },
    { name: '2', status: 'failed', error: 'There is no 2. Try 3.' },
    { name: '3', ...done },
  ]);
});

test('after a limit nothing more is tried', async () => {
  const tried: number[] = [];
  const work = async (item: number) => {
    tried.push(item);
    if (item === 2) throw new RateLimitError('Too many.', { retryAfterSeconds: 60 });
    return done;
  };
  const items = await eachItem([1, 2, 3, 4], { ...how, work });
  expect(tried).toEqual([1, 2]);
  expect(items.map(({ status }) => status)).toEqual(['done', 'failed', 'failed', 'failed']);
});

test('when nothing was done, the first problem is thrown', async () => {
  const work = async (item: number) => {
    if (item > 1) throw new NotFoundError(`There is no ${item}.`);
    return done;
  };
  await expect(eachItem([2, 3], { ...how, work })).rejects.toThrow('There is no 2.');
});
