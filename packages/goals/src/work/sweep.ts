import type { Log } from '@mcp-servers/core';
import { type Queryable, statement } from '@mcp-servers/core/postgres';
import type { Caller } from '../items/caller.ts';
import { freeExpired } from './claim.ts';
import type { Store } from './store.ts';

const everyMs = 30_000;

const forget = statement(
  'idempotency_forget',
  "DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'",
);
const forgetAgents = statement('agents_forget', "DELETE FROM agents WHERE last_seen < now() - interval '30 days'");

interface SweepOptions {
  store: Store;
  database: Queryable;
  instance: string;
}

/** Frees leases that ended and forgets what is past its time; answers how many leases that were. */
export async function sweep({ store, database, instance }: SweepOptions): Promise<number> {
  const caller: Caller = { actor: 'mcp-servers', client: undefined, instance };
  const freed = await store.write(caller, freeExpired);
  await database.query(forget);
  await database.query(forgetAgents);
  return freed;
}

/** Sweeps every 30 s, in the background. A failure is the next round's to mend. */
export function startSweep({ log, ...options }: SweepOptions & { log: Log }): { close(): void } {
  let running = false;
  const round = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      const freed = await sweep(options);
      if (freed > 0) log.info({ freed }, 'leases_expired');
    } catch (err) {
      log.debug({ err }, 'sweep_failed');
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void round(), everyMs).unref();
  return { close: () => clearInterval(timer) };
}
