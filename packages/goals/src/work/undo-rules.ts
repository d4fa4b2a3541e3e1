import type { Goal } from '../goals/types.ts';
import { findCycle } from '../tasks/cycle.ts';
import { planLimits } from '../tasks/plan.ts';
import type { BrokenRule } from '../tasks/repository.ts';
import type { Task } from '../tasks/types.ts';
import type { Unit } from './store.ts';
import { isSame } from './undo-inverse.ts';
import type { Rows, Undone } from './undo-rows.ts';

/** Looks at what was written, before it is committed: says what must not stay so. */
export async function findBroken(
  unit: Unit,
  { was, rows, undone, linked }: { was: Rows; rows: Rows; undone: readonly Undone[]; linked: readonly string[] },
): Promise<string[]> {
  const changed = [...rows.tasks.values()].filter((task) => isPlacedAnew(was.tasks.get(task.id), task));
  const before = (task: Task): Task | undefined => was.tasks.get(task.id);
  const moved = changed.filter((task) => before(task)?.parent_task_id !== task.parent_task_id).map(({ id }) => id);
  const starts = [...new Set([...moved, ...linked])];
  const cycle = starts.length > 0 ? findCycle(await unit.tasks.reach(starts)) : undefined;
  if (cycle) return [`it would make a loop: ${cycle.join(' -> ')}`];
  const begun = changed.filter(
    (task) => before(task)?.status !== task.status && (task.status === 'in_progress' || task.status === 'completed'),
  );
  const broken = await unit.tasks.brokenRules({
    goals: [...rows.goals.values()].filter((goal) => isPlacedAnew(was.goals.get(goal.id), goal)).map(({ id }) => id),
    tasks: changed.map(({ id }) => id),
    begun: begun.map(({ id }) => id),
    moved,
    since: undone.reduce((newest, { inverse }) => Math.max(newest, inverse.event.id), 0),
  });
  return [...broken.map(toSentence), ...(await findDependants(unit, undone))];
}

/** Whether it differs in what the rules speak of: other fields, of thousands of items perhaps, need no look at them. */
function isPlacedAnew(was: Goal | Task | undefined, is: Goal | Task): boolean {
  if (was === is) return false;
  const placing = ['status', 'deleted_at', 'goal_id', 'parent_task_id'] as (keyof (Goal | Task))[];
  return placing.some((field) => !isSame(field, was?.[field], is[field]));
}

const sentences: Record<BrokenRule['rule'], (id: string, by: string) => string> = {
  goal_closed: (id, by) => `${id} would be open in ${by}, which is closed`,
  parent_closed: (id, by) => `${id} would be open below ${by}, which is closed`,
  goal_deleted: (id, by) => `${id} would be left in ${by}, which is deleted`,
  parent_deleted: (id, by) => `${id} would be left below ${by}, which is deleted`,
  other_goal: (id, by) => `${id} would be in another goal than ${by} above it`,
  blocked: (id, by) => `${id} waits for ${by}, which has become open or was linked since`,
  too_deep: (id, levels) =>
    `${id} would be ${levels} levels deep; sub-tasks go ${planLimits.depth} levels deep at most`,
};

const toSentence = ({ rule, id, by }: BrokenRule): string => sentences[rule](id, by);

/** Live tasks that were linked to a new one since: they need it. */
async function findDependants(unit: Unit, undone: readonly Undone[]): Promise<string[]> {
  const gone = new Set(undone.filter(({ inverse }) => inverse.event.type === 'task_created').map(({ id }) => id));
  if (gone.size === 0) return [];
  const links = (await unit.tasks.linksOf([...gone])).filter(
    (link) => gone.has(link.from_task_id) && !gone.has(link.to_task_id),
  );
  if (links.length === 0) return [];
  const others = await unit.tasks.get(links.map((link) => link.to_task_id));
  const live = new Set(others.filter(({ deleted_at }) => deleted_at === null).map(({ id }) => id));
  return links
    .filter((link) => live.has(link.to_task_id))
    .map((link) => `${link.to_task_id} is linked to ${link.from_task_id} (${link.type})`);
}
