import { expect, test } from 'vitest';
import { CancelledError, UnavailableError } from '../errors.ts';
import { backoff, bounded, systemTiming } from './timing.ts';

test('backoff doubles up to its limit and is spread by half', () => {
  const waits = (random: number) =>
    [0, 1, 2, 9].map((n) => backoff(n, { first: 10, longest: 100 }, { ...systemTiming, random: () => random }));
  expect(waits(0)).toEqual([5, 10, 20, 50]);
  expect(waits(1)).toEqual([10, 20, 40, 100]);
});

test('a bounded promise ends by itself, by its time or by its signal', async () => {
  const never = new Promise<never>(() => {});
  expect(await bounded(Promise.resolve(1), { milliseconds: 60_000 })).toBe(1);
  await expect(bounded(never, { milliseconds: 1, late: () => new UnavailableError('late') })).rejects.toThrow('late');
  await expect(bounded(never, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  const own = new UnavailableError('own reason');
  await expect(bounded(never, { signal: AbortSignal.abort(own) })).rejects.toBe(own);
  await expect(systemTiming.sleep(60_000, AbortSignal.abort())).rejects.toThrow(CancelledError);
});
