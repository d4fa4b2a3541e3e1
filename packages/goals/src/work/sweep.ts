import type { Log } from '@mcp-servers/core';
import { type Database, statement } from '@mcp-servers/core/postgres';
import type { Caller } from '../items/caller.ts';
import { freeExpired } from './claim.ts';
import type { Store } from './store.ts';

const everyMs = 30_000;

const forget = statement(
  'idempotency_forget',
  "DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'",
);
const forgetAgents = statement('agents_forget', "DELETE FROM agents WHERE last_seen < now() - interval '30 days'");

/** Frees leases that ended and forgets what is past its time, every 30 s, in the background. A failure is the next round's to mend. */
export function startSweep(options: { store: Store; database: Database; instance: string; log: Log }): {
  close(): void;
} {
  const { store, database, instance, log } = options;
  const caller: Caller = { actor: 'mcp-servers', client: undefined, instance };
  let running = false;
  const sweep = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      const freed = await store.write(caller, freeExpired);
      if (freed > 0) log.info({ freed }, 'leases_expired');
      await database.query(forget);
      await database.query(forgetAgents);
    } catch (err) {
      log.debug({ err }, 'sweep_failed');
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void sweep(), everyMs).unref();
  return { close: () => clearInterval(timer) };
}
