import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Minutes } from '../items/fields.ts';
import { GoalId } from '../items/ids.ts';
import { planGoal as plan } from '../work/plan-goal.ts';
import { renderPlan } from '../work/report-text.ts';
import type { GoalsDeps } from './deps.ts';
import { MaxChars, Rows } from './schemas.ts';

export const planGoal = defineTool({
  name: 'plan_goal',
  title: 'Plan the open work of a goal',
  description: 'Phases that can run side by side, critical path, bottlenecks, minutes left, earliest finish.',
  effect: 'read',
  input: z.strictObject({
    goal_id: GoalId,
    workers: z.int().min(1).max(100).default(10).describe('forecast for 1 to n'),
    default_minutes: Minutes.default(60).describe('if not estimated'),
    max_chars: MaxChars,
  }),
  // Open, because naming every section would take more of each client's context than the rest of the tool.
  output: z.looseObject({ phases: Rows }),

  async run({ max_chars: _, ...input }, { store }: GoalsDeps, call) {
    return plan(store, input, { maxChars: call.maxChars });
  },

  text: renderPlan,
});
