import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { Globs } from '../read/globs/index.ts';
import { readHistory, shows } from '../read/history/index.ts';
import type { GitHubDeps } from './deps.ts';
import { DiffFile, diffText, filesText } from './diff-text.ts';
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
    'Commits of a ref, path, author or time; one commit or two refs compared, with their files (diff: and hunks); or who last changed each line (blame).',
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
    head: Name.optional().describe('In a fork owner:branch'),
    diff: z.boolean().optional(),
    include: Globs.optional().describe('Globs of files: *.ts, src/**'),
    exclude: Globs.optional(),
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
    files: z.array(DiffFile).optional(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readHistory(github, input, { signal, maxChars });
    annotate({ show: answer.show, rows: answer.rows.length, files: answer.files?.length ?? 0 });
    return answer;
  },

  text({ repo, show, about = {}, rows, files, notes, next_cursor }) {
    const mark = newMark();
    const source = `${repo} ${show}`;
    const { message, author, ...facts } = about;
    const head = Object.entries(facts).map(([name, value]) => `${name} ${shown(value)}`);
    return [
      label(`${repo} ${show}${head.length > 0 ? `: ${head.join(' · ')}` : ''}`),
      ...(typeof message === 'string'
        ? [fence(message, { source: `a commit of ${repo}`, author: String(author) }, mark)]
        : []),
      ...(files && rows.length === 0 ? [] : [rowsText(rows, source)]),
      ...(files ? filesOf(files, { source, mark }) : []),
      ...notes.map(label),
      ...more('github_history', next_cursor),
    ].join('\n');
  },
});

const filesOf = (files: readonly DiffFile[], how: { source: string; mark: string }): string[] =>
  files.some(({ hunks, note }) => hunks ?? note)
    ? files.map((file) => diffText(file, how))
    : ['Files:', filesText(files, how)];
