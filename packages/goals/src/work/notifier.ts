import type { Log } from '@mcp-servers/core';
import { type Queryable, statement } from '@mcp-servers/core/postgres';

export const eventsChannel = 'mcp_servers_events';

const notify = statement('events_notify', `SELECT pg_notify('${eventsChannel}', '')`);
const everyMs = 20;

/**
 * Wakes the followers of the event log: empty, after the commit, at most once per 20 ms and process. Inside the transaction a
 * NOTIFY would serialise commits; a lost one costs a follower its next poll, nothing more.
 */
export function createNotifier(database: Queryable, log: Log): () => void {
  let pending = false;
  return () => {
    if (pending) return;
    pending = true;
    setTimeout(() => {
      pending = false;
      database.query(notify).catch((err: unknown) => log.debug({ err }, 'events_notify_failed'));
    }, everyMs).unref();
  };
}
