import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { IdempotencyKey } from '../items/fields.ts';
import { GoalId, TaskId } from '../items/ids.ts';
import { PlanTask } from '../tasks/plan.ts';
import { createTasks as create } from '../work/create.ts';
import { renderCreated } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { Rows } from './schemas.ts';

export const createTasks = defineTool({
  name: 'create_tasks',
  title: 'Add tasks',
  description:
    'Add 1-100 tasks, nested, to a goal or under a task, all or none. Links name refs or ids. Answers every id.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    goal_id: GoalId.optional(),
    parent_task_id: TaskId.optional(),
    tasks: z.array(PlanTask).min(1).max(100).meta({ like: 'tasks of create_goal' }),
    idempotency_key: IdempotencyKey.optional(),
  }),
  output: z.object({ goal_id: z.string(), tasks: Rows }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { goal_id, tasks } = await create(store, input, { caller: identify(call), signal: call.signal });
    call.annotate({ goal_id });
    return { goal_id, tasks: tasks.map((task) => ({ ...task })) };
  },

  text: renderCreated,
});
