import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { ItemId } from '../items/ids.ts';
import { getItems as get, includes } from '../work/get.ts';
import { renderItems } from '../work/text.ts';
import type { GoalsDeps } from './deps.ts';
import { Fields, MaxChars, Rows } from './schemas.ts';

export const getItems = defineTool({
  name: 'get_items',
  title: 'Get items',
  description: 'Get 1-100 goals or tasks in full. To look for some use find_items.',
  effect: 'read',
  toolsets: ['core'],
  input: z.strictObject({
    ids: z.array(ItemId).min(1).max(100),
    include: z.array(z.enum(includes)).max(includes.length).default([]),
    fields: Fields,
    max_chars: MaxChars,
  }),
  output: z.object({
    items: Rows,
    missing: z.array(z.string()).optional(),
    truncated: z.boolean().optional(),
    not_shown: Rows.optional().describe('too large: ask alone, with fields or more max_chars'),
  }),

  async run({ max_chars: _, ...input }, { store }: GoalsDeps, call) {
    return get(store, { ...input, maxChars: call.maxChars });
  },

  text: renderItems,
});
