import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { Description, IdempotencyKey, Metadata, Priority, Project, Tags, Title, When } from '../items/fields.ts';
import { PlanTask } from '../tasks/plan.ts';
import { createGoal as create } from '../work/create.ts';
import type { GoalsDeps } from './deps.ts';
import { Row, Rows } from './schemas.ts';

export const createGoal = defineTool({
  name: 'create_goal',
  title: 'Create a goal with its plan',
  description:
    'Create a goal and, in the same transaction, its whole plan: nested tasks, dependencies by ref. Answers with every id. Use create_tasks to add to a goal that exists.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    title: Title.describe('1-200 characters'),
    description: Description.optional(),
    project: Project.optional().describe('default: default'),
    priority: Priority.optional(),
    due_at: When.optional().describe('ISO 8601'),
    tags: Tags.optional(),
    metadata: Metadata.optional(),
    tasks: z.array(PlanTask).max(100).optional(),
    idempotency_key: IdempotencyKey.optional().describe('the same key within 24 h returns the first result'),
  }),
  output: z.object({ goal: Row, tasks: Rows }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { goal, tasks } = await create(store, input, { caller: identify(call), signal: call.signal });
    call.annotate({ goal_id: goal.id });
    return { goal, tasks: tasks.map((task) => ({ ...task })) };
  },
});
