import { ConflictError, ValidationError } from '@mcp-servers/core';
import type { LaterEvent } from '../events/repository.ts';
import type { Caller } from '../items/caller.ts';
import { splitIds } from '../items/ids.ts';
import type { Store, Unit } from './store.ts';
import {
  byItem,
  type Change,
  changeWith,
  followsGoal,
  itemsOf,
  lastChangeOf,
  laterThan,
  standing,
  undoneIn,
} from './undo-change.ts';
import { inverseOf } from './undo-inverse.ts';
import { type Findings, isDeletedSince, object, type Rows, toLine, type Undone, undoFields } from './undo-rows.ts';
import { findBroken } from './undo-rules.ts';
import { lockRows, writeUndone } from './undo-write.ts';

export interface UndoInput {
  /** An event of the change; without it the last change of `actor`. */
  event?: number | undefined;
  /** That event alone, not the rest of its change. */
  event_only?: boolean | undefined;
  /** Default: the caller. */
  actor?: string | undefined;
  preview?: boolean | undefined;
}

export interface UndoAnswer {
  preview?: true;
  change: { at: string; actor: string; types: Record<string, number> };
  /** A line per event: what it was, and what the item has become. */
  items: Record<string, unknown>[];
  remarks?: string[];
  /** To do the change again: undo this event. */
  redo_event?: number;
}

/** A change of more, an import for example, is not undone within the time of an ordinary call. */
const manyEvents = 500;

/** Carries the answer out of a transaction that is to leave nothing behind. */
class Previewed extends Error {
  readonly answer: UndoAnswer;
  constructor(answer: UndoAnswer) {
    super('previewed');
    this.answer = answer;
  }
}

/**
 * Takes a change back, in one transaction and with new events: every field it changed has its former value again. Refused with
 * reasons when later changes build on it, or when a rule would be broken.
 */
export async function undoChange(
  store: Store,
  { event, event_only = false, actor, preview = false }: UndoInput,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
): Promise<UndoAnswer> {
  if (event !== undefined && actor !== undefined)
    throw new ValidationError('event and actor contradict each other.', {
      hint: 'Say which event, or whose last change.',
    });
  if (event_only && event === undefined) throw new ValidationError('event_only needs event: which one.');
  // Chosen before the transaction: a second caller at the same moment is told, and does not undo one more.
  const change =
    event === undefined ? await lastChangeOf(store, actor ?? caller.actor) : await changeWith(store, event, event_only);
  const run = change.events.length > manyEvents ? store.writeMany : store.write;
  const answer = await run<UndoAnswer>(
    caller,
    async (unit) => {
      const told = await undoInside(unit, change);
      if (preview) throw new Previewed({ preview: true, ...told });
      return told;
    },
    signal,
  ).catch((error: unknown) => {
    if (error instanceof Previewed) return error.answer;
    throw error;
  });
  return preview ? answer : { ...answer, ...(await findRedo(store, change)) };
}

async function findRedo(store: Store, { events }: Change): Promise<{ redo_event?: number }> {
  const undone = undoneIn(await laterThan(store, events));
  const redo = events.map(({ id }) => undone.get(id)?.id).find((id) => id !== undefined);
  return redo === undefined ? {} : { redo_event: redo };
}

async function undoInside(unit: Unit, change: Change): Promise<UndoAnswer> {
  const { events, whole } = change;
  const rows = await lockRows(unit, events);
  const was: Rows = { goals: new Map(rows.goals), tasks: new Map(rows.tasks) };
  const starts = startedGoals(change);
  const all = await laterThan(unit, events, starts);
  const undone = undoneIn(all);
  const later = standing(all, whole);
  const deletedAt = await nextMoment(unit, change);
  const inverses = events
    .filter((event) => !undone.has(event.id) && !followsGoal(event))
    .flatMap((event) => inverseOf(event, deletedAt) ?? [])
    .reverse();
  if (inverses.length === 0) throw events.every(followsGoal) ? notAlone(change) : alreadyUndone(change, undone);
  const findings: Findings = { problems: [], events: new Set(), remarks: [] };
  const laterByItem = byItem(later);
  const done = inverses.flatMap((inverse): Undone[] => {
    const { event } = inverse;
    const id = event.task_id ?? event.goal_id ?? '';
    if (event.task_id === null && starts.includes(id) && hasStarted(later, id)) {
      findings.remarks.push(`${id} stays in progress: other tasks of it were started since.`);
      return [{ inverse, id, before: {}, after: {} }];
    }
    if (inverse.fields)
      return [undoFields(inverse, { unit, rows, later: laterByItem, findings })].filter((entry) => entry !== undefined);
    object(inverse, laterByItem, findings);
    const row = rows.tasks.get(id) ?? rows.goals.get(id);
    if (!row) findings.problems.push(`${id} was removed for ever`);
    else if (isDeletedSince(row, event)) findings.problems.push(`${id} was deleted since`);
    return [{ inverse, id, before: {}, after: {} }];
  });
  if (findings.problems.length > 0) throw refused(findings);
  const followers = new Map(change.whole.filter(followsGoal).map(({ id, task_id }) => [task_id ?? '', id]));
  const linked = await writeUndone(unit, { was, rows, done, followers, findings });
  if (findings.problems.length > 0) throw refused(findings);
  findings.problems.push(...(await findBroken(unit, { was, rows, undone: done, linked })));
  if (findings.problems.length > 0) throw refused(findings);
  const title = (id: string): string | undefined => (rows.tasks.get(id) ?? rows.goals.get(id))?.title;
  const [first] = events;
  return {
    change: {
      at: first?.at.toISOString() ?? '',
      actor: first?.actor ?? '',
      types: Object.fromEntries(
        [...Map.groupBy(done, (entry) => entry.inverse.event.type)].map(([type, of]) => [type, of.length]),
      ),
    },
    items: done.map((entry) => toLine(entry, title(entry.id))),
    ...(findings.remarks.length > 0 && { remarks: [...new Set(findings.remarks)] }),
  };
}

/** Goals that went in progress because a task of them was started. */
function startedGoals({ events, whole }: Change): string[] {
  return events.flatMap(({ type, goal_id, task_id, before, after }) => {
    const starts = type === 'goal_updated' && task_id === null && before?.status === 'pending';
    const byTask = whole.some(
      (other) => other.task_id !== null && other.goal_id === goal_id && other.after?.status === 'in_progress',
    );
    return starts && after?.status === 'in_progress' && byTask && goal_id !== null ? [goal_id] : [];
  });
}

const hasStarted = (later: readonly LaterEvent[], goal: string): boolean =>
  later.some(
    ({ goal_id, task_id, status }) =>
      task_id !== null && goal_id === goal && (status === 'in_progress' || status === 'completed'),
  );

function notAlone({ events: [first] }: Change): ConflictError {
  return new ConflictError(`Nothing was undone: the project of ${first?.task_id} is that of ${first?.goal_id}.`, {
    hint: 'Undo the change of the goal, or the whole change.',
  });
}

/** Later than whatever was deleted below before: the time tells one deletion from another when they are restored. */
async function nextMoment(unit: Unit, { events }: Change): Promise<Date> {
  const created = itemsOf(events.filter(({ type }) => type.endsWith('_created')));
  const below = created.length > 0 ? await unit.tasks.branches(splitIds(created)) : [];
  const latest = below.reduce((last, { deleted_at }) => Math.max(last, deleted_at?.getTime() ?? 0), 0);
  return new Date(Math.max(unit.now.getTime(), latest + 1));
}

function alreadyUndone({ events }: Change, undone: ReadonlyMap<number, LaterEvent>): ConflictError {
  const by = events.flatMap(({ id }) => undone.get(id) ?? [])[0];
  if (!by) return new ConflictError('Nothing was undone: the change left nothing that could be taken back now.');
  return new ConflictError(
    `Nothing was undone: ${by.actor} undid this at ${by.at.toISOString()} already, with event ${by.id}.`,
    { hint: `To do the change again: undo_change {"event":${by.id}}.` },
  );
}

function refused({ problems, events }: Findings): ConflictError {
  const shown = problems.slice(0, 5).join('; ');
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  const newest = [...events].sort((a, b) => b - a).slice(0, 100);
  return new ConflictError(`Nothing was undone: ${shown}${more}.`, {
    hint:
      events.size > 0
        ? `Undo what came later first, from the newest on: undo_change {"event":${newest[0]}}; or set the fields with update_items.`
        : 'Set that right first, or change the items with update_items.',
    ...(events.size > 0 && { details: { events: newest } }),
  });
}
