import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import type { InternetDeps } from './deps.ts';

export const webStatus = defineTool({
  name: 'web_status',
  title: 'State of web access',
  description:
    'Search providers and their quotas, hosts that rest after failures, kept copies, and the rules in force.',
  effect: 'read',
  toolsets: ['search', 'read', 'site'],
  input: z.strictObject({}),
  output: z.looseObject({}),

  async run(_, { status }: InternetDeps) {
    return status();
  },

  text: (state) => JSON.stringify(state, null, 2),
});
