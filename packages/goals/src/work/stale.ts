import { ConflictError } from '@mcp-servers/core';
import type { Repositories } from './store.ts';

/**
 * Throws ConflictError, with what changed and by whom, when something was recorded since the version that a caller expects. A count
 * of blockers alone that moved is no reason to refuse.
 */
export async function refuseStale(
  { events: log }: Pick<Repositories, 'events'>,
  { id, expected, current }: { id: string; expected: number; current: number },
): Promise<void> {
  const events = await log.sinceVersion(id, expected);
  if (events.length === 0 && expected < current) return;
  const changes = events.slice(0, 10).map((event) => {
    const fields = Object.keys(event.after ?? {}).filter((field) => field !== 'version');
    return `${event.actor} changed ${fields.join(', ') || event.type} at ${event.at.toISOString()}`;
  });
  if (events.length > changes.length) changes.push('and more, see get_history');
  throw new ConflictError(
    `${id} is at version ${current}, not ${expected}${changes.length > 0 ? `: ${changes.join('; ')}` : ''}. Nothing was changed.`,
    {
      hint: `Read it again with get_items {"ids":["${id}"]}, then repeat with expected_version ${current}.`,
      details: { id, version: current, changes: events.map(({ actor, at, after }) => ({ actor, at, after })) },
    },
  );
}
