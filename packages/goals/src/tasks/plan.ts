import { NotFoundError, nearest, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import {
  Acceptance,
  Description,
  ExternalRef,
  Metadata,
  Minutes,
  Person,
  Priority,
  Tags,
  Title,
  When,
} from '../items/fields.ts';
import { toItemId } from '../items/ids.ts';
import { findCycle, toEdges } from './cycle.ts';
import type { Link } from './types.ts';

/** Tasks in one call, and levels of sub-tasks in the store. */
export const planLimits = { tasks: 100, depth: 8 } as const;

const Reference = z.string().trim().min(1).max(64);

/** One task of a plan; `ref` names it for links inside the same call. */
export const PlanTask = z
  .strictObject({
    title: Title,
    ref: Reference.optional().describe('for links'),
    description: Description.optional(),
    priority: Priority.optional(),
    tags: Tags.optional(),
    acceptance: Acceptance.optional(),
    estimate_minutes: Minutes.optional(),
    due_at: When.optional(),
    defer_until: When.optional(),
    assignee: Person.optional(),
    external_ref: ExternalRef.optional(),
    metadata: Metadata.optional(),
    blocked_by: z.array(Reference).max(50).optional().describe('refs or ids'),
    blocks: z.array(Reference).max(50).optional(),
    discovered_from: Reference.optional(),
    get subtasks() {
      return z.array(PlanTask).max(planLimits.tasks).optional();
    },
  })
  .meta({ id: 'Task' });
export type PlanTask = z.output<typeof PlanTask>;

/** A task of a plan in its final place. `key` stands for it until it has an id. */
export interface PlannedTask {
  key: string;
  parent: string | undefined;
  depth: number;
  task: PlanTask;
}

export interface Plan {
  tasks: PlannedTask[];
  /** Ends are keys of the plan or ids of existing tasks. */
  links: Link[];
  /** Existing tasks that links name. */
  outside: string[];
}

/**
 * Nested tasks -> a flat list, parents first, with every reference resolved. Throws with the names that are wrong, missing or
 * ambiguous, and with the path of a cycle inside the plan.
 */
export function toPlan(nested: readonly PlanTask[], baseDepth = 0): Plan {
  const tasks = flatten(nested, baseDepth);
  const byRef = indexRefs(tasks);
  const links: Link[] = [];
  const outside = new Set<string>();

  const resolve = (name: string, owner: PlannedTask, field: string): string => {
    const key = byRef.get(name);
    if (key !== undefined) return key;
    const id = toItemId(name);
    if (id?.startsWith('TASK-')) {
      outside.add(id);
      return id;
    }
    const near = nearest(name, byRef.keys());
    const valid = [...byRef.keys()].slice(0, 10).join(', ') || 'no task in this call has a ref';
    throw new NotFoundError(
      `"${owner.task.title}": ${field} names "${name}", which is neither a ref of this call nor a task id.`,
      {
        hint:
          near.length > 0
            ? `Did you mean ${near.join(' or ')}?`
            : `Give the other task a ref, or use its id. Refs here: ${valid}.`,
      },
    );
  };

  for (const owner of tasks) {
    const { blocked_by = [], blocks = [], discovered_from } = owner.task;
    for (const name of blocked_by)
      links.push({ from_task_id: resolve(name, owner, 'blocked_by'), to_task_id: owner.key, type: 'blocks' });
    for (const name of blocks)
      links.push({ from_task_id: owner.key, to_task_id: resolve(name, owner, 'blocks'), type: 'blocks' });
    if (discovered_from !== undefined) {
      const from = resolve(discovered_from, owner, 'discovered_from');
      if (from === owner.key)
        throw new ValidationError(`"${owner.task.title}": discovered_from names the task itself.`);
      links.push({ from_task_id: from, to_task_id: owner.key, type: 'discovered_from' });
    }
  }
  refuseCycle(tasks, links);
  return { tasks, links, outside: [...outside] };
}

/** Depth-first, parents before children, without recursion. */
function flatten(nested: readonly PlanTask[], baseDepth: number): PlannedTask[] {
  const tasks: PlannedTask[] = [];
  const rest = nested
    .map((task) => ({ task, parent: undefined as string | undefined, depth: baseDepth + 1 }))
    .reverse();
  for (let entry = rest.pop(); entry !== undefined; entry = rest.pop()) {
    const key = `#${tasks.length + 1}`;
    tasks.push({ key, ...entry });
    if (entry.depth > planLimits.depth) {
      throw new ValidationError(
        `"${entry.task.title}" would be ${entry.depth} levels deep; sub-tasks go ${planLimits.depth} levels deep at most.`,
      );
    }
    const children = (entry.task.subtasks ?? []).map((task) => ({ task, parent: key, depth: (entry?.depth ?? 0) + 1 }));
    rest.push(...children.reverse());
  }
  if (tasks.length > planLimits.tasks) {
    throw new ValidationError(`The plan has ${tasks.length} tasks; one call takes ${planLimits.tasks} at most.`, {
      hint: 'Create the goal with the first part and add the rest with create_tasks; links may name ids.',
    });
  }
  return tasks;
}

function indexRefs(tasks: readonly PlannedTask[]): Map<string, string> {
  const byRef = new Map<string, string>();
  for (const { key, task } of tasks) {
    if (task.ref === undefined) continue;
    if (byRef.has(task.ref))
      throw new ValidationError(`ref "${task.ref}" is used twice. Each ref names one task of the call.`);
    byRef.set(task.ref, key);
  }
  return byRef;
}

function refuseCycle(tasks: readonly PlannedTask[], links: readonly Link[]): void {
  const nodes = tasks.map(({ key, parent }) => ({ id: key, parent }));
  const cycle = findCycle(toEdges(nodes, links));
  if (cycle) {
    const name = (key: string): string => tasks.find((task) => task.key === key)?.task.title ?? key;
    throw cycleError(cycle.map(name));
  }
}

export function cycleError(path: readonly string[]): ValidationError {
  return new ValidationError(`These tasks would wait for each other for ever: ${path.join(' -> ')}.`, {
    hint: 'Remove one of the links; a task also waits for its sub-tasks, and they for what blocks it.',
    details: { cycle: path },
  });
}
