import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@mcp-servers/core';
import type { Store } from '@mcp-servers/goals';
import type { Client } from './client.ts';
import { type Encoded, encode, encodeEvent } from './message.ts';
import { parseCursor } from './position.ts';
import type { Ring } from './ring.ts';
import type { Taken } from './snapshots.ts';

const retryMs = 500;
const pageSize = 500;

/** The reader left, or takes nothing in. */
export class Gone extends Error {}

interface StreamingOptions {
  ring: Ring;
  events: Pick<Store['events'], 'follow'>;
  snapshots(): Promise<Taken>;
  /** Called in the same turn in which a client was found to have everything, so that nothing comes between. */
  onCurrent(client: Client): void;
  log: Log;
}

/** Brings a client to where the follower is. Both reject with Gone when it left. */
export interface Streaming {
  /** Snapshot first, then what it missed. */
  begin(client: Client, lastEventId: string | undefined): Promise<void>;
  catchUp(client: Client): Promise<void>;
}

export function createStreaming({ ring, events, snapshots, onCurrent, log }: StreamingOptions): Streaming {
  /** While the database is away the stream stays open and says nothing but that it waits. */
  async function untilItWorks<T>(client: Client, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!client.open()) throw new Gone();
        log.debug({ err: error }, 'stream_waits');
        client.tell(Buffer.from(': waiting for the database\n\n'));
        await sleep(retryMs, undefined, { ref: false });
      }
    }
  }

  /** As fast as the client reads. */
  async function giveAll(client: Client, missed: readonly Encoded[]): Promise<void> {
    for (const event of missed) {
      client.give([event]);
      if (!(await client.drained())) throw new Gone();
    }
  }

  async function catchUp(client: Client): Promise<void> {
    while (client.open()) {
      const position = client.position();
      const missed = position && ring.after(position);
      if (missed?.length === 0) return onCurrent(client);
      if (missed) {
        await giveAll(client, missed);
        continue;
      }
      const page = await untilItWorks(client, () => events.follow({}, { after: position, limit: pageSize }));
      if (page.log_id !== client.logId()) throw new Gone();
      await giveAll(
        client,
        page.events.map((event) => encodeEvent(page.log_id, event)),
      );
      if (page.events.length < pageSize) client.moveTo(page.horizon, page.log_id);
    }
    throw new Gone();
  }

  return {
    catchUp,
    async begin(client, lastEventId) {
      const { place, content } = await untilItWorks(client, snapshots);
      const cursor = parseCursor(lastEventId);
      const resumed = cursor?.logId === place.logId;
      client.moveTo(cursor && resumed ? cursor.position : place.position, place.logId);
      client.tell(encode({ type: 'snapshot', data: { ...content, timestamp: new Date().toISOString(), resumed } }));
      await catchUp(client);
    },
  };
}
