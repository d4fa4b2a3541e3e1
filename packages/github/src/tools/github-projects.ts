import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { readProjects } from '../read/projects/index.ts';
import type { GitHubDeps } from './deps.ts';
import { more, rowsText, writtenText } from './rows-text.ts';
import { Cursor, IssueNumber, Limit, Login, MaxChars, Row, Rows } from './schemas.ts';

export const githubProjects = defineTool({
  name: 'github_projects',
  title: 'Read projects',
  description:
    'Projects of a user or organisation; with number one of them, its fields and its items with their values.',
  effect: 'read',
  openWorld: true,
  toolsets: ['projects'],
  input: z.strictObject({
    owner: Login.optional(),
    number: IssueNumber.optional(),
    query: z.string().trim().min(1).max(250).optional().describe('In titles'),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    owner: z.string(),
    project: Row.optional(),
    readme: z.string().optional(),
    fields: Rows.optional(),
    rows: Rows,
    total: z.number(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readProjects(github, input, { signal, maxChars });
    annotate({ owner: answer.owner, rows: answer.rows.length });
    return answer;
  },

  text({ owner, project, readme, fields = [], rows, total, notes, next_cursor }) {
    const mark = newMark();
    return [
      ...(project ? writtenText([project], owner, mark) : []),
      ...(readme === undefined ? [] : ['Readme:', fence(readme, { source: owner }, mark)]),
      ...(fields.length > 0 ? ['Fields:', ...writtenText(fields, owner, mark)] : []),
      `${rows.length} of ${total}:`,
      rowsText(rows, `projects of ${owner}`),
      ...notes,
      ...more('github_projects', next_cursor),
    ].join('\n');
  },
});
