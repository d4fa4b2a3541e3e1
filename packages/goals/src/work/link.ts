import { ValidationError } from '@mcp-servers/core';
import type { Caller } from '../items/caller.ts';
import { isOpen, type LinkType } from '../items/fields.ts';
import { findCycle } from '../tasks/cycle.ts';
import { cycleError } from '../tasks/plan.ts';
import type { Link, Task } from '../tasks/types.ts';
import { notFound } from './create.ts';
import { recordLink } from './record-link.ts';
import type { Store, Unit } from './store.ts';

export interface TaskLink {
  from: string;
  to: string;
  type: LinkType;
}

export interface LinkInput {
  add?: TaskLink[] | undefined;
  remove?: TaskLink[] | undefined;
}

interface LinkOutcome extends TaskLink {
  outcome: 'added' | 'was_there' | 'removed' | 'was_not_there';
  note?: string;
}

const maxLinks = 100;

/** Adds and removes links between tasks of any goals, all or none. Removing comes first, so that one call can turn a link round. */
export async function linkTasks(
  store: Store,
  input: LinkInput,
  { caller, signal }: { caller: Caller; signal: AbortSignal },
) {
  const add = unique(input.add ?? []);
  const remove = unique(input.remove ?? []);
  refuseContradictions(add, remove);
  return store.write(caller, (unit) => linkInside(unit, add, remove), signal);
}

/** `related` says the same in both directions; the others do not. */
const keyOf = ({ from, to, type }: TaskLink): string =>
  [type, ...(type === 'related' ? [from, to].sort() : [from, to])].join(' ');
const unique = (links: readonly TaskLink[]): TaskLink[] => [
  ...new Map(links.toReversed().map((link) => [keyOf(link), link])).values().toArray().toReversed(),
];
const nameOf = ({ from, to, type }: TaskLink): string => `${from} ${type} ${to}`;
const toRow = ({ from, to, type }: TaskLink): Link => ({ from_task_id: from, to_task_id: to, type });

function refuseContradictions(add: readonly TaskLink[], remove: readonly TaskLink[]): void {
  const count = add.length + remove.length;
  if (count === 0 || count > maxLinks) {
    throw new ValidationError(`add and remove name ${count} links; a call takes 1-${maxLinks}.`, {
      hint: 'For example {"add":[{"from":"TASK-0001","to":"TASK-0002","type":"blocks"}]}: TASK-0002 waits for TASK-0001.',
    });
  }
  const itself = [...add, ...remove].find(({ from, to }) => from === to);
  if (itself) throw new ValidationError(`${itself.from} cannot be linked to itself.`);
  const both = add.find((link) => remove.some((other) => keyOf(other) === keyOf(link)));
  if (both) throw new ValidationError(`${nameOf(both)} is in add and in remove.`, { hint: 'Name it in one of them.' });
}

async function linkInside(unit: Unit, add: readonly TaskLink[], remove: readonly TaskLink[]) {
  await unit.tasks.lockGraph();
  const before = await lockEnds(unit, add, remove);
  const stored = new Map(
    (await unit.tasks.linksAmong([...before.keys()])).map(({ from_task_id: from, to_task_id: to, type }) => {
      const link = { from, to, type };
      return [keyOf(link), link];
    }),
  );
  const added = add.filter((link) => !stored.has(keyOf(link)));
  const removed = remove.flatMap((link) => stored.get(keyOf(link)) ?? []);
  const gone = removed.length > 0 ? await unit.tasks.unlink(removed.map(toRow)) : [];
  if (added.length > 0) await unit.tasks.link(added.map(toRow), unit.caller.actor);
  await refuseCycle(unit, added);

  const isWaiting = ({ type }: TaskLink): boolean => type === 'blocks';
  const counted = [...new Set([...removed, ...added].map(({ to }) => to))];
  const after = new Map(before);
  for (const task of counted.length > 0 ? await unit.tasks.get(counted) : []) after.set(task.id, task);
  for (const link of gone) recordLink(unit, link, { type: 'task_unlinked', task: after.get(link.to_task_id) });
  for (const link of added.map(toRow))
    recordLink(unit, link, { type: 'task_linked', task: after.get(link.to_task_id) });

  const links: LinkOutcome[] = [
    ...remove.map((link) => ({ ...link, outcome: stored.has(keyOf(link)) ? 'removed' : 'was_not_there' }) as const),
    ...add.map((link) => ({
      ...link,
      outcome: stored.has(keyOf(link)) ? ('was_there' as const) : ('added' as const),
      ...(isWaiting(link) && blocksNothing(after.get(link.from), after.get(link.to))),
    })),
  ];
  const tasks = [...new Set([...remove, ...add].filter(isWaiting).map(({ to }) => to))].flatMap((id) => {
    const task = after.get(id);
    return task ? [{ id, status: task.status, open_blockers: task.blocked_by, version: task.version }] : [];
  });
  return { links, tasks };
}

/** Both ends of every link, locked until the links stand. A link to a deleted task can be removed, not added. */
async function lockEnds(unit: Unit, add: readonly TaskLink[], remove: readonly TaskLink[]): Promise<Map<string, Task>> {
  const endsOf = (links: readonly TaskLink[]): string[] => [...new Set(links.flatMap(({ from, to }) => [from, to]))];
  const ids = endsOf([...add, ...remove]);
  const found = new Map((await unit.tasks.lock(ids)).map((task) => [task.id, task]));
  const live = endsOf(add);
  const missing = ids.filter((id) => {
    const task = found.get(id);
    return !task || (task.deleted_at !== null && live.includes(id));
  });
  if (missing.length > 0) throw notFound(missing);
  return found;
}

async function refuseCycle(unit: Unit, added: readonly TaskLink[]): Promise<void> {
  const starts = added.filter(({ type }) => type === 'blocks').map(({ from }) => from);
  if (starts.length === 0) return;
  const cycle = findCycle(await unit.tasks.reach([...new Set(starts)]));
  if (cycle) throw cycleError(cycle);
}

/** Why a link that stands blocks nothing, when it does not. */
function blocksNothing(from: Task | undefined, to: Task | undefined): { note?: string } {
  if (to && !isOpen(to.status)) return { note: `${to.id} is ${to.status}: nothing is blocked` };
  if (from && !isOpen(from.status)) return { note: `${from.id} is ${from.status}: it blocks nothing` };
  return {};
}
