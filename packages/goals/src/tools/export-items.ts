import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Project } from '../items/fields.ts';
import { ItemId } from '../items/ids.ts';
import { exportItems as run } from '../transfer/export.ts';
import { exportFormats } from '../transfer/render.ts';
import type { GoalsDeps } from './deps.ts';
import { MaxChars } from './schemas.ts';

export const exportItems = defineTool({
  name: 'export_items',
  title: 'Export items',
  description:
    'Export goals with their tasks: by ids, project or all; in the answer if it fits, else in a new file. json can be imported whole.',
  effect: 'read',
  input: z.strictObject({
    ids: z.array(ItemId).min(1).max(100).optional(),
    project: Project.optional(),
    deleted: z.boolean().optional(),
    format: z.enum(exportFormats).default('markdown'),
    file: z.string().max(1000).optional(),
    max_chars: MaxChars,
  }),
  // Loose: content or file with bytes, and the counts, explain themselves.
  output: z.looseObject({ goals: z.number(), tasks: z.number() }),

  async run({ max_chars: _, ...input }, { store, transferFolders = [] }: GoalsDeps, call) {
    const { signal, maxChars } = call;
    return { ...(await run(store, input, { folders: transferFolders, maxChars, signal })) };
  },

  text: (output) => (typeof output.content === 'string' && output.content) || JSON.stringify(output),
});
