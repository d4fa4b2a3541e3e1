import { ConflictError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { Goal } from '../goals/types.ts';
import type { Caller } from '../items/caller.ts';
import { isOpen } from '../items/fields.ts';
import { formatId, toSeq } from '../items/ids.ts';
import { findCycle } from '../tasks/cycle.ts';
import { cycleError, type Plan, type PlanTask, toPlan } from '../tasks/plan.ts';
import type { Link, NewTask } from '../tasks/types.ts';
import { compact } from './output.ts';
import { recordLink } from './record-link.ts';
import type { Store, Unit } from './store.ts';

export interface CreatedTask {
  id: string;
  title: string;
  ref?: string | undefined;
  parent_task_id?: string | undefined;
}

export interface GoalInput {
  title: string;
  description?: string | undefined;
  project?: string | undefined;
  priority?: Goal['priority'] | undefined;
  due_at?: string | undefined;
  tags?: string[] | undefined;
  metadata?: Record<string, unknown> | undefined;
  tasks?: PlanTask[] | undefined;
  idempotency_key?: string | undefined;
}

interface CallOptions {
  caller: Caller;
  signal: AbortSignal;
}

/** A goal with its whole plan, in one transaction. */
export async function createGoal(store: Store, input: GoalInput, { caller, signal }: CallOptions) {
  const { tasks: nested = [], idempotency_key, ...fields } = input;
  const plan = toPlan(nested);
  return store.write(
    caller,
    (unit) =>
      unit.once(idempotency_key, input, async () => {
        if (plan.outside.length > 0) await unit.tasks.lockGraph();
        const numbers = await unit.tasks.allocate({ goals: 1, tasks: plan.tasks.length });
        const goal = await unit.goals.insert({ ...fields, seq: numbers.goals[0] ?? 0 }, caller.actor);
        unit.record({ type: 'goal_created', goal_id: goal.id, after: compact({ ...goal, id: undefined }) });
        unit.reindex(goal.id);
        const tasks = await addPlan(unit, { plan, goal, parent: null, numbers: numbers.tasks });
        return { goal: { id: goal.id, title: goal.title, project: goal.project, version: goal.version }, tasks };
      }),
    signal,
  );
}

export interface TasksInput {
  goal_id?: string | undefined;
  parent_task_id?: string | undefined;
  tasks: PlanTask[];
  idempotency_key?: string | undefined;
}

/** Tasks under a goal, or under one of its tasks. */
export async function createTasks(store: Store, input: TasksInput, { caller, signal }: CallOptions) {
  if (input.goal_id === undefined && input.parent_task_id === undefined) {
    throw new ValidationError('goal_id or parent_task_id is needed: a task belongs to a goal.', {
      hint: 'Find the goal with find_items {"where":{"kind":"goal"}}, or make one with create_goal.',
    });
  }
  // The lock on the graph comes before those on rows, here as in update_items: otherwise the two could wait for each other.
  const linksOutside = toPlan(input.tasks).outside.length > 0;
  return store.write(
    caller,
    (unit) =>
      unit.once(input.idempotency_key, input, async () => {
        if (linksOutside) await unit.tasks.lockGraph();
        const goal = await shareGoal(unit, input);
        const depth = await lockParent(unit, goal.id, input.parent_task_id);
        const plan = toPlan(input.tasks, depth);
        const numbers = await unit.tasks.allocate({ goals: 0, tasks: plan.tasks.length });
        const tasks = await addPlan(unit, { plan, goal, parent: input.parent_task_id ?? null, numbers: numbers.tasks });
        return { goal_id: goal.id, tasks };
      }),
    signal,
  );
}

/** The goal the tasks go to, locked against being closed meanwhile. */
async function shareGoal(unit: Unit, { goal_id, parent_task_id }: TasksInput) {
  const [parent] = parent_task_id === undefined ? [] : await unit.tasks.get([parent_task_id]);
  if (parent_task_id !== undefined && !parent) throw notFound([parent_task_id]);
  const id = goal_id ?? parent?.goal_id ?? '';
  const [goal] = await unit.goals.share([id]);
  if (!goal || goal.deleted_at) throw notFound([id]);
  if (!isOpen(goal.status)) {
    throw new ConflictError(`${id} is ${goal.status}; tasks cannot be added to it.`, {
      hint: `Reopen it with update_items {"items":[{"id":"${id}","status":"in_progress"}]}, or use another goal.`,
    });
  }
  return goal;
}

/** Locks the parent against being closed; answers how deep it is (0 without one). */
async function lockParent(unit: Unit, goalId: string, parentId: string | undefined): Promise<number> {
  if (parentId === undefined) return 0;
  const [parent] = await unit.tasks.lock([parentId]);
  if (!parent || parent.deleted_at) throw notFound([parentId]);
  if (parent.goal_id !== goalId) {
    throw new ConflictError(
      `${parentId} belongs to ${parent.goal_id}, not to ${goalId}; a sub-task stays in its parent's goal.`,
      {
        hint: 'Leave out goal_id, or choose a parent in that goal.',
      },
    );
  }
  if (!isOpen(parent.status)) {
    throw new ConflictError(`${parentId} is ${parent.status}; sub-tasks cannot be added to it.`, {
      hint: 'Reopen it with update_items first.',
    });
  }
  return unit.tasks.depthOf(parentId);
}

interface Placement {
  plan: Plan;
  goal: Pick<Goal, 'id' | 'project'>;
  parent: string | null;
  numbers: readonly number[];
}

/** Inserts the tasks of a plan: a fixed number of statements, however many tasks. */
async function addPlan(unit: Unit, { plan, goal, parent, numbers }: Placement): Promise<CreatedTask[]> {
  if (plan.tasks.length === 0) return [];
  const ids = new Map(plan.tasks.map(({ key }, index) => [key, formatId('TASK', numbers[index] ?? 0)]));
  const idOf = (key: string): string => ids.get(key) ?? key;
  const links: Link[] = plan.links.map((link) => ({
    ...link,
    from_task_id: idOf(link.from_task_id),
    to_task_id: idOf(link.to_task_id),
  }));
  const openOutside = await lockOutside(unit, plan.outside);

  const rows: NewTask[] = plan.tasks.map(({ key, parent: parentKey, task }, index) => {
    const { ref: _, subtasks: __, blocked_by: ___, blocks: ____, discovered_from: _____, ...fields } = task;
    const id = idOf(key);
    const blockers = new Set(
      links.filter((link) => link.to_task_id === id && link.type === 'blocks').map((link) => link.from_task_id),
    );
    return {
      ...fields,
      seq: toSeq(id),
      goal_id: goal.id,
      project: goal.project,
      parent_task_id: parentKey === undefined ? parent : idOf(parentKey),
      position: index,
      blocked_by: [...blockers].filter((blocker) => openOutside.get(blocker) ?? true).length,
    };
  });
  const inserted = await unit.tasks.insert(rows, unit.caller.actor);
  if (links.length > 0) await unit.tasks.link(links, unit.caller.actor);
  if (plan.outside.length > 0) {
    const cycle = findCycle(await unit.tasks.reach([...ids.values(), ...plan.outside]));
    if (cycle) throw cycleError(cycle);
  }
  for (const { seq, goal_id, blocked_by: _, ...fields } of rows) {
    const id = formatId('TASK', seq);
    const waitsFor = links
      .filter((link) => link.to_task_id === id)
      .map((link) => ({ from: link.from_task_id, type: link.type }));
    unit.record({
      type: 'task_created',
      goal_id,
      task_id: id,
      after: compact({
        ...fields,
        position: inserted.find((row) => row.id === id)?.position,
        links: waitsFor,
        version: 1,
      }),
    });
  }
  await recordOutside(unit, links, new Set(ids.values()));
  unit.reindex(...ids.values());
  return plan.tasks.map(({ key, parent: parentKey, task }) => ({
    id: idOf(key),
    title: task.title,
    ...(task.ref !== undefined && { ref: task.ref }),
    ...(parentKey !== undefined && { parent_task_id: idOf(parentKey) }),
  }));
}

/** Links from new tasks to existing ones are changes of those; the others stand in the events of the new ones. */
async function recordOutside(unit: Unit, links: readonly Link[], created: ReadonlySet<string>): Promise<void> {
  const outward = links.filter((link) => !created.has(link.to_task_id));
  if (outward.length === 0) return;
  const ends = await unit.tasks.get([...new Set(outward.map((link) => link.to_task_id))]);
  for (const link of outward)
    recordLink(unit, link, { type: 'task_linked', task: ends.find(({ id }) => id === link.to_task_id) });
}

/** Existing ends of links: known, not deleted, and locked until the links stand. Answers which of them are open. */
async function lockOutside(unit: Unit, outside: readonly string[]): Promise<Map<string, boolean>> {
  if (outside.length === 0) return new Map();
  const found = await unit.tasks.lock(outside);
  const missing = outside.filter((id) => !found.some((task) => task.id === id && !task.deleted_at));
  if (missing.length > 0) throw notFound(missing);
  return new Map(found.map((task) => [task.id, isOpen(task.status)]));
}

export function notFound(ids: readonly string[]): NotFoundError {
  const [first = ''] = ids;
  const kind = first.startsWith('GOAL-') ? 'goal' : 'task';
  return new NotFoundError(`There is no ${ids.join(', ')}.`, {
    hint: `List what there is with find_items {"where":{"kind":"${kind}"}}; deleted ones with "deleted": true in it.`,
    details: { missing: ids },
  });
}
