import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Project, Tag } from '../items/fields.ts';
import { renameTag as rename } from '../work/rename-tag.ts';
import { renderOutcome } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';

export const renameTag = defineTool({
  name: 'rename_tag',
  title: 'Rename or merge a tag',
  description: 'Rename a tag on every goal and task, ignoring case. Where both are there, they become one.',
  effect: 'write',
  idempotent: true,
  input: z.strictObject({ from: Tag, to: Tag, project: Project.optional() }),
  output: z.looseObject({ tag: z.string(), goals: z.number(), tasks: z.number() }),

  async run(input, { store, identify }: GoalsDeps, call) {
    return rename(store, input, { caller: identify(call), signal: call.signal });
  },

  text: renderOutcome,
});
