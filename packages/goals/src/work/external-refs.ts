import { AppError, ConflictError } from '@mcp-servers/core';
import type { Referenced } from '../tasks/repository.ts';
import type { Task } from '../tasks/types.ts';
import { inPortions } from './portions.ts';
import type { Unit } from './store.ts';
import type { Changes } from './update.ts';

/** Two tasks of a project with one external_ref, as the database found them. */
export const isTakenRef = (error: unknown): boolean =>
  error instanceof AppError && error.details?.constraint === 'idx_tasks_external_ref';

/** External references of a project are unique: refuses a patch that would take one of another task, before it is written. */
export async function refuseTakenRefs(changes: Changes): Promise<void> {
  const { unit, tasks } = changes;
  const wanted = await movedRefs(changes);
  if (wanted.length === 0) return;
  const rivals = (await unit.tasks.refsTaken(wanted)).filter(({ taken_by, external_ref }) => {
    const rival = tasks.get(taken_by);
    // One of the same call may have given it up.
    return !rival || rival.external_ref === external_ref;
  });
  const twice = wanted.find((row) =>
    wanted.some(
      ({ id, project, external_ref }) => id !== row.id && project === row.project && external_ref === row.external_ref,
    ),
  );
  const [rival] = rivals;
  const taken = rival ?? (twice && { ...twice, taken_by: 'another task of this call' });
  if (!taken) return;
  throw new ConflictError(
    `${taken.id} cannot have external_ref ${JSON.stringify(taken.external_ref)}: ${taken.taken_by} of project ${taken.project} has it.`,
    { hint: 'Change that task instead, or give one of them another external_ref.' },
  );
}

/** What the call so far would have written in a place where it was not. */
async function movedRefs({ unit, goals, tasks, was }: Changes): Promise<Referenced[]> {
  const moved: Referenced[] = [];
  for (const { id, external_ref, ...task } of tasks.values()) {
    const before = was.get(id) as Task;
    const project = goals.get(task.goal_id)?.project ?? task.project;
    if (external_ref !== null && (before.external_ref !== external_ref || before.project !== project))
      moved.push({ id, project, external_ref });
  }
  for (const { id, project } of goals.values()) {
    if (was.get(id)?.project === project) continue;
    for (const row of await unit.tasks.refsOfGoal(id)) if (!tasks.has(row.id)) moved.push({ ...row, project });
  }
  return moved;
}

/**
 * Saves tasks of which one may take the external_ref that another gives up. A single statement would write them in any order, and
 * find it taken.
 */
export async function saveTasks(unit: Unit, rows: readonly Task[], was: ReadonlyMap<string, Task>) {
  if (rows.length === 0) return [];
  const takers = Map.groupBy(rows, ({ external_ref }) => external_ref);
  const given = rows.flatMap((row) => {
    const before = was.get(row.id);
    if (!before || before.external_ref === null) return [];
    const wanted = takers.get(before.external_ref)?.some(({ id }) => id !== row.id);
    return wanted ? [{ ...before, external_ref: null }] : [];
  });
  if (given.length > 0) await saveInPortions(unit, given);
  return saveInPortions(unit, rows);
}

/** Thousands in one statement would run into its time limit. */
async function saveInPortions(unit: Unit, rows: readonly Task[]) {
  const saved: Awaited<ReturnType<Unit['tasks']['save']>> = [];
  for (const some of inPortions(rows, 500)) saved.push(...(await unit.tasks.save(some)));
  return saved;
}
