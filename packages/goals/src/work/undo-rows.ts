import type { Goal } from '../goals/types.ts';
import { noLease } from '../tasks/state.ts';
import type { Task } from '../tasks/types.ts';
import { compact, difference } from './output.ts';
import { goalFields, taskFields } from './recorded.ts';
import type { Unit } from './store.ts';
import { describe, inTheWay, type LaterByItem } from './undo-change.ts';
import { type Inverse, isSame } from './undo-inverse.ts';

/** The items of a change as they are in hand, locked, and what undoing makes of them. */
export interface Rows {
  readonly goals: Map<string, Goal>;
  readonly tasks: Map<string, Task>;
}

/** One event undone: what the log will say of it. */
export interface Undone {
  inverse: Inverse;
  id: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/** What undoing runs into, for the error, and what it could not bring back, for the answer. */
export interface Findings {
  readonly problems: string[];
  readonly events: Set<number>;
  readonly remarks: string[];
}

interface Step {
  unit: Unit;
  rows: Rows;
  later: LaterByItem;
  findings: Findings;
}

const dates = ['due_at', 'defer_until', 'started_at', 'completed_at', 'deleted_at'];

/** Takes the fields of one event back, in the rows in hand. Answers nothing when something stands in the way. */
export function undoFields(inverse: Inverse, { unit, rows, later, findings }: Step): Undone | undefined {
  const { event, fields = {} } = inverse;
  const id = event.task_id ?? event.goal_id ?? '';
  const goal = rows.goals.get(id);
  const task = rows.tasks.get(id);
  const row = event.task_id === null ? goal : task;
  if (!row) {
    findings.problems.push(`${id} was removed for ever`);
    return undefined;
  }
  // Imported as deleted: it is as if it had not come already.
  if (
    event.type.endsWith('_created') &&
    row.deleted_at &&
    isSame('deleted_at', row.deleted_at, event.after?.deleted_at)
  )
    return { inverse, id, before: {}, after: {} };
  const before = findings.problems.length;
  object(inverse, later, findings);
  if (findings.problems.length === before) {
    if (isDeletedSince(row, event) && !('deleted_at' in fields)) findings.problems.push(`${id} was deleted since`);
    else if (!isAsLeft(inverse, row)) findings.problems.push(`${id} is not as event ${event.id} left it`);
    else if (task && isHeldByOther(task, unit) && ('status' in fields || 'deleted_at' in fields || inverse.endsLease)) {
      findings.problems.push(`${id} is held by ${task.lease_holder} until ${task.lease_until?.toISOString()}`);
    }
  }
  if (findings.problems.length > before) return undefined;
  if (task && event.task_id !== null) return undoTask(inverse, task, { rows, findings });
  return undoGoal(inverse, row as Goal, rows);
}

/** What was deleted before already could be changed then, and can be changed back. */
export const isDeletedSince = ({ deleted_at }: Goal | Task, { at }: Pick<Inverse['event'], 'at'>): boolean =>
  deleted_at !== null && deleted_at > at;

/** Notes what later changes stand in the way. */
export function object(inverse: Inverse, later: LaterByItem, { problems, events }: Findings): void {
  for (const other of inTheWay(inverse, later)) {
    if (!events.has(other.id)) problems.push(describe(other));
    events.add(other.id);
  }
}

/** A change that the log does not know of, or a row that came from elsewhere. */
function isAsLeft({ event, fields = {} }: Inverse, row: Goal | Task): boolean {
  const after = event.after ?? {};
  if (event.type.endsWith('_created')) return row.deleted_at === null;
  const now = row as unknown as Record<string, unknown>;
  // What is as it was before already is fine too: a claim that has ended left its task pending.
  return Object.entries(fields).every(
    ([field, former]) =>
      !(field in after) || isSame(field, now[field], after[field]) || isSame(field, now[field], former),
  );
}

const isHeldByOther = ({ lease_until, lease_instance, lease_holder }: Task, { now, caller }: Unit): boolean =>
  lease_until !== null && lease_until > now && !(lease_instance === caller.instance && lease_holder === caller.actor);

const toRow = (fields: Record<string, unknown>): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      dates.includes(name) && value !== null ? new Date(value as string | Date) : value,
    ]),
  );

function undoGoal(inverse: Inverse, goal: Goal, { goals }: Rows): Undone {
  const next: Goal = { ...goal, ...toRow(inverse.fields ?? {}) };
  goals.set(goal.id, next);
  const { before = {}, after = {} } = difference(goal, next, goalFields) ?? {};
  return { inverse, id: goal.id, before, after };
}

function undoTask(inverse: Inverse, task: Task, { rows, findings }: Pick<Step, 'rows' | 'findings'>): Undone {
  const { event, fields = {}, endsLease } = inverse;
  const next: Task = { ...task, ...toRow(fields) };
  const deleted = next.deleted_at !== null && task.deleted_at === null;
  if (task.lease_token !== null && (endsLease || deleted || next.status !== 'in_progress')) {
    Object.assign(next, noLease, next.status === 'in_progress' && { status: 'pending' });
  }
  // The project of a task is that of its goal, also when the goal has moved on.
  if ('goal_id' in fields) next.project = rows.goals.get(next.goal_id)?.project ?? next.project;
  if (event.before?.lease_holder != null && next.status === 'pending') {
    findings.remarks.push(
      `${task.id} was claimed by ${event.before.lease_holder}; a claim does not come back: it is free.`,
    );
  }
  rows.tasks.set(task.id, next);
  const { before = {}, after = {} } = difference(task, next, taskFields) ?? {};
  return { inverse, id: task.id, before, after };
}

/** As a line of the answer. */
export const toLine = ({ inverse, id, after }: Undone, title: string | undefined): Record<string, unknown> =>
  compact({ undone: inverse.event.id, type: inverse.event.type, id, title, now: after });
