import { isDeepStrictEqual } from 'node:util';
import { ConflictError, ValidationError } from '@mcp-servers/core';
import type { Caller } from '../items/caller.ts';
import { isOpen, type NoteKind, type Status } from '../items/fields.ts';
import { isGoalId } from '../items/ids.ts';
import { changeTaskStatus, noLease } from '../tasks/state.ts';
import type { Task } from '../tasks/types.ts';
import { startGoals } from './claim.ts';
import { notFound } from './create.ts';
import { compact, difference } from './output.ts';
import { taskFields } from './recorded.ts';
import type { Store, Unit } from './store.ts';

export interface ReportInput {
  /** A task; or a goal, on which only a note can be left. */
  id: string;
  lease_token?: string | undefined;
  percent?: number | undefined;
  note?: string | undefined;
  note_kind?: NoteKind | undefined;
  outcome?: 'completed' | 'released' | 'failed' | undefined;
  result?: unknown;
  reason?: string | undefined;
  retry_in_minutes: number;
  lease_minutes?: number | undefined;
}

/** How long a report keeps the task when it does not say so. */
const leaseMinutes = 30;

/** The worker's one tool: heartbeat, percent, note, and how it ended. Renews the lease of its holder, in whichever session that is now. */
export async function reportProgress(
  store: Store,
  input: ReportInput,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
) {
  refuseContradictions(input);
  if (isGoalId(input.id)) return noteGoal(store, input, { caller, signal });
  const saved = await store.write(
    caller,
    async (unit) => {
      const [task] = await unit.tasks.lock([input.id]);
      if (!task || task.deleted_at) throw notFound([input.id]);
      const leased = checkLease(task, input, unit);
      const changed = await apply(unit, task, { input, leased });
      const diff = difference(task, changed, taskFields);
      const noted = await addNotes(unit, input, task.goal_id);
      // The same end reported again changes nothing, its version included.
      const news = diff !== undefined || noted || changed.lease_until !== task.lease_until;
      const [row] = news ? await unit.tasks.save([changed]) : [];
      const version = row?.version ?? task.version;
      if (diff) {
        const type = input.outcome === 'released' || input.outcome === 'failed' ? 'task_released' : 'task_updated';
        unit.record({
          type,
          goal_id: task.goal_id,
          task_id: task.id,
          before: diff.before,
          after: { ...diff.after, version },
        });
      }
      if (changed.status === 'in_progress') await startGoals(unit, [changed]);
      return { ...changed, version };
    },
    signal,
  );
  return answer(store, saved, input.outcome === 'completed');
}

function refuseContradictions({ outcome, result, reason, percent, note, note_kind }: ReportInput): void {
  if (outcome === 'failed' && reason === undefined)
    throw new ValidationError('reason is needed with outcome "failed": what went wrong, for whoever tries next.');
  if (outcome !== 'failed' && reason !== undefined)
    throw new ValidationError('reason goes with outcome "failed"; use note otherwise.');
  if (outcome !== 'completed' && result !== undefined)
    throw new ValidationError('result goes with outcome "completed".');
  if (outcome === 'completed' && percent !== undefined && percent < 100)
    throw new ValidationError(`percent ${percent} contradicts outcome "completed".`, {
      hint: 'Leave one of them out.',
    });
  if (note_kind !== undefined && note === undefined)
    throw new ValidationError('note_kind needs note: it says what kind of note that is.');
}

/** The fence: who may report on a task. Answers whether the caller holds its lease. */
function checkLease(task: Task, { lease_token }: Pick<ReportInput, 'lease_token'>, { caller, now }: Unit): boolean {
  const live = task.lease_until !== null && task.lease_until > now;
  if (live) {
    const holds =
      lease_token === undefined
        ? task.lease_instance === caller.instance && task.lease_holder === caller.actor
        : task.lease_token === lease_token;
    if (holds) return true;
    throw new ConflictError(
      `${task.id} is held by ${task.lease_holder} until ${task.lease_until?.toISOString()}; this report is not from its holder.`,
      {
        hint:
          lease_token === undefined
            ? `If it is yours from an earlier session, claim_tasks {"ids":["${task.id}"],"take_over":true}.`
            : `Your claim has ended and another took the task. Stop work on it; get_items {"ids":["${task.id}"],"include":["notes","history"]} shows what became of it.`,
      },
    );
  }
  if (lease_token !== undefined) {
    throw new ConflictError(`The lease of ${task.id} has ended; the task is ${task.status}. Nothing was recorded.`, {
      hint: isOpen(task.status)
        ? `Claim it again: claim_tasks {"ids":["${task.id}"]}, then report.`
        : `See what happened: get_items {"ids":["${task.id}"],"include":["history"]}.`,
    });
  }
  return false;
}

async function apply(
  unit: Unit,
  task: Task,
  { input, leased }: { input: ReportInput; leased: boolean },
): Promise<Task> {
  const { now, caller } = unit;
  const { outcome } = input;
  const target: Status = outcome === 'completed' ? 'completed' : outcome ? 'pending' : task.status;
  if (outcome && !isOpen(task.status) && task.status !== target) {
    throw new ConflictError(`${task.id} is already ${task.status}.`, {
      hint: `Reopen it with update_items {"items":[{"id":"${task.id}","status":"pending"}]} if that was wrong.`,
    });
  }
  if (!isOpen(task.status)) refuseAfterwards(task, input);
  let changed: Task = { ...task };
  if (target !== task.status) {
    const [goal] = await unit.goals.get([task.goal_id]);
    const blockers = task.blocked_by > 0 ? await unit.tasks.blockersOf([task.id]) : [];
    const openChildren = target === 'completed' ? await unit.tasks.openChildren([task.id]) : [];
    changed = changeTaskStatus(task, target, {
      now,
      goalStatus: goal?.status ?? 'pending',
      openChildren: openChildren.map(({ id }) => id),
      blockers: blockers.map(({ id }) => id),
    });
  }
  if (outcome === 'completed') changed.result = input.result ?? changed.result;
  if (outcome === 'failed') changed.defer_until = new Date(now.getTime() + input.retry_in_minutes * 60_000);
  if (outcome === 'released' || outcome === 'failed') Object.assign(changed, noLease, { assignee: null });
  if (outcome === undefined) {
    if (leased) {
      changed.lease_until = renewed(task, input, now);
      changed.lease_instance = caller.instance;
    }
    if (input.percent !== undefined) changed.percent = input.percent;
  } else if (outcome !== 'completed' && input.percent !== undefined) {
    changed.percent = input.percent;
  }
  return changed;
}

/** A report that names no time never shortens a lease that was taken for longer. */
function renewed({ lease_until }: Task, { lease_minutes }: ReportInput, now: Date): Date {
  const until = now.getTime() + (lease_minutes ?? leaseMinutes) * 60_000;
  return new Date(lease_minutes === undefined ? Math.max(until, lease_until?.getTime() ?? 0) : until);
}

/** A repeated report of the same end is fine; one that would overwrite what was recorded then is late or mistaken. */
function refuseAfterwards(task: Task, { outcome, percent, result }: ReportInput): void {
  const changesResult = outcome === 'completed' && result !== undefined && !isDeepStrictEqual(result, task.result);
  const changesPercent = outcome === undefined && percent !== undefined && percent !== task.percent;
  if (!changesResult && !changesPercent) return;
  throw new ConflictError(
    `${task.id} is already ${task.status}${changesResult ? ' with another result' : ''}. Nothing was recorded.`,
    {
      hint: `See it with get_items {"ids":["${task.id}"],"include":["history"]}; reopen it with update_items if that was wrong.`,
    },
  );
}

/** Answers whether there was one to add. */
async function addNotes(
  unit: Unit,
  { id, note, note_kind, outcome, reason }: ReportInput,
  goal_id: string,
): Promise<boolean> {
  const notes = [];
  if (note !== undefined)
    notes.push({
      item_id: id,
      kind: note_kind ?? (outcome === 'released' ? 'handoff' : isGoalId(id) ? 'note' : 'progress'),
      body: note,
    } as const);
  if (reason !== undefined) notes.push({ item_id: id, kind: 'blocker', body: reason } as const);
  if (notes.length === 0) return false;
  const added = await unit.notes.add(notes, unit.caller.actor);
  for (const [index, { kind, body }] of notes.entries()) {
    const task_id = isGoalId(id) ? undefined : id;
    unit.record({ type: 'note_added', goal_id, task_id, after: { note_id: added[index], kind, body } });
  }
  return true;
}

async function noteGoal(
  store: Store,
  input: ReportInput,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
): Promise<Report> {
  const { id, note, note_kind: _, retry_in_minutes: __, ...rest } = input;
  const [wrong] = Object.entries(rest).find(([, value]) => value !== undefined) ?? [];
  if (wrong !== undefined || note === undefined) {
    const problem = wrong === undefined ? 'note is needed' : `${wrong} is for tasks`;
    throw new ValidationError(`${id} is a goal, on which only note and note_kind can be reported: ${problem}.`, {
      hint: 'Report on one of its tasks, or change the goal with update_items.',
    });
  }
  return store.write(
    caller,
    async (unit) => {
      const [goal] = await unit.goals.lock([id]);
      if (!goal || goal.deleted_at) throw notFound([id]);
      await addNotes(unit, input, id);
      const [saved] = await unit.goals.save([goal]);
      return { goal: { id, status: goal.status, version: saved?.version ?? goal.version } };
    },
    signal,
  );
}

export interface Report {
  task?: Record<string, unknown>;
  goal?: Record<string, unknown>;
  became_ready?: { id: string; title: string }[];
  /** How many more became ready than are shown. */
  became_ready_more?: number;
  goal_progress?: { id: string; percent: number; completed: number; open: number };
  can_complete?: string;
}

/** Where the task stands, and, when it was finished, what that set free. */
async function answer(store: Store, task: Task, finished: boolean): Promise<Report> {
  const { id, status, percent, version, lease_until, goal_id } = task;
  const defer_until = isOpen(status) ? task.defer_until : null;
  const shown = compact({ id, goal_id, status, percent, version, lease_until, defer_until });
  if (!finished) return { task: shown };
  const [ready, progress, siblings] = await Promise.all([
    store.tasks.becameReady([id]),
    store.goals.progress([goal_id]),
    task.parent_task_id ? store.tasks.openChildren([task.parent_task_id]) : Promise.resolve(undefined),
  ]);
  const goal = progress[0];
  const left = goal ? goal.pending + goal.in_progress : 0;
  return {
    task: shown,
    became_ready: ready.tasks,
    ...(ready.total > ready.tasks.length && { became_ready_more: ready.total - ready.tasks.length }),
    ...(goal && { goal_progress: { id: goal_id, percent: goal.percent, completed: goal.completed, open: left } }),
    ...(siblings?.length === 0 && task.parent_task_id && { can_complete: task.parent_task_id }),
    ...(left === 0 && { can_complete: goal_id }),
  };
}
