import type { Goal } from '../goals/types.ts';
import { splitIds } from '../items/ids.ts';
import type { BranchTask, Task } from '../tasks/types.ts';
import { notFound } from './create.ts';
import type { Repositories, Unit } from './store.ts';

/** Named items with everything below them, deleted or not. */
export interface Branches {
  /** The goals that are named, and those of the tasks that are. */
  goals: Map<string, Goal>;
  tasks: Map<string, BranchTask>;
  /** The tasks that named ones are sub-tasks of. */
  above: Map<string, Task>;
  /** The named items, as they are: goals first, each once. */
  roots: (Goal | BranchTask)[];
}

/** What a call takes away or brings back. */
export interface Chosen {
  goals: Goal[];
  tasks: BranchTask[];
  /** Named items that are as asked already. */
  unchanged: string[];
}

/** Reads them as they are at the moment. An unknown id is an error. */
export const readBranches = (from: Repositories, ids: readonly string[]): Promise<Branches> =>
  gather(from, ids, { goals: from.goals.get, tasks: from.tasks.branches, above: from.tasks.get });

/** The same, locked: no task below is changed, added or moved, and none above is closed, until the transaction ends. */
export const lockBranches = (unit: Unit, ids: readonly string[]): Promise<Branches> =>
  gather(unit, ids, { goals: unit.goals.lock, tasks: unit.tasks.lockBranches, above: unit.tasks.lock });

interface Reading {
  goals: Repositories['goals']['get'];
  tasks: Repositories['tasks']['branches'];
  above: Repositories['tasks']['get'];
}

async function gather(from: Repositories, ids: readonly string[], read: Reading): Promise<Branches> {
  const named = splitIds(ids);
  const first = named.tasks.length > 0 ? await from.tasks.get(named.tasks) : [];
  const goalIds = new Set([...named.goals, ...first.map((task) => task.goal_id)]);
  for (;;) {
    const goals = toMap(await read.goals([...goalIds]));
    const tasks = toMap(await read.tasks(named));
    // A task may have been moved before its goal was locked: then its goal of now is locked too.
    const elsewhere = tasks
      .values()
      .map((task) => task.goal_id)
      .find((id) => !goalIds.has(id));
    if (elsewhere !== undefined) {
      goalIds.add(elsewhere);
      continue;
    }
    const all = [...named.goals, ...named.tasks];
    const missing = all.filter((id) => !goals.has(id) && !tasks.has(id));
    if (missing.length > 0) throw notFound(missing);
    const parents = new Set(named.tasks.flatMap((id) => tasks.get(id)?.parent_task_id ?? []));
    const above = toMap(parents.size > 0 ? await read.above([...parents]) : []);
    return { goals, tasks, above, roots: all.flatMap((id) => goals.get(id) ?? tasks.get(id) ?? []) };
  }
}

const toMap = <T extends { id: string }>(rows: readonly T[]): Map<string, T> =>
  new Map(rows.map((row) => [row.id, row]));

/** The tasks below one of the named items. */
export function below({ tasks }: Branches, root: string): BranchTask[] {
  if (root.startsWith('GOAL-')) return [...tasks.values()].filter((task) => task.goal_id === root);
  const children = Map.groupBy(tasks.values(), (task) => task.parent_task_id);
  const found: BranchTask[] = [];
  const level = [...(children.get(root) ?? [])];
  for (let task = level.pop(); task !== undefined; task = level.pop()) {
    found.push(task);
    level.push(...(children.get(task.id) ?? []));
  }
  return found;
}
