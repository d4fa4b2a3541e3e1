import { expect, test } from 'vitest';
import { UnavailableError } from '../errors.ts';
import { openSlots } from './slots.ts';

const late = () => new UnavailableError('late');
const patient = { milliseconds: 60_000, late };

test('slots are handed over in the order of the line', async () => {
  const slots = openSlots(1);
  const order: number[] = [];
  await slots.take(patient);
  const line = [1, 2, 3].map(async (n) => {
    await slots.take(patient);
    order.push(n);
    slots.give();
  });
  expect(slots.counts()).toEqual({ taken: 1, waiting: 3 });
  slots.give();
  await Promise.all(line);
  expect(order).toEqual([1, 2, 3]);
  expect(slots.counts()).toEqual({ taken: 0, waiting: 0 });
});

test('who gives up leaves the line and costs no slot', async () => {
  const slots = openSlots(1);
  await slots.take(patient);
  const stop = new AbortController();
  const waiting = slots.take({ ...patient, signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toThrow('cancelled');
  await expect(slots.take({ milliseconds: 1, late })).rejects.toThrow('late');
  expect(slots.counts()).toEqual({ taken: 1, waiting: 0 });

  const second = new AbortController();
  const handedOver = slots.take({ ...patient, signal: second.signal });
  second.abort();
  slots.give();
  await expect(handedOver).rejects.toThrow('cancelled');
  await slots.drained();
  await slots.take(patient);
});
