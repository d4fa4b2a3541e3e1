import type { ServerResponse } from 'node:http';
import type { Log } from '@mcp-servers/core';
import type { Metrics } from '@mcp-servers/core/metrics';
import type { Database } from '@mcp-servers/core/postgres';
import type { Store } from '@mcp-servers/goals';
import type { ServerStates } from '../contract.ts';
import { type Client, createClient } from './client.ts';
import { followEvents } from './follower.ts';
import { encode } from './message.ts';
import { createRing } from './ring.ts';
import { type Content, shareSnapshots } from './snapshots.ts';
import { createStreaming, Gone } from './streaming.ts';

export interface LiveOptions {
  store: Store;
  database: Pick<Database, 'listen'>;
  metrics: Pick<Metrics, 'gauge' | 'counter'>;
  log: Log;
  /** What a connection begins with. */
  snapshot(): Promise<Content>;
  /** 15,000 by default. */
  heartbeatMs?: number;
  /** How long a reader may take nothing in; 30,000 by default. */
  patienceMs?: number;
}

export interface Live {
  /** Streams to this response until it is closed. Its headers have been sent. */
  add(response: ServerResponse, lastEventId: string | undefined): void;
  serversChanged(states: ServerStates): void;
  clients(): number;
  close(): Promise<void>;
}

/** One follower of the event log for any number of streams. */
export function openLive(options: LiveOptions): Live {
  const { store, database, metrics, log, snapshot, heartbeatMs = 15_000, patienceMs } = options;
  const ring = createRing();
  const all = new Set<Client>();
  /** Those that have had everything the follower has read. */
  const current = new Set<Client>();
  const read = metrics.counter('dashboard_events_total', 'Changes read from the event log');
  const dropped = metrics.counter('dashboard_clients_dropped_total', 'Streams ended because their reader was too slow');
  metrics.gauge('dashboard_clients', 'Open event streams', () => all.size);

  const follower = followEvents({
    ...{ store, database, log },
    onEvents(events) {
      ring.add(events);
      read.inc(undefined, events.length);
      for (const client of current) if (!client.give(events)) catchUp(client);
    },
    onLog(place) {
      ring.restart(place);
      // They come again, and are told by a snapshot that what they knew is void.
      for (const client of all) if (client.position()) client.drop();
    },
  });
  const streaming = createStreaming({
    ...{ ring, events: store.events, log },
    snapshots: shareSnapshots(follower.place, snapshot),
    onCurrent: (client) => void current.add(client),
  });

  function keep(client: Client, work: Promise<void>): void {
    work.catch((err: unknown) => {
      if (!(err instanceof Gone)) log.error({ err }, 'stream_failed');
      else if (client.open()) dropped.inc();
      client.drop();
    });
  }

  /** A reader that is slower than the changes goes on from where it is, at its own pace. */
  function catchUp(client: Client): void {
    current.delete(client);
    if (client.open()) keep(client, streaming.catchUp(client));
  }

  const tell = (bytes: Buffer): void => {
    for (const client of current) client.tell(bytes);
  };
  const beat = setInterval(() => {
    tell(encode({ type: 'heartbeat', data: { timestamp: new Date().toISOString() } }));
  }, heartbeatMs).unref();

  return {
    add(response, lastEventId) {
      if (response.destroyed) return;
      const client = createClient(response, patienceMs);
      all.add(client);
      response.on('error', () => {}); // A reader that went away.
      response.once('close', () => {
        all.delete(client);
        current.delete(client);
      });
      keep(client, streaming.begin(client, lastEventId));
    },
    serversChanged: (states) => tell(encode({ type: 'server_status', data: states })),
    clients: () => all.size,
    async close() {
      clearInterval(beat);
      for (const client of all) client.drop();
      await follower.close();
    },
  };
}
