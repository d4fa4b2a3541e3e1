import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createClient, maxBuffered } from './client.ts';

/** A response whose reader takes in what `read` is called for. */
function reader() {
  const taken: Buffer[] = [];
  let next: (() => void) | undefined;
  const stream = new Writable({
    write(chunk, _, done) {
      taken.push(chunk);
      next = done;
    },
  });
  return { taken, read: () => next?.(), response: stream as unknown as ServerResponse };
}

const event = (id: number, size = 10) => ({ position: { xid: '1', id }, bytes: Buffer.alloc(size, id) });

test('a client is given each event once, however often it is offered', () => {
  const { response } = reader();
  const client = createClient(response);
  client.moveTo({ xid: '1', id: 1 }, 'log');
  expect(client.give([event(1), event(2), event(3)])).toBe(true);
  expect(client.give([event(2), event(3)])).toBe(true);
  expect(response.writableLength).toBe(20);
  expect(client.position()).toEqual({ xid: '1', id: 3 });
});

test('what is kept for a client that does not read is bounded, and it knows where to go on', async () => {
  const { response, read } = reader();
  const client = createClient(response, 20);
  client.moveTo({ xid: '1', id: 0 }, 'log');
  const events = Array.from({ length: 20 }, (_, n) => event(n + 1, maxBuffered / 4));
  expect(client.give(events)).toBe(false);
  expect(client.position()).toEqual({ xid: '1', id: 5 });
  client.tell(Buffer.alloc(100));
  expect(response.writableLength).toBe((maxBuffered / 4) * 5);
  expect(await client.drained()).toBe(false);
  const later = createClient(response);
  const drained = later.drained();
  for (let n = 0; n < 5; n++) {
    read();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await drained).toBe(true);
  client.drop();
  expect([client.open(), await client.drained(), client.give([event(6)])]).toEqual([false, false, false]);
});
