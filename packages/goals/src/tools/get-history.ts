import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Person, Project, When } from '../items/fields.ts';
import { ItemId } from '../items/ids.ts';
import { getHistory as get } from '../work/history.ts';
import { renderHistory } from '../work/report-text.ts';
import type { GoalsDeps } from './deps.ts';
import { MaxChars, Rows } from './schemas.ts';

export const getHistory = defineTool({
  name: 'get_history',
  title: 'Show what changed',
  description: 'Events with before and after. As a change feed: order oldest, repeat with next_cursor.',
  effect: 'read',
  input: z.strictObject({
    ids: z.array(ItemId).min(1).max(100).optional().describe('goals bring their tasks'),
    actor: Person.optional(),
    project: Project.optional(),
    types: z.array(z.string()).min(1).optional().describe('task_updated, ...'),
    since: When.optional(),
    order: z.enum(['newest', 'oldest']).default('newest'),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(1000).optional(),
    max_chars: MaxChars,
  }),
  output: z.looseObject({ items: Rows, next_cursor: z.string().optional() }),

  async run({ max_chars: _, ...input }, { store }: GoalsDeps, call) {
    return get(store, input, { maxChars: call.maxChars });
  },

  text: renderHistory,
});
