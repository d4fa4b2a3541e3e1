import { ConflictError, ValidationError } from '@mcp-servers/core';
import type { Goal } from '../goals/types.ts';
import type { Caller } from '../items/caller.ts';
import type { BranchTask } from '../tasks/types.ts';
import { type Branches, type Chosen, lockBranches, readBranches } from './branches.ts';
import { compact } from './output.ts';
import { chooseForPurge, purge } from './purge.ts';
import { chooseForRestore, restore } from './restore.ts';
import { refuseStale } from './stale.ts';
import type { Repositories, Store, Unit } from './store.ts';

export interface DeleteInput {
  ids: string[];
  preview?: boolean | undefined;
  restore?: boolean | undefined;
  purge?: boolean | undefined;
  /** Also what other sessions hold. */
  force?: boolean | undefined;
  /** Of each named item, as the caller saw it: something newer refuses all. */
  expected_version?: number | undefined;
}

export interface DeleteOptions {
  caller: Caller;
  signal: AbortSignal;
  allowPurge: boolean;
}

/** Hides goals and tasks with everything below them, brings them back, or removes them for ever. All or nothing. */
export async function deleteItems(store: Store, input: DeleteInput, { caller, signal, allowPurge }: DeleteOptions) {
  refuseContradictions(input, allowPurge);
  const choose = input.purge ? chooseForPurge : input.restore ? chooseForRestore : chooseForDelete;
  const apply = input.purge ? purge : input.restore ? restore : remove;
  if (input.preview) {
    const branches = await readBranches(store, input.ids);
    await refuseNewer(store, branches, input.expected_version);
    const chosen = await choose(store, branches);
    return { preview: true, ...(await answer(store, chosen, { caller, now: new Date() })) };
  }
  return store.write(
    caller,
    async (unit) => {
      const branches = await lockBranches(unit, input.ids);
      await refuseNewer(unit, branches, input.expected_version);
      const chosen = await choose(unit, branches);
      if (!input.force) refuseHeld(chosen, unit);
      // What waited for purged tasks cannot be told afterwards.
      const told = await answer(unit, chosen, unit);
      await apply(unit, chosen, branches);
      return told;
    },
    signal,
  );
}

function refuseContradictions({ restore: back, purge: forEver, force }: DeleteInput, allowPurge: boolean): void {
  if (back && forEver)
    throw new ValidationError('restore and purge contradict each other.', { hint: 'Say one of them.' });
  if (force && (back || forEver))
    throw new ValidationError('force is for deleting what others hold; restore and purge do not need it.');
  if (forEver && !allowPurge) {
    throw new ValidationError('purge is switched off: items can be deleted and restored, not removed for ever.', {
      hint: 'Only a person can switch it on, with the setting GOALS_ALLOW_PURGE=true.',
    });
  }
}

async function refuseNewer(from: Repositories, { roots }: Branches, expected?: number): Promise<void> {
  if (expected === undefined) return;
  for (const { id, version } of roots) {
    if (version !== expected) await refuseStale(from, { id, expected, current: version });
  }
}

function chooseForDelete(_: Repositories, { goals, tasks, roots }: Branches): Chosen {
  const named = new Set(roots.map(({ id }) => id));
  return {
    goals: [...goals.values()].filter((goal) => named.has(goal.id) && !goal.deleted_at),
    tasks: [...tasks.values()].filter((task) => !task.deleted_at),
    unchanged: roots.filter((root) => root.deleted_at).map(({ id }) => id),
  };
}

const isHeldByOther = (task: BranchTask, { caller, now }: Pick<Unit, 'caller' | 'now'>): boolean =>
  task.lease_until !== null &&
  task.lease_until > now &&
  !(task.lease_instance === caller.instance && task.lease_holder === caller.actor);

function refuseHeld({ tasks }: Chosen, unit: Unit): void {
  const held = tasks.filter((task) => isHeldByOther(task, unit));
  if (held.length === 0) return;
  const shown = held
    .slice(0, 5)
    .map((task) => `${task.id} by ${task.lease_holder} until ${task.lease_until?.toISOString()}`);
  const more = held.length > shown.length ? ` and ${held.length - shown.length} more` : '';
  throw new ConflictError(`Nothing was deleted: others are at work on ${shown.join(', ')}${more}.`, {
    hint: 'Wait for them, or say force: true, which ends their claims.',
    details: { held: held.map(({ id }) => id) },
  });
}

async function remove(unit: Unit, { goals, tasks }: Chosen, branches: Branches): Promise<void> {
  const deleted_at = nextMoment(unit.now, branches);
  const savedGoals = goals.length > 0 ? await unit.goals.save(goals.map((goal) => ({ ...goal, deleted_at }))) : [];
  for (const { id, version } of savedGoals) {
    const change = { before: { deleted_at: null }, after: { deleted_at, version } };
    unit.record({ type: 'goal_deleted', goal_id: id, ...change });
  }
  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const { id, version } of await unit.tasks.softDelete([...byId.keys()], deleted_at)) {
    const { goal_id = '', status, lease_holder, lease_until } = byId.get(id) ?? {};
    const held = lease_until && { lease_holder, ...(status === 'in_progress' && { status }) };
    const free = lease_until && { lease_holder: null, ...(status === 'in_progress' && { status: 'pending' }) };
    unit.record({
      ...{ type: 'task_deleted', goal_id, task_id: id },
      ...{ before: { deleted_at: null, ...held }, after: { deleted_at, ...free, version } },
    });
  }
}

/** Later than whatever was deleted below before: the time tells one deletion from another when they are restored. */
function nextMoment(now: Date, { tasks }: Branches): Date {
  const latest = tasks.values().reduce((last, { deleted_at }) => Math.max(last, deleted_at?.getTime() ?? 0), 0);
  return new Date(Math.max(now.getTime(), latest + 1));
}

/** Counts are of everything; rows begin with what others hold, then goals, then tasks by number. */
async function answer(from: Repositories, { goals, tasks, unchanged }: Chosen, at: Pick<Unit, 'caller' | 'now'>) {
  const held = tasks.filter((task) => isHeldByOther(task, at));
  const dependants = tasks.length > 0 ? await from.tasks.dependantsOf(tasks.map(({ id }) => id)) : [];
  const rows = [...new Set<Goal | BranchTask>([...held, ...goals, ...tasks])];
  return {
    goals: goals.length,
    tasks: tasks.length,
    held: held.length,
    items: rows.map((row) => {
      const { id, title, status, deleted_at } = row;
      const task = 'goal_id' in row ? row : undefined;
      const by = task && held.includes(task) ? { held_by: task.lease_holder, lease_until: task.lease_until } : {};
      return compact({ id, goal_id: task?.goal_id, title, status, deleted_at, ...by });
    }),
    ...(unchanged.length > 0 && { unchanged }),
    ...(dependants.length > 0 && { dependants }),
  };
}
