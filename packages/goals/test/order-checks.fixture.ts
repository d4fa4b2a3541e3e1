import type { Logged } from '../src/events/replay.fixture.ts';
import type { Recorded, StoredLink, StoredRow } from './history-checks.fixture.ts';

/** A task that was claimed before what blocked it then was closed; for plans whose links never change. */
export function findEarlyStarts({ links }: Pick<Recorded, 'links'>, events: readonly Logged[]): string[] {
  const place = (id: string, isIt: (event: Logged) => boolean): number =>
    events.find((event) => event.task_id === id && isIt(event))?.id ?? Number.POSITIVE_INFINITY;
  return links.flatMap(({ from, to, type }) => {
    const begun = place(to, (event) => event.type === 'task_claimed');
    const done = place(from, ({ after }) => after?.status === 'completed');
    return type === 'blocks' && begun < done ? [`${to} was claimed before ${from} was done`] : [];
  });
}

/** What a follower saw against the log in the order of the feed: each event once, in order. */
export function findFeedFaults(seen: readonly number[], log: readonly number[]): string[] {
  const known = new Set(seen);
  const missed = log.filter((id) => !known.has(id)).map((id) => `event ${id} was missed`);
  const twice = [...Map.groupBy(seen, (id) => id)].filter(([, all]) => all.length > 1);
  const place = new Map(log.map((id, index) => [id, index]));
  const places = seen.flatMap((id) => place.get(id) ?? []);
  const disorder = places.filter((at, index) => at < (places[index - 1] ?? -1)).map((at) => log[at]);
  return [
    ...missed,
    ...twice.map(([id, all]) => `event ${id} was seen ${all.length} times`),
    ...disorder.map((id) => `event ${id} came after a later one`),
    ...seen.filter((id) => !place.has(id)).map((id) => `event ${id} is not in the log`),
  ];
}

/**
 * Tasks that wait for each other for ever. A task starts after its parent has started and after its blockers are finished, and is
 * finished after its sub-tasks: whatever is left when all that waits for nothing is taken away, again and again, is in a loop or
 * behind one.
 */
export function findLoop(rows: readonly StoredRow[], links: readonly StoredLink[]): string[] {
  const after = new Map<string, Set<string>>();
  const waitsFor = (later: string, earlier: string) => after.set(later, (after.get(later) ?? new Set()).add(earlier));
  for (const { id, parent_task_id } of rows) {
    waitsFor(`end of ${id}`, `start of ${id}`);
    if (typeof parent_task_id !== 'string') continue;
    waitsFor(`start of ${id}`, `start of ${parent_task_id}`);
    waitsFor(`end of ${parent_task_id}`, `end of ${id}`);
  }
  for (const { from, to, type } of links) if (type === 'blocks') waitsFor(`start of ${to}`, `end of ${from}`);
  for (let before = -1; before !== after.size; ) {
    before = after.size;
    for (const [later, earlier] of after) if (![...earlier].some((point) => after.has(point))) after.delete(later);
  }
  return [...after.keys()].map((point) => `the ${point} waits for itself`);
}
