import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Description, IdempotencyKey, Metadata, Priority, Project, Tags, Title, When } from '../items/fields.ts';
import { PlanTask } from '../tasks/plan.ts';
import { createGoal as create } from '../work/create.ts';
import { renderCreated } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { Row, Rows } from './schemas.ts';

export const createGoal = defineTool({
  name: 'create_goal',
  title: 'Create a goal',
  description: 'Create a goal with its whole plan, all or nothing: nested tasks, links by ref. Answers every id.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    title: Title,
    description: Description.optional(),
    project: Project.optional().meta({ default: 'default' }),
    priority: Priority.optional(),
    due_at: When.optional().describe('ISO 8601'),
    tags: Tags.optional(),
    metadata: Metadata.optional(),
    tasks: z.array(PlanTask).max(100).optional(),
    idempotency_key: IdempotencyKey.optional(),
  }),
  output: z.object({ goal: Row, tasks: Rows }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { goal, tasks } = await create(store, input, { caller: identify(call), signal: call.signal });
    call.annotate({ goal_id: goal.id });
    return { goal, tasks: tasks.map((task) => ({ ...task })) };
  },

  text: renderCreated,
});
