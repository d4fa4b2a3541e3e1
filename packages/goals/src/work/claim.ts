import { ConflictError, ValidationError } from '@mcp-servers/core';
import type { Caller } from '../items/caller.ts';
import { isOpen } from '../items/fields.ts';
import { noLease } from '../tasks/state.ts';
import type { Scope, Task } from '../tasks/types.ts';
import { notFound } from './create.ts';
import { nameSome } from './output.ts';
import type { Store, Unit } from './store.ts';
import { explainWaiting } from './waiting.ts';

export interface ClaimInput extends Scope {
  ids?: string[] | undefined;
  limit: number;
  lease_minutes: number;
  take_over: boolean;
}

/** A session that nothing was heard of for this long may lose its tasks to an explicit take-over. */
const silentAfterMs = 2 * 60_000;
/** The latest notes that a claim shows of an item. */
const shownNotes = 3;

/** Takes the next ready tasks, or named ones, atomically; answers what is needed to begin. */
export async function claimTasks(
  store: Store,
  input: ClaimInput,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
) {
  refuseContradictions(input);
  const { take_over, lease_minutes, goal_id, project } = input;
  const ids = input.ids && [...new Set(input.ids)];
  const claimed = await store.write(
    caller,
    async (unit) => {
      await freeExpired(unit);
      if (ids && take_over) await releaseForTakeOver(unit, ids);
      const limit = ids ? ids.length : input.limit;
      const taken = await unit.tasks.claim({ ids, limit, leaseMinutes: lease_minutes, caller, goal_id, project });
      if (ids && taken.length < ids.length) await explainRefusal(unit, ids, taken);
      await startGoals(unit, taken);
      const tasks: Task[] = [];
      for (const { former, ...task } of taken) {
        tasks.push(task);
        const { status, assignee, lease_holder, started_at, version } = task;
        unit.record({
          type: 'task_claimed',
          goal_id: task.goal_id,
          task_id: task.id,
          before: { status: 'pending', ...former, lease_holder: null },
          after: { status, assignee, lease_holder, started_at, version },
        });
      }
      return tasks;
    },
    signal,
  );
  if (claimed.length === 0) return { claimed: [], why_nothing: await whyNothing(store, { goal_id, project }) };
  return { claimed: await briefings(store, claimed) };
}

function refuseContradictions({ ids, goal_id, project, take_over }: ClaimInput): void {
  if (ids && (goal_id !== undefined || project !== undefined))
    throw new ValidationError('ids cannot be combined with goal_id or project: they say already which tasks.');
  if (take_over && !ids)
    throw new ValidationError('take_over needs ids: which tasks of the ended session to take.', {
      hint: 'resume_work lists them under my_earlier_sessions.',
    });
}

/** Why nothing can start there; a goal that does not exist is an error. */
export async function whyNothing(store: Store, scope: Scope): Promise<string> {
  const [goal] = scope.goal_id === undefined ? [] : await store.goals.get([scope.goal_id]);
  if (scope.goal_id !== undefined && (!goal || goal.deleted_at)) throw notFound([scope.goal_id]);
  if (goal && !isOpen(goal.status)) return `Nothing is ready: ${goal.id} is ${goal.status}.`;
  return explainWaiting(await store.tasks.waiting(scope));
}

/** Goals whose first task starts are in progress. */
export async function startGoals(unit: Unit, tasks: readonly Pick<Task, 'goal_id'>[]): Promise<void> {
  if (tasks.length === 0) return;
  const started = await unit.goals.start([...new Set(tasks.map((task) => task.goal_id))]);
  for (const { id, started_before, started_at, version } of started) {
    unit.record({
      type: 'goal_updated',
      goal_id: id,
      before: { status: 'pending', started_at: started_before },
      after: { status: 'in_progress', started_at, version },
    });
  }
}

/** Frees tasks whose lease ended, with an event each. */
export async function freeExpired(unit: Unit): Promise<number> {
  const freed = await unit.tasks.releaseExpired();
  for (const { id, goal_id, lease_holder, lease_until, version } of freed) {
    unit.record({
      type: 'task_lease_expired',
      goal_id,
      task_id: id,
      before: { status: 'in_progress', lease_holder, lease_until },
      after: { status: 'pending', lease_holder: null, version },
    });
  }
  return freed.length;
}

/** Everything to begin with: goal, acceptance, results of what it depended on, last handoff. */
async function briefings(store: Store, claimed: readonly Task[]) {
  const ids = claimed.map((task) => task.id);
  const goalIds = [...new Set(claimed.map((task) => task.goal_id))];
  const [goals, links, notes] = await Promise.all([
    store.goals.get(goalIds),
    store.tasks.links(ids),
    store.notes.latest([...ids, ...goalIds], shownNotes + 1),
  ]);
  const dependencies = links.filter((link) => link.direction === 'in' && link.type === 'blocks');
  const finished = await (dependencies.length > 0 ? store.tasks.get(dependencies.map((link) => link.other_id)) : []);
  return inOrder(claimed).map((task) => {
    const goal = goals.find(({ id }) => id === task.goal_id);
    const from = dependencies.filter((link) => link.task_id === task.id).map((link) => link.other_id);
    const own = notes.filter((note) => note.item_id === task.id);
    const ofGoal = notes.filter((note) => note.item_id === task.goal_id);
    return {
      task,
      goal: goal && { id: goal.id, title: goal.title, description: goal.description },
      depended_on: finished
        .filter(({ id }) => from.includes(id))
        .map(({ id, title, result }) => ({ id, title, result })),
      notes: [...own.slice(0, shownNotes), ...ofGoal.slice(0, shownNotes).filter((note) => note.kind === 'handoff')],
      older_notes: own.length > shownNotes ? true : undefined,
    };
  });
}

const ranks = ['critical', 'high', 'medium', 'low'];

/** The order of the ready list: priority, due date, position, age. */
function inOrder(tasks: readonly Task[]): Task[] {
  const due = (task: Task): number => task.due_at?.getTime() ?? Number.POSITIVE_INFINITY;
  const by = (a: number, b: number): number => (a === b ? 0 : a - b);
  return [...tasks].sort(
    (a, b) =>
      by(ranks.indexOf(a.priority), ranks.indexOf(b.priority)) ||
      by(due(a), due(b)) ||
      by(a.position, b.position) ||
      a.id.length - b.id.length ||
      (a.id < b.id ? -1 : 1),
  );
}

/** Ends the leases of other sessions on named tasks: of one's own earlier sessions, or of sessions that have fallen silent. */
async function releaseForTakeOver(unit: Unit, ids: readonly string[]): Promise<void> {
  const held = (await unit.tasks.lock(ids)).filter(
    (task) => task.lease_instance !== null && task.status === 'in_progress',
  );
  if (held.length === 0) return;
  const sessions = await unit.agents.bySession(held.map((task) => task.lease_instance ?? ''));
  const silentSince = unit.now.getTime() - silentAfterMs;
  for (const task of held) {
    const session = sessions.find((agent) => agent.session === task.lease_instance);
    // Presence is written in the background: the claim or the last report may be news that has not arrived.
    const heard = Math.max(session?.last_seen.getTime() ?? 0, task.updated_at.getTime());
    const alive = heard > silentSince;
    if (alive && task.lease_holder !== unit.caller.actor) {
      throw new ConflictError(
        `${task.id} cannot be taken over: ${task.lease_holder} was active at ${new Date(heard).toISOString()} and holds it until ${task.lease_until?.toISOString()}.`,
        { retryable: true, hint: 'Wait for the lease to end, ask its holder to release it, or claim another task.' },
      );
    }
  }
  const saved = await unit.tasks.save(held.map((task) => ({ ...task, ...noLease, status: 'pending' })));
  for (const task of held) {
    const version = saved.find(({ id }) => id === task.id)?.version;
    unit.record({
      type: 'task_released',
      goal_id: task.goal_id,
      task_id: task.id,
      before: { status: task.status, lease_holder: task.lease_holder },
      after: { status: 'pending', lease_holder: null, version },
    });
  }
}

/** Named tasks are all claimed or none: says of each that was not why. */
async function explainRefusal(unit: Unit, ids: readonly string[], claimed: readonly Task[]): Promise<never> {
  const refused = ids.filter((id) => !claimed.some((task) => task.id === id));
  const rows = await unit.tasks.get(refused);
  const blockers = await unit.tasks.blockersOf(refused);
  const children = await unit.tasks.openChildren(refused);
  const missing = refused.filter((id) => !rows.some((task) => task.id === id && !task.deleted_at));
  if (missing.length > 0) throw notFound(missing);
  const reasons = rows.map((task) => {
    const blocking = blockers.filter((blocker) => blocker.task_id === task.id).map(({ id }) => id);
    const open = children.filter((child) => child.parent_task_id === task.id).map(({ id }) => id);
    return `${task.id} ${reason(task, { blockers: blocking, children: open, now: unit.now })}`;
  });
  throw new ConflictError(`Nothing was claimed: ${reasons.join('; ')}.`, {
    hint: 'Leave these out, or claim without ids to get what is ready. take_over: true takes tasks of a session that has ended.',
  });
}

interface Obstacles {
  blockers: readonly string[];
  children: readonly string[];
  now: Date;
}

function reason(task: Task, { blockers, children, now }: Obstacles): string {
  if (!isOpen(task.status)) return `is ${task.status}`;
  if (task.status === 'in_progress') {
    return task.lease_holder
      ? `is held by ${task.lease_holder} until ${task.lease_until?.toISOString()}`
      : 'is in progress without a claim (set it to pending first)';
  }
  if (blockers.length > 0) return `is blocked by ${nameSome(blockers)}`;
  if (children.length > 0) return `has open sub-tasks: ${nameSome(children)}`;
  if (task.defer_until && task.defer_until > now) return `is deferred until ${task.defer_until.toISOString()}`;
  return 'cannot start now: a task above it is blocked, its goal is closed, or another session is taking it';
}
