import { defineTool } from '@mcp-servers/core';
import { newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { counted } from '../read/counted.ts';
import { readPullDiff } from '../read/diff/index.ts';
import { Globs } from '../read/globs/index.ts';
import type { GitHubDeps } from './deps.ts';
import { DiffFile, diffText } from './diff-text.ts';
import { more } from './rows-text.ts';
import { Cursor, IssueNumber, MaxChars, Repo } from './schemas.ts';

export const githubPullDiff = defineTool({
  name: 'github_pull_diff',
  title: 'Read the diff of a pull request',
  description:
    'Whole hunks, file by file. Lines have their number on the new side (-n: on the old side), which is the line of a review comment.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'pulls'],
  input: z.strictObject({
    repo: Repo.optional(),
    number: IssueNumber.optional(),
    include: Globs.optional().describe('Globs: *.ts, src/**'),
    exclude: Globs.optional(),
    path: z.string().min(1).max(4096).optional().describe('Only this file'),
    hunk: z.int().min(1).max(100_000).optional().describe('Of path'),
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string(),
    number: z.number(),
    head: z.string(),
    base: z.string(),
    files: z.array(DiffFile),
    changed_files: z.number(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readPullDiff(github, input, { signal, maxChars });
    annotate({ repo: answer.repo, number: answer.number, files: answer.files.length });
    return answer;
  },

  text({ repo, number, head, files, changed_files, notes, next_cursor }) {
    const mark = newMark();
    return [
      `${repo}#${number} at ${head}: ${counted(changed_files, 'file')} changed`,
      ...files.map((file) => diffText(file, { source: `${repo}#${number}`, mark })),
      ...notes,
      ...more('github_pull_diff', next_cursor),
    ].join('\n');
  },
});
