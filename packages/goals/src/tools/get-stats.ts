import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Project } from '../items/fields.ts';
import { GoalId } from '../items/ids.ts';
import { groupings } from '../stats/repository.ts';
import { renderStats } from '../work/report-text.ts';
import { getStats as get } from '../work/stats.ts';
import type { GoalsDeps } from './deps.ts';
import { MaxChars, Row } from './schemas.ts';

export const getStats = defineTool({
  name: 'get_stats',
  title: 'Show figures',
  description: 'Counts, progress; throughput, lead and cycle times of the last days; tags; store and its health.',
  effect: 'read',
  input: z.strictObject({
    goal_id: GoalId.optional(),
    project: Project.optional(),
    group_by: z.enum(groupings).optional(),
    days: z.int().min(1).max(90).default(14),
    stale_days: z.int().min(1).max(3650).default(7),
    limit: z.int().min(1).max(100).default(20),
    max_chars: MaxChars,
  }),
  // Open, because naming every section would take more of each client's context than the rest of the tool.
  output: z.looseObject({ tasks: Row }),

  async run({ max_chars: _, ...input }, deps: GoalsDeps, call) {
    return get(deps, input, { maxChars: call.maxChars });
  },

  text: renderStats,
});
