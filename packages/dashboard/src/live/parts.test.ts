import { expect, test } from 'vitest';
import { compare, formatCursor, parseCursor } from './position.ts';
import { createRing } from './ring.ts';

const log = '6b1f3c1e-7b1e-4a53-9d8f-0a1b2c3d4e5f';
const event = (xid: number, id: number, size = 10) => ({
  position: { xid: String(xid), id },
  bytes: Buffer.alloc(size),
});

test('places are in the order of transactions, then of events, also beyond what numbers hold', () => {
  const places = [
    { xid: '9', id: 7 },
    { xid: '10', id: 2 },
    { xid: '10', id: 3 },
    { xid: '9223372036854775806', id: 1 },
    { xid: '9223372036854775807', id: 0 },
  ];
  expect(places.toReversed().sort(compare)).toEqual(places);
  expect(compare({ xid: '10', id: 3 }, { xid: '10', id: 3 })).toBe(0);
});

test('a cursor is read as it was written, and nothing else is one', () => {
  const position = { xid: '741', id: 12 };
  expect(parseCursor(formatCursor(log, position))).toEqual({ logId: log, position });
  for (const text of [
    undefined,
    '',
    '1',
    `${log}:1`,
    `${log}:01:1`,
    `${log}:1:-1`,
    `${log}:1:1:1`,
    `${log}:99999999999999999999:1`,
  ]) {
    expect(parseCursor(text)).toBeUndefined();
  }
});

test('the ring gives what follows a place, or says that it does not go back so far', () => {
  const ring = createRing();
  expect(ring.after({ xid: '1', id: 1 })).toBeUndefined();
  ring.restart({ logId: log, position: { xid: '5', id: 0 } });
  ring.add([event(5, 1), event(5, 2), event(7, 3)]);
  const after = (xid: string, id: number) => ring.after({ xid, id })?.map(({ position }) => position.id);
  expect(after('5', 0)).toEqual([1, 2, 3]);
  expect(after('5', 1)).toEqual([2, 3]);
  expect(after('6', 9)).toEqual([3]);
  expect(after('7', 3)).toEqual([]);
  expect(after('4', 9)).toBeUndefined();
});

test('the ring is bounded in bytes and in messages, and knows where it begins then', () => {
  const ring = createRing();
  ring.restart({ logId: log, position: { xid: '1', id: 0 } });
  ring.add([event(1, 1, 5 * 1024 ** 2), event(2, 2, 5 * 1024 ** 2)]);
  expect(ring.after({ xid: '1', id: 0 })).toBeUndefined();
  expect(ring.after({ xid: '1', id: 1 })).toHaveLength(1);
  ring.add(Array.from({ length: 6000 }, (_, n) => event(3, n + 3)));
  expect(ring.after({ xid: '3', id: 1002 })).toHaveLength(5000);
  expect(ring.after({ xid: '3', id: 1001 })).toBeUndefined();
});
