import type { Log } from '@mcp-servers/core';
import type { ClientPlace, Entries } from '@mcp-servers/core/connect';
import type { Metrics } from '@mcp-servers/core/metrics';
import type { Database } from '@mcp-servers/core/postgres';
import type { RateLimiter } from '@mcp-servers/core/rate-limit';
import type { Caller, Store } from '@mcp-servers/goals';
import type { Health } from './contract.ts';
import type { Live } from './live/live.ts';
import type { Servers } from './servers/servers.ts';

/** What the page needs to write the servers into the configurations of clients. */
export interface Connecting {
  /** How a client starts each server. */
  entries(): Entries;
  /** Folder that remembers what to undo. */
  records: string;
  /** Where the clients' files lie, or why they are left alone. */
  access: { place: ClientPlace } | { off: { detail: string; hint: string } };
}

/** What the routes are given. */
export interface Parts {
  store: Store;
  database: Pick<Database, 'describe' | 'health'>;
  /** Who changes something here. */
  caller: Caller;
  servers: Servers;
  live: Live;
  connecting: Connecting;
  health(): Promise<Health>;
  /** Of creations, by client. */
  limiter: RateLimiter<'create'>;
  metrics: Metrics;
  log: Log;
  about: {
    version: string;
    startedAt: Date;
    home: string;
    createPerMinute: number;
  };
  /** Where it listens; known once it does. */
  url(): string;
}
