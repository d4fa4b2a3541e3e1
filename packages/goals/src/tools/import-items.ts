import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Project } from '../items/fields.ts';
import { GoalId } from '../items/ids.ts';
import { importItems as run } from '../transfer/import.ts';
import { importFormats } from '../transfer/readers/formats.ts';
import { renderOutcome } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { Row } from './schemas.ts';

export const importItems = defineTool({
  name: 'import_items',
  title: 'Import items',
  description:
    'Import task lists of this or other programs. A dry run unless dry_run is false. Repeated, it updates what the source changed.',
  effect: 'write',
  idempotent: true,
  input: z.strictObject({
    content: z.union([z.string(), Row]).optional(),
    file: z.string().max(1000).optional().describe('or a folder'),
    format: z.enum(importFormats).optional(),
    goal_id: GoalId.optional(),
    project: Project.optional(),
    source: z.string().trim().min(1).max(200).optional(),
    keep_ids: z.boolean().optional(),
    dry_run: z.boolean().default(true),
  }),
  // Loose: refused, warnings and examples explain themselves.
  output: z.looseObject({ dry_run: z.boolean(), goals: Row, tasks: Row }),

  async run(input, { store, identify, transferFolders = [] }: GoalsDeps, call) {
    const { signal, maxChars } = call;
    return run(store, input, { caller: identify(call), folders: transferFolders, signal, maxChars });
  },

  text: renderOutcome,
});
