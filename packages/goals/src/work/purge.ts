import { ConflictError } from '@mcp-servers/core';
import type { Branches, Chosen } from './branches.ts';
import { nameSome } from './output.ts';
import type { Repositories, Unit } from './store.ts';

/** The named items and what is below them: all of it must have been deleted before. */
export function chooseForPurge(_: Repositories, { goals, tasks, roots }: Branches): Chosen {
  const named = new Set(roots.map(({ id }) => id));
  const chosen = { goals: [...goals.values()].filter(({ id }) => named.has(id)), tasks: [...tasks.values()] };
  const live = [...chosen.goals, ...chosen.tasks].filter((row) => !row.deleted_at).map(({ id }) => id);
  if (live.length > 0) {
    throw new ConflictError(`Nothing was purged: ${nameSome(live)} ${live.length === 1 ? 'is' : 'are'} not deleted.`, {
      hint: 'Only deleted items can be purged. Delete them first, without purge.',
    });
  }
  return { ...chosen, unchanged: [] };
}

/** For ever. The audit log keeps that they were there, and which links of others they took along. */
export async function purge(unit: Unit, { goals, tasks }: Chosen): Promise<void> {
  await unlinkOthers(
    unit,
    tasks.map(({ id }) => id),
  );
  for (const { id: task_id, goal_id, title, deleted_at } of tasks)
    unit.record({ type: 'task_purged', goal_id, task_id, before: { title, deleted_at } });
  for (const { id, title, deleted_at } of goals)
    unit.record({ type: 'goal_purged', goal_id: id, before: { title, deleted_at } });
  if (tasks.length > 0) await unit.tasks.purge(tasks.map(({ id }) => id));
  if (goals.length > 0) await unit.goals.purge(goals.map(({ id }) => id));
}

/** Links from purged tasks to others that stay. */
async function unlinkOthers(unit: Unit, purged: readonly string[]): Promise<void> {
  const gone = new Set(purged);
  const links = purged.length > 0 ? await unit.tasks.linksOf(purged) : [];
  const lost = links.filter((link) => gone.has(link.from_task_id) && !gone.has(link.to_task_id));
  if (lost.length === 0) return;
  const others = await unit.tasks.lock([...new Set(lost.map((link) => link.to_task_id))]);
  for (const { from_task_id: from, to_task_id: to, type, ...made } of await unit.tasks.unlink(lost)) {
    const { goal_id = '', version } = others.find(({ id }) => id === to) ?? {};
    const before = { link: { from, to, type, ...made } };
    unit.record({ type: 'task_unlinked', goal_id, task_id: to, before, after: { version } });
  }
}
