import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import { z } from 'zod';
import { readHistory, shows } from '../read/history/index.ts';
import type { GitHubDeps } from './deps.ts';
import { label, more, rowsText, shown } from './rows-text.ts';
import { Cursor, Limit, MaxChars, Repo, Row, Rows } from './schemas.ts';

const Name = z.string().trim().min(1).max(250);
const Time = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?Z)?$/,
    'must be YYYY-MM-DD or a UTC time like 2025-01-01T10:00:00Z',
  );
const Line = z.int().min(1).max(100_000_000);

export const githubHistory = defineTool({
  name: 'github_history',
  title: 'Read history',
  description:
    'Commits of a ref, path, author or time; one commit with its files; two refs compared; or who last changed each line (blame).',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'repos'],
  input: z.strictObject({
    repo: Repo.optional(),
    show: z.enum(shows).optional(),
    ref: Name.optional().describe('Branch, tag or sha'),
    path: z.string().trim().min(1).max(4096).optional(),
    author: Name.optional(),
    since: Time.optional(),
    until: Time.optional(),
    base: Name.optional().describe('compare'),
    head: Name.optional(),
    from: Line.optional().describe('blame'),
    to: Line.optional(),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string(),
    show: z.string(),
    about: Row.optional(),
    rows: Rows,
    files: Rows.optional(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readHistory(github, input, { signal, maxChars });
    annotate({ show: answer.show, rows: answer.rows.length });
    return answer;
  },

  text({ repo, show, about = {}, rows, files, notes, next_cursor }) {
    const mark = newMark();
    const { message, author, ...facts } = about;
    const head = Object.entries(facts).map(([name, value]) => `${name} ${shown(value)}`);
    return [
      label(`${repo} ${show}${head.length > 0 ? `: ${head.join(' · ')}` : ''}`),
      ...(typeof message === 'string'
        ? [fence(message, { source: `a commit of ${repo}`, author: String(author) }, mark)]
        : []),
      rowsText(rows, `${repo} ${show}`),
      ...(files ? ['Files:', rowsText(files, `${repo} ${show}`)] : []),
      ...notes,
      ...more('github_history', next_cursor),
    ].join('\n');
  },
});
