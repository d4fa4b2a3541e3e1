import { defineTool, takeWithin } from '@mcp-servers/core';
import * as z from 'zod';
import { Project } from '../items/fields.ts';
import { GoalId } from '../items/ids.ts';
import type { Task } from '../tasks/types.ts';
import { whyNothing } from '../work/claim.ts';
import { compact } from '../work/output.ts';
import { renderReady } from '../work/text.ts';
import type { GoalsDeps } from './deps.ts';
import { Rows } from './schemas.ts';

export const nextTasks = defineTool({
  name: 'next_tasks',
  title: 'Next tasks',
  description:
    'Tasks that can start now, best first (priority, due date, position, age), or why none can. To take one use claim_tasks.',
  effect: 'read',
  input: z.strictObject({
    goal_id: GoalId.optional(),
    project: Project.optional(),
    limit: z.int().min(1).max(100).default(10),
  }),
  output: z.object({ items: Rows, why_nothing: z.string().optional(), truncated: z.boolean().optional() }),

  async run({ limit, ...scope }, { store }: GoalsDeps, call) {
    const ready = await store.tasks.ready(scope, limit + 1);
    if (ready.length === 0) return { items: [], why_nothing: await whyNothing(store, scope) };
    const { taken } = takeWithin(ready.slice(0, limit).map(toReadyRow), call.maxChars);
    return { items: taken, ...(taken.length < ready.length && { truncated: true }) };
  },

  text: renderReady,
});

/** What one chooses by; get_items or the claim has the rest. */
const toReadyRow = ({
  id,
  goal_id,
  parent_task_id,
  title,
  priority,
  due_at,
  estimate_minutes,
  tags,
  acceptance,
}: Task) => compact({ id, title, goal_id, parent_task_id, priority, due_at, estimate_minutes, tags, acceptance });
