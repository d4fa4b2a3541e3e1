import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import { z } from 'zod';
import { numbered, readDiff } from '../read/diff/index.ts';
import type { GitHubDeps } from './deps.ts';
import { label, more } from './rows-text.ts';
import { Cursor, IssueNumber, MaxChars, Repo } from './schemas.ts';

const Globs = z.array(z.string().min(1).max(200)).max(20);

const Hunk = z.object({
  hunk: z.number(),
  header: z.string(),
  old_start: z.number(),
  new_start: z.number(),
  text: z.string(),
});
const File = z.object({
  path: z.string(),
  sha: z.string().optional(),
  status: z.string().optional(),
  previous: z.string().optional(),
  additions: z.number(),
  deletions: z.number(),
  hunks: z.array(Hunk).optional(),
  of_hunks: z.number().optional(),
  note: z.string().optional(),
});

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
    file: z.string().min(1).max(4096).optional().describe('Only this one'),
    hunk: z.int().min(1).max(100_000).optional().describe('Of file'),
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string(),
    number: z.number(),
    head: z.string(),
    base: z.string(),
    files: z.array(File),
    changed_files: z.number(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readDiff(github, input, { signal, maxChars });
    annotate({ repo: answer.repo, number: answer.number, files: answer.files.length });
    return answer;
  },

  text({ repo, number, head, files, changed_files, notes, next_cursor }) {
    const mark = newMark();
    return [
      `${repo}#${number} at ${head}: ${changed_files} files changed`,
      ...files.map((file) => fileText(file, { source: `${repo}#${number}`, mark })),
      ...notes,
      ...more('github_pull_diff', next_cursor),
    ].join('\n');
  },
});

function fileText(file: z.infer<typeof File>, { source, mark }: { source: string; mark: string }): string {
  const { path, status, previous, additions, deletions, hunks = [], of_hunks, note } = file;
  const facts = [
    `+${additions} -${deletions}`,
    ...(status ? [status] : []),
    ...(previous ? [`was ${previous}`] : []),
    ...(of_hunks ? [`${hunks.length} of ${of_hunks} hunks here`] : []),
  ];
  const text = hunks.map((hunk) => `[hunk ${hunk.hunk}] ${hunk.header}\n${numbered(hunk)}`).join('\n');
  const head = label(`${path} (${facts.join(', ')})`);
  return [fence(text ? `${head}\n${text}` : head, { source }, mark), ...(note ? [label(note)] : [])].join('\n');
}
