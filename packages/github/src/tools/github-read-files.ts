import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { readFiles } from '../read/files/index.ts';
import type { GitHubDeps } from './deps.ts';
import { label } from './rows-text.ts';
import { MaxChars, Repo } from './schemas.ts';

const Line = z.int().min(1).max(100_000_000);

const File = z.object({
  path: z.string(),
  kind: z.string(),
  sha: z.string().optional(),
  size: z.number().optional(),
  resolved: z.string().optional(),
  content: z.string().optional(),
  from: z.number().optional(),
  to: z.number().optional(),
  lines: z.number().optional(),
  next_from: z.number().optional(),
  encoding: z.string().optional(),
  entries: z.array(z.string()).optional(),
  note: z.string().optional(),
});

export const githubReadFiles = defineTool({
  name: 'github_read_files',
  title: 'Read files',
  description:
    'Read 1-20 files of one commit, whole or by lines, each with its sha. Links are followed, folders listed; what does not fit says where to go on (next_from).',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'repos'],
  input: z.strictObject({
    repo: Repo,
    ref: z.string().trim().min(1).max(250).optional().describe('Branch, tag or sha; default branch'),
    files: z
      .array(z.strictObject({ path: z.string().max(4096), from: Line.optional(), to: Line.optional() }))
      .min(1)
      .max(20),
    line_numbers: z.boolean().default(false),
    max_chars: MaxChars,
  }),
  output: z.object({ repo: z.string(), commit: z.string(), files: z.array(File), numbered: z.boolean() }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readFiles(github, input, { signal, maxChars });
    annotate({ files: answer.files.length });
    return { ...answer, numbered: input.line_numbers };
  },

  text({ repo, commit, files, numbered }) {
    const mark = newMark();
    return [`${repo} at ${commit}`, ...files.map((file) => fileText(file, { repo, numbered, mark }))].join('\n\n');
  },
});

function fileText(
  { content, entries, from = 1, ...file }: z.infer<typeof File>,
  { repo, numbered, mark }: { repo: string; numbered: boolean; mark: string },
): string {
  const { path, kind, sha, size, resolved, to, lines, next_from, encoding, note } = file;
  const facts = [
    kind,
    ...(size === undefined ? [] : [`${size} bytes`]),
    ...(content === undefined ? [] : [`lines ${from}-${to} of ${lines}`]),
    ...(encoding ? [`read as ${encoding}`] : []),
    ...(sha ? [`sha ${sha}`] : []),
    ...(resolved ? ['a link'] : []),
  ];
  const shown = entries?.join('\n') ?? (numbered && content ? withNumbers(content, from) : content);
  // What a link leads to, and the names near one that is missing, are others' words; the path is the caller's.
  const words = [...(resolved ? [`link to ${resolved}`] : []), ...(note ? [note] : [])];
  return [
    label(`${path} (${facts.join(', ')})`),
    ...(words.length > 0 ? [fence(words.join('\n'), { source: repo }, mark)] : []),
    ...(shown === undefined ? [] : [fence(shown, { source: `${repo}/${path}` }, mark)]),
    ...(next_from ? [`Goes on at line ${next_from}: ask for from ${next_from}.`] : []),
  ].join('\n');
}

function withNumbers(content: string, from: number): string {
  const lines = content.replace(/\n$/, '').split('\n');
  const width = String(from + lines.length - 1).length;
  return lines.map((line, n) => `${String(from + n).padStart(width)} ${line}`).join('\n');
}
