import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { Body, Json, NoteKind, Percent } from '../items/fields.ts';
import { TaskId } from '../items/ids.ts';
import { reportProgress as report } from '../work/report.ts';
import type { GoalsDeps } from './deps.ts';
import { LeaseMinutes, Row, Rows } from './schemas.ts';

export const reportProgress = defineTool({
  name: 'report_progress',
  title: 'Report on a task',
  description:
    'Report on a task: heartbeat, percent, a note, or its end: completed with a result, released to others, failed with a reason (tried again later). Completing answers what became ready.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    task_id: TaskId,
    lease_token: z.uuid().optional().describe('from the claim, when another session claimed it'),
    percent: Percent.optional(),
    note: Body.optional(),
    note_kind: NoteKind.optional(),
    outcome: z.enum(['completed', 'released', 'failed']).optional(),
    result: Json.optional().describe('any JSON, with completed'),
    reason: Body.optional().describe('with failed'),
    retry_in_minutes: z.int().min(0).max(10_080).default(15),
    lease_minutes: LeaseMinutes.optional().describe('default: 30, or what is left of a longer lease'),
  }),
  output: z.object({
    task: Row,
    became_ready: Rows.optional(),
    goal_progress: Row.optional(),
    can_complete: z.string().optional(),
  }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { became_ready, goal_progress, ...answer } = await report(store, input, {
      caller: identify(call),
      signal: call.signal,
    });
    call.annotate({ task_id: input.task_id });
    return {
      ...answer,
      ...(became_ready && { became_ready: became_ready.map((task) => ({ ...task })) }),
      ...(goal_progress && { goal_progress: { ...goal_progress } }),
    };
  },
});
