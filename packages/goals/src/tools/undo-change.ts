import { defineTool, takeWithin } from '@mcp-servers/core';
import * as z from 'zod';
import { Person } from '../items/fields.ts';
import { undoChange as undo } from '../work/undo.ts';
import { renderOutcome } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { Row, Rows } from './schemas.ts';

const Flag = z.boolean().optional();

export const undoChange = defineTool({
  name: 'undo_change',
  title: 'Undo a change',
  description:
    'Undo your last change, or the whole change an event is part of; undoing an undo redoes it. Refused with reasons when later changes build on it.',
  effect: 'write',
  input: z.strictObject({
    event: z.int().min(1).optional(),
    event_only: Flag,
    actor: Person.optional().describe('whose last change'),
    preview: Flag,
  }),
  // Loose: what is there only sometimes (preview, remarks, redo_event, more_items) explains itself.
  output: z.looseObject({ change: Row, items: Rows }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { items, change, ...answer } = await undo(store, input, { caller: identify(call), signal: call.signal });
    const { taken, rest } = takeWithin(items, Math.floor(call.maxChars * 0.8));
    return { ...answer, change: { ...change }, items: taken, ...(rest.length > 0 && { more_items: rest.length }) };
  },

  text: renderOutcome,
});
