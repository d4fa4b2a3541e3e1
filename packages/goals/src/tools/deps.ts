import type { Call } from '@mcp-servers/core';
import type { Caller } from '../items/caller.ts';
import type { Store } from '../work/store.ts';

/** What the tools of this server are given. */
export interface GoalsDeps {
  store: Store;
  /** Who is calling; notes in the background that they are at work, and on what. */
  identify(call: Call, doing?: string): Caller;
}
