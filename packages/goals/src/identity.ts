import { userInfo } from 'node:os';
import type { Call, Log } from '@mcp-servers/core';
import type { AgentsRepository } from './agents/postgres-repository.ts';
import type { Caller } from './items/caller.ts';

const seenEveryMs = 5_000;

/**
 * Who calls: `actor` of the settings, else the client's name from the protocol, else the user. Presence is written in the
 * background, at most every 5 s unless what the caller does has changed: in a call's transaction all calls of a process would
 * queue up at one row. Without `agents` (a server that only reads) it is not written.
 */
export function createIdentify(
  agents: AgentsRepository | undefined,
  { actor, instance, log }: { actor: string | undefined; instance(): string; log: Log },
): (call: Call, doing?: string) => Caller {
  const seen = new Map<string, number>();
  return (call, doing) => {
    const client = call.client?.name.trim().slice(0, 100);
    const caller: Caller = { actor: actor ?? (client || userName()), client, instance: instance() };
    const last = seen.get(caller.actor) ?? Number.NEGATIVE_INFINITY;
    const now = performance.now();
    if (doing !== undefined || now - last > seenEveryMs) {
      seen.set(caller.actor, now);
      agents?.seen(caller, doing).catch((err: unknown) => log.debug({ err }, 'agent_not_recorded'));
    }
    return caller;
  };
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
