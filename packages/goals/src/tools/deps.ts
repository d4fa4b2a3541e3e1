import type { Call } from '@mcp-servers/core';
import type { Database } from '@mcp-servers/core/postgres';
import type { StoreCache } from '../cache/cached.ts';
import type { Caller } from '../items/caller.ts';
import type { Store } from '../work/store.ts';

/** What the tools of this server are given. */
export interface GoalsDeps {
  store: Store;
  /** Which database the store is in, and how it does. */
  database: Pick<Database, 'describe' | 'health'>;
  /** Whether the cache is on; none without Redis. */
  cache?: Pick<StoreCache, 'health'> | undefined;
  /** Who is calling; notes in the background that they are at work, and on what. */
  identify(call: Call, doing?: string): Caller;
  /** Whether deleted items may be removed for ever; default no. */
  allowPurge?: boolean;
  /** Folders that exports are written to and imports read from, the first for plain file names; default none. */
  transferFolders?: readonly string[];
}
