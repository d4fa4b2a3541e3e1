import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Body, Json, NoteKind, Percent } from '../items/fields.ts';
import { ItemId } from '../items/ids.ts';
import { reportProgress as report } from '../work/report.ts';
import { renderOutcome } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { LeaseMinutes, Row, Rows } from './schemas.ts';

export const reportProgress = defineTool({
  name: 'report_progress',
  title: 'Report progress',
  description:
    'Heartbeat, percent, a note, or the end of a task: completed with a result, released, failed with a reason. Completing answers what became ready.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    id: ItemId.describe('a goal: note only'),
    lease_token: z.uuid().optional().describe('if another session claimed it'),
    percent: Percent.optional(),
    note: Body.optional(),
    note_kind: NoteKind.optional(),
    outcome: z.enum(['completed', 'released', 'failed']).optional(),
    result: Json.optional().describe('any JSON'),
    reason: Body.optional().describe('with failed'),
    retry_in_minutes: z.int().min(0).max(10_080).default(15),
    lease_minutes: LeaseMinutes.optional(),
  }),
  // Loose: what is there only sometimes (goal, goal_progress, can_complete) explains itself.
  output: z.looseObject({ task: Row.optional(), became_ready: Rows.optional() }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { became_ready, goal_progress, ...answer } = await report(store, input, {
      caller: identify(call),
      signal: call.signal,
    });
    call.annotate({ item_id: input.id });
    return {
      ...answer,
      ...(became_ready && { became_ready: became_ready.map((task) => ({ ...task })) }),
      ...(goal_progress && { goal_progress: { ...goal_progress } }),
    };
  },

  text: renderOutcome,
});
