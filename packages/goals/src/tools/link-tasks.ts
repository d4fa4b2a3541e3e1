import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { LinkType } from '../items/fields.ts';
import { TaskId } from '../items/ids.ts';
import { linkTasks as link } from '../work/link.ts';
import { renderOutcome } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { Rows } from './schemas.ts';

const Link = z.strictObject({ from: TaskId, to: TaskId, type: LinkType.default('blocks') });
const Links = z.array(Link).max(100).meta({ id: 'Links' }).optional();

export const linkTasks = defineTool({
  name: 'link_tasks',
  title: 'Link tasks',
  description: 'Add and remove links, across goals, all or none. blocks: to waits for from. Loops are refused.',
  effect: 'write',
  idempotent: true,
  input: z.strictObject({ add: Links, remove: Links }),
  output: z.looseObject({ links: Rows, tasks: Rows }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { links, tasks } = await link(store, input, { caller: identify(call), signal: call.signal });
    return { links: links.map((entry) => ({ ...entry })), tasks };
  },

  text: renderOutcome,
});
