import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { Project, When } from '../items/fields.ts';
import { resumeWork as resume } from '../work/resume.ts';
import { renderResume } from '../work/text.ts';
import type { GoalsDeps } from './deps.ts';
import { MaxChars, Row, Rows } from './schemas.ts';

export const resumeWork = defineTool({
  name: 'resume_work',
  title: 'Resume work',
  description:
    'Call first in a session: my claims, those of my ended sessions, handoffs, goals in progress, what can start, what others changed.',
  effect: 'read',
  toolsets: ['core'],
  input: z.strictObject({
    project: Project.optional(),
    since: When.optional().describe('default: a day ago'),
    max_chars: MaxChars,
  }),
  output: z.object({
    you: Row,
    since: z.string(),
    my_tasks: Rows,
    my_earlier_sessions: Rows,
    handoffs: Rows,
    goals: Rows,
    ready: Rows,
    changed_by_others: Rows,
    agents: Rows,
    why_nothing: z.string().optional(),
    truncated: z.boolean().optional(),
    left_out: z.array(z.string()).optional(),
  }),

  async run({ project, since }, { store, identify }: GoalsDeps, call) {
    return resume(store, { project, since, maxChars: call.maxChars }, identify(call));
  },

  text: renderResume,
});
