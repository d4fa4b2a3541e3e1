import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { Project } from '../items/fields.ts';
import { GoalId, TaskId } from '../items/ids.ts';
import { claimTasks as claim } from '../work/claim.ts';
import { compact } from '../work/output.ts';
import type { GoalsDeps } from './deps.ts';
import { LeaseMinutes, Rows } from './schemas.ts';

export const claimTasks = defineTool({
  name: 'claim_tasks',
  title: 'Take tasks to work on',
  description:
    'Take the next ready tasks, or named ones, so that nobody else gets them. Answers goal, acceptance, results of dependencies, notes, and a lease_token: report_progress renews the lease and ends it.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    ids: z.array(TaskId).min(1).max(20).optional().describe('exactly these, all or none'),
    goal_id: GoalId.optional(),
    project: Project.optional(),
    limit: z.int().min(1).max(20).default(1),
    lease_minutes: LeaseMinutes,
    take_over: z.boolean().default(false).describe('with ids: from a session that has ended'),
  }),
  output: z.object({ claimed: Rows, why_nothing: z.string().optional() }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { claimed, ...rest } = await claim(store, input, { caller: identify(call), signal: call.signal });
    const [first] = claimed;
    if (first) identify(call, `${first.task.id} ${first.task.title}`);
    call.annotate({ task_ids: claimed.map(({ task }) => task.id) });
    return {
      claimed: claimed.map(
        ({ task: { lease_instance: _, lease_holder: __, assignee: ___, ...task }, goal, depended_on, notes }) => ({
          ...compact(task),
          goal: goal && compact(goal),
          ...compact({
            depended_on: depended_on.map(compact),
            notes: notes.map(({ id: _, ...note }) => compact(note)),
          }),
        }),
      ),
      ...rest,
    };
  },
});
