import { defineTool, takeWithin } from '@mcp-servers/core';
import * as z from 'zod';
import { ItemId } from '../items/ids.ts';
import { deleteItems as remove } from '../work/delete.ts';
import { renderOutcome } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { Rows } from './schemas.ts';

const Flag = z.boolean().optional();

export const deleteItems = defineTool({
  name: 'delete_items',
  title: 'Delete or restore items',
  description:
    'Delete goals and tasks with all below them; preview first. restore brings back what that deletion took.',
  effect: 'destroy',
  idempotent: true,
  input: z.strictObject({
    ids: z.array(ItemId).min(1).max(100),
    preview: Flag.describe('change nothing'),
    restore: Flag,
    force: Flag.describe('even what others hold'),
    purge: Flag.describe('deleted items, for ever'),
  }),
  // Loose: what is there only sometimes (preview, unchanged, dependants, truncated) explains itself.
  output: z.looseObject({ goals: z.number(), tasks: z.number(), held: z.number(), items: Rows }),

  async run(input, { store, identify, allowPurge = false }: GoalsDeps, call) {
    const options = { caller: identify(call), signal: call.signal, allowPurge };
    const { items, dependants = [], ...answer } = await remove(store, input, options);
    call.annotate({ item_ids: input.ids });
    const waiting = takeWithin(dependants, Math.floor(call.maxChars / 4));
    const shown = takeWithin(items, Math.floor(call.maxChars / 2));
    return {
      ...answer,
      items: shown.taken,
      ...(waiting.taken.length > 0 && { dependants: waiting.taken }),
      ...(shown.rest.length + waiting.rest.length > 0 && { truncated: true }),
    };
  },

  text: renderOutcome,
});
