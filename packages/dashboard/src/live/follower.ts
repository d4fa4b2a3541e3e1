import type { Log } from '@mcp-servers/core';
import type { Database, Subscription } from '@mcp-servers/core/postgres';
import { eventsChannel, type Store } from '@mcp-servers/goals';
import type { LogPosition } from '@mcp-servers/goals/work';
import { type Encoded, encodeEvent } from './message.ts';

const pageSize = 500;
/** A lost notification costs so long. */
const pollMs = 2000;

/** What has been read of the event log: all of it up to `position`. */
export interface Place {
  logId: string;
  position: LogPosition;
}

export interface FollowerOptions {
  store: Pick<Store, 'events'>;
  database: Pick<Database, 'listen'>;
  log: Log;
  onEvents(events: readonly Encoded[]): void;
  /** The first look at the log, and whenever it is another one because the store was restored from a copy. */
  onLog(place: Place): void;
}

export interface Follower {
  /** Undefined until the log was read for the first time. */
  place(): Place | undefined;
  close(): Promise<void>;
}

/** Reads the event log from its end of now, for as long as the process runs: woken by notifications, else every 2 s. */
export function followEvents({ store, database, log, onEvents, onLog }: FollowerOptions): Follower {
  let place: Place | undefined;
  let closed = false;
  let failing = false;
  let subscription: Subscription | undefined;
  let wake = Promise.withResolvers<void>();
  const awaken = () => wake.resolve();

  /** True when there may be more. */
  async function read(): Promise<boolean> {
    const page = { after: place?.position, limit: place ? pageSize : 1 };
    const { log_id: logId, events, horizon } = await store.events.follow({}, page);
    if (place?.logId !== logId) {
      place = { logId, position: horizon };
      onLog(place);
      return false;
    }
    const last = events.at(-1);
    const more = last !== undefined && events.length === pageSize;
    place = { logId, position: more ? { xid: last.xid, id: last.id } : horizon };
    if (events.length > 0) onEvents(events.map((event) => encodeEvent(logId, event)));
    return more;
  }

  async function run(): Promise<void> {
    while (!closed) {
      wake = Promise.withResolvers<void>();
      const timer = setTimeout(awaken, pollMs).unref();
      let more = false;
      try {
        more = await read();
        if (failing) log.info('events_followed_again');
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'events_not_followed');
        failing = true;
      }
      if (!more && !closed) await wake.promise;
      clearTimeout(timer);
    }
  }

  const listening = database
    .listen(eventsChannel, { onNotify: awaken, onReconnect: awaken })
    .then((opened) => {
      subscription = opened;
      return closed ? opened.close() : undefined;
    })
    .catch((err: unknown) => log.warn({ err }, 'events_not_listened'));
  const running = run();

  return {
    place: () => place,
    async close() {
      closed = true;
      awaken();
      await subscription?.close();
      await Promise.all([running, listening]);
    },
  };
}
