import fc from 'fast-check';
import { expect, test } from 'vitest';
import { share } from './share.ts';

test('what one does not need goes to the others', () => {
  expect(share(100, [10, 200, 200])).toEqual([10, 45, 45]);
  expect(share(100, [10, 20, 30])).toEqual([10, 20, 30]);
  expect(share(100, [])).toEqual([]);
  expect(share(10, [100, 100, 100])).toEqual([3, 3, 4]);
});

test('nobody gets more than he wants, all together never more than there is, and nothing is left that is wanted', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.array(fc.nat(50_000), { maxLength: 20 }), (total, wants) => {
      const shares = share(total, wants);
      const sum = shares.reduce((a, b) => a + b, 0);
      expect(shares.every((each, n) => each <= (wants[n] ?? 0))).toBe(true);
      expect(sum).toBe(
        Math.min(
          total,
          wants.reduce((a, b) => a + b, 0),
        ),
      );
    }),
  );
});
