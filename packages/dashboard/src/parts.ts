import type { Log } from '@mcp-servers/core';
import type { Metrics } from '@mcp-servers/core/metrics';
import type { Database } from '@mcp-servers/core/postgres';
import type { RateLimiter } from '@mcp-servers/core/rate-limit';
import type { Caller, Store } from '@mcp-servers/goals';
import type { Health } from './contract.ts';
import type { Live } from './live/live.ts';
import type { Servers } from './servers/servers.ts';

/** What the routes are given. */
export interface Parts {
  store: Store;
  database: Pick<Database, 'describe' | 'health'>;
  /** Who changes something here. */
  caller: Caller;
  servers: Servers;
  live: Live;
  health(): Promise<Health>;
  /** Of creations, by client. */
  limiter: RateLimiter<'create'>;
  metrics: Metrics;
  log: Log;
  about: {
    version: string;
    startedAt: Date;
    home: string;
    /** The home was chosen, so that clients have to be told of it. */
    ownHome: boolean;
    createPerMinute: number;
  };
  /** Where it listens; known once it does. */
  url(): string;
}
