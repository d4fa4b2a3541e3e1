import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { counted } from '../read/counted.ts';
import { Globs } from '../read/globs/index.ts';
import { listTree } from '../read/tree/index.ts';
import type { GitHubDeps } from './deps.ts';
import { more } from './rows-text.ts';
import { Cursor, MaxChars, Repo } from './schemas.ts';

const Folder = z.object({
  path: z.string(),
  entries: z.array(
    z.object({
      name: z.string(),
      type: z.string().optional(),
      size: z.number().optional(),
      inside: z.number().optional(),
    }),
  ),
});

export const githubTree = defineTool({
  name: 'github_tree',
  title: 'List files',
  description:
    'Files of a commit by folder, with their sizes. Globs find files by name: *.ts anywhere, src/**/*.ts below src.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'repos'],
  input: z.strictObject({
    repo: Repo.optional(),
    ref: z.string().trim().min(1).max(250).optional(),
    path: z.string().max(4096).optional(),
    include: Globs.optional(),
    exclude: Globs.optional(),
    depth: z.int().min(1).max(100).optional().describe('Levels'),
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    repo: z.string(),
    commit: z.string(),
    folders: z.array(Folder),
    files: z.number(),
    bytes: z.number(),
    not_read: z.array(z.string()).optional(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await listTree(github, input, { signal, maxChars });
    annotate({ files: answer.files });
    return answer;
  },

  text({ repo, commit, folders, files, bytes, not_read = [], notes, next_cursor }) {
    const mark = newMark();
    const lines = folders.flatMap(({ path, entries }) => {
      const indent = path === '' ? '' : '  ';
      return [...(path === '' ? [] : [`${path}/`]), ...entries.map((entry) => indent + entryText(entry))];
    });
    return [
      `${repo} at ${commit}: ${counted(files, 'file')}, ${sized(bytes)}`,
      ...(lines.length > 0 ? [fence(lines.join('\n'), { source: repo }, mark)] : []),
      ...(not_read.length > 0 ? ['Not read:', fence(not_read.join('\n'), { source: repo }, mark)] : []),
      ...notes,
      ...more('github_tree', next_cursor),
    ].join('\n');
  },
});

function entryText({ name, type, size = 0, inside }: z.infer<typeof Folder>['entries'][number]): string {
  if (type === 'dir') return `${name}/${inside === undefined ? '' : ` (${counted(inside, 'file')})`}`;
  return type === undefined ? `${name} ${sized(size)}` : `${name} (${type})`;
}

function sized(bytes: number): string {
  if (bytes < 1000) return String(bytes);
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)}K` : `${(bytes / 1_000_000).toFixed(1)}M`;
}
