import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Project } from '../items/fields.ts';
import { GoalId, TaskId } from '../items/ids.ts';
import { claimTasks as claim } from '../work/claim.ts';
import { compact } from '../work/output.ts';
import { renderClaimed } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { LeaseMinutes, Rows } from './schemas.ts';

export const claimTasks = defineTool({
  name: 'claim_tasks',
  title: 'Claim tasks',
  description:
    'Take the next ready tasks, or named ones, with all one needs to begin. report_progress renews the lease and ends it.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    ids: z.array(TaskId).min(1).max(20).optional().describe('all or none'),
    goal_id: GoalId.optional(),
    project: Project.optional(),
    limit: z.int().min(1).max(20).default(1),
    lease_minutes: LeaseMinutes.default(30),
    take_over: z.boolean().default(false).describe('ids of an ended session'),
  }),
  output: z.object({ claimed: Rows, why_nothing: z.string().optional() }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { claimed, ...rest } = await claim(store, input, { caller: identify(call), signal: call.signal });
    const [first] = claimed;
    if (first) identify(call, `${first.task.id} ${first.task.title}`);
    call.annotate({ task_ids: claimed.map(({ task }) => task.id) });
    return { claimed: shorten(claimed.map(toBriefing), call.maxChars), ...rest };
  },

  text: renderClaimed,
});

type Claimed = Awaited<ReturnType<typeof claim>>['claimed'][number];

function toBriefing({ task, goal, depended_on, notes, older_notes }: Claimed): Record<string, unknown> {
  return compact({
    ...Object.fromEntries(Object.entries(task).filter(([field]) => !known.has(field))),
    percent: task.percent || null,
    goal: goal && compact(goal),
    depended_on: depended_on.map(compact),
    notes: notes.map(({ item_id, kind, author, created_at, body }) =>
      compact({ id: item_id, kind, author, at: created_at, body }),
    ),
    older_notes,
  });
}

/** What the holder knows, or does not need to begin; get_items has it. */
const known = new Set([
  ...['lease_instance', 'lease_holder', 'assignee', 'blocked_by', 'position'],
  ...['created_by', 'created_at', 'updated_at', 'started_at'],
]);

/** What a claimed task can do without in the first answer, the least needed first. */
const optional = ['metadata', 'notes', 'depended_on', 'description'];

/** A claimed task is always shown: its long fields are named instead, from the last task on, until the answer fits. */
function shorten(rows: Record<string, unknown>[], maxChars: number): Record<string, unknown>[] {
  const shown = [...rows];
  let size = JSON.stringify(shown).length;
  for (let index = shown.length - 1; index >= 0; index--) {
    for (const field of optional) {
      if (size <= maxChars) return shown;
      const { [field]: long, left_out = [], ...kept } = shown[index] ?? {};
      if (long === undefined) continue;
      shown[index] = { ...kept, left_out: [...(left_out as string[]), field] };
      size = JSON.stringify(shown).length;
    }
  }
  return shown;
}
