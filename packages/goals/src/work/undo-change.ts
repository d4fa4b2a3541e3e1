import { ConflictError, NotFoundError } from '@mcp-servers/core';
import type { Event, LaterEvent } from '../events/repository.ts';
import type { Repositories } from './store.ts';
import { type Inverse, inverseOf } from './undo-inverse.ts';

/** What one call undoes: events of one transaction, oldest first. */
export interface Change {
  events: Event[];
  /** The whole change, when only a part of it is undone. */
  whole: Event[];
}

type Log = Pick<Repositories, 'events'>;

const itemOf = ({ task_id, goal_id }: Pick<Event, 'task_id' | 'goal_id'>): string => task_id ?? goal_id ?? '';
export const itemsOf = (events: readonly Event[]): string[] => [...new Set(events.map(itemOf))];

/** The change that an event is part of, or that event alone. */
export async function changeWith(from: Log, event: number, only: boolean): Promise<Change> {
  const whole = await from.events.change(event);
  if (whole.length === 0) {
    throw new NotFoundError(`There is no event ${event}.`, { hint: 'get_history lists events with their numbers.' });
  }
  const events = only ? whole.filter(({ id }) => id === event) : whole;
  refuseForEver(events);
  if (!events.some(canBeUndone)) throw nothingToUndo(events);
  return { events, whole };
}

/** The last change of a person that is not undone and is no undoing itself, so that each call goes a step further back. */
export async function lastChangeOf(from: Log, actor: string): Promise<Change> {
  let below: number | undefined;
  for (;;) {
    const id = await from.events.lastBy(actor, below);
    if (id === undefined) {
      throw new NotFoundError(`${actor} has changed nothing that could be undone.`, {
        hint: 'Name an event of get_history; undoing the event of an undoing does the change again.',
      });
    }
    const events = await from.events.change(id);
    // An undoing may also have brought along what undid nothing: tasks that follow their goal.
    const isUndoing = events.some(({ undo_of }) => undo_of !== null);
    if (!isUndoing) {
      refuseForEver(events);
      const undone = undoneIn(await laterThan(from, events));
      const isLeft = (event: Event): boolean => canBeUndone(event) && !undone.has(event.id);
      if (events.some((event) => isLeft(event) && !followsGoal(event))) return { events, whole: events };
    }
    const ids = new Set(events.map((event) => event.id));
    below = id;
    while (ids.has(below - 1)) below -= 1;
  }
}

const anyTime = new Date(0);
const canBeUndone = (event: Event): boolean => inverseOf(event, anyTime) !== undefined;

/** The project of a task is that of its goal: alone it changes only because the goal went to another. */
export const followsGoal = ({ type, after }: Event): boolean => {
  const fields = Object.keys(after ?? {}).filter((field) => field !== 'version');
  return type === 'task_updated' && fields.join() === 'project';
};

function refuseForEver(events: readonly Event[]): void {
  const purged = events.find(({ type }) => type.endsWith('_purged'));
  if (purged)
    throw new ConflictError(`Nothing was undone: ${itemOf(purged)} was removed for ever (event ${purged.id}).`);
}

function nothingToUndo([first]: readonly Event[]): ConflictError {
  return new ConflictError(
    `Nothing was undone: event ${first?.id} says that the claim of ${first && itemOf(first)} ended by itself; it does not come back.`,
    { hint: 'Claim the task again with claim_tasks.' },
  );
}

/** What happened to the items of a change after it; newest first. */
export async function laterThan(
  from: Log,
  events: readonly Event[],
  wholeGoals: readonly string[] = [],
): Promise<LaterEvent[]> {
  const first = events.reduce((least, { id }) => Math.min(least, id), Number.MAX_SAFE_INTEGER);
  return from.events.later({ items: itemsOf(events), wholeGoals }, first);
}

/** Events that are undone -> the event that undid them and is not undone itself. */
export function undoneIn(later: readonly LaterEvent[]): Map<number, LaterEvent> {
  const undone = new Map<number, LaterEvent>();
  for (const event of later) {
    if (event.undo_of !== null && !undone.has(event.id)) undone.set(event.undo_of, event);
  }
  return undone;
}

/** Later events that still count: what was undone since, and its undoing, cancel each other. */
export function standing(later: readonly LaterEvent[], whole: readonly Event[]): LaterEvent[] {
  const undone = undoneIn(later);
  const own = new Set(whole.map(({ id }) => id));
  const known = new Set(later.map(({ id }) => id));
  const cancels = ({ undo_of }: LaterEvent): boolean => undo_of !== null && (known.has(undo_of) || own.has(undo_of));
  return later.filter((event) => !own.has(event.id) && !undone.has(event.id) && !cancels(event));
}

/** Later events by item: with one look at each, thousands of items that changed since are no matter. */
export type LaterByItem = ReadonlyMap<string, readonly LaterEvent[]>;
export const byItem = (later: readonly LaterEvent[]): LaterByItem => Map.groupBy(later, itemOf);

/** Which of them stand in the way of undoing an event: those of the same item and field. */
export function inTheWay({ event, type, fields, link, unlink }: Inverse, later: LaterByItem): LaterEvent[] {
  const own = (later.get(itemOf(event)) ?? []).filter((other) => other.id > event.id);
  if (event.type.endsWith('_created')) return own;
  const changed = link ?? unlink;
  if (changed) {
    return own.filter(
      (other) => other.link !== null && other.link.from === changed.from_task_id && other.link.type === changed.type,
    );
  }
  if (type === 'note_added' || type === 'note_removed') return [];
  return own.filter((other) => other.fields.some((field) => field in (fields ?? {})));
}

/** `event 31, task_updated of TASK-0001 by bo at ... (title)` */
export function describe({ id, type, actor, at, fields, ...event }: LaterEvent): string {
  const what = fields.filter((field) => field !== 'version').join(', ');
  return `event ${id}, ${type} of ${itemOf(event)} by ${actor} at ${at.toISOString()}${what === '' ? '' : ` (${what})`}`;
}
