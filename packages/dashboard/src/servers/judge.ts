import type { ServerState } from '../contract.ts';
import { type Sighting, worst } from './sighting.ts';

export interface Verdict {
  state: ServerState;
  reason?: string;
}

/**
 * What a server is, from its processes. Asleep when no client runs it, which is no fault. One that was lost counts until another was
 * started after it: unhealthy when none is left, degraded beside others. `configuredIn` names the clients that would start it, where
 * that is known.
 */
export function judge(sightings: readonly Sighting[], configuredIn?: readonly string[]): Verdict {
  const alive = sightings.filter(({ lost }) => lost === undefined);
  const lost = sightings.filter((sighting) => sighting.lost !== undefined && !isReplaced(sighting, alive));
  const reasons = [
    ...alive.flatMap(({ process: { pid, reason } }) => (reason === undefined ? [] : [`process ${pid}: ${reason}`])),
    ...lost.flatMap((sighting) => sighting.lost?.reason ?? []),
  ];
  if (alive.length === 0 && lost.length === 0) {
    return { state: 'asleep', reason: whyAsleep(configuredIn) };
  }
  const states = alive.map(({ process: { state } }) => state);
  if (lost.length > 0) states.push(alive.length === 0 ? 'unhealthy' : 'degraded');
  const state = worst(states);
  return { state, ...(reasons.length > 0 && { reason: shorten(reasons) }) };
}

function whyAsleep(configuredIn: readonly string[] | undefined): string {
  if (configuredIn === undefined) return 'No client is using it; a client starts it when it is needed.';
  if (configuredIn.length === 0) return 'No client on this machine is configured to start it.';
  return `Configured in ${configuredIn.join(', ')}; a client starts it when it is needed.`;
}

/** ISO times of one length compare as text. */
export const isReplaced = ({ process }: Sighting, alive: readonly Sighting[]): boolean =>
  alive.some((other) => other.process.started_at > process.seen_at);

function shorten(reasons: readonly string[]): string {
  const more = reasons.length - 3;
  return reasons.slice(0, 3).join('. ') + (more > 0 ? `. And ${more} more.` : '');
}
