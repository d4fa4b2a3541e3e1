import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { gistParts, readGists } from '../read/gists/index.ts';
import type { GitHubDeps } from './deps.ts';
import { label, more, pairs, rowsText, writtenText } from './rows-text.ts';
import { Cursor, Limit, Login, MaxChars, Row, Rows } from './schemas.ts';
import { GistId } from './write-schemas.ts';

const File = z.object({
  name: z.string(),
  size: z.number(),
  content: z.string().optional(),
  from: z.number().optional(),
  to: z.number().optional(),
  lines: z.number().optional(),
  next_from: z.number().optional(),
  note: z.string().optional(),
});

export const githubGists = defineTool({
  name: 'github_gists',
  title: 'Read gists',
  description: 'Your gists, or those of a user; with gist_id one of them with its files, and what include asks for.',
  effect: 'read',
  openWorld: true,
  toolsets: ['gists'],
  input: z.strictObject({
    gist_id: GistId.optional(),
    include: z.array(z.enum(gistParts)).min(1).max(2).optional(),
    from: z.int().min(1).max(10_000_000).optional().describe('First line of its files'),
    user: Login.optional(),
    starred: z.boolean().optional(),
    since: z.iso.datetime().optional(),
    limit: Limit,
    cursor: Cursor.optional(),
    max_chars: MaxChars,
  }),
  output: z.object({
    gist: Row.optional(),
    files: z.array(File).optional(),
    history: Rows.optional(),
    rows: Rows,
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
    notes: z.array(z.string()),
  }),

  async run({ max_chars: _, ...input }, { github }: GitHubDeps, { signal, maxChars, annotate }) {
    const answer = await readGists(github, input, { signal, maxChars });
    annotate({ rows: answer.rows.length });
    return answer;
  },

  text({ gist, files = [], history = [], rows, notes, next_cursor }) {
    const mark = newMark();
    const author = typeof gist?.author === 'string' ? gist.author : undefined;
    const source = `gist ${String(gist?.gist_id ?? '')}`.trim();
    const isOne = gist !== undefined || rows.some((row) => 'comment_id' in row);
    return [
      ...(gist ? [fence(pairs(gist), { source, author }, mark)] : []),
      ...files.flatMap(({ name, content, from, to, lines, next_from, note }) => [
        fence(label(`${name} (lines ${from ?? 0}-${to ?? 0} of ${lines ?? 0})`), { source }, mark),
        ...(content ? [fence(content, { source, author }, mark)] : []),
        ...(note ? [note] : []),
        ...(next_from ? [`Goes on at line ${next_from}.`] : []),
      ]),
      ...writtenText(history, `versions of ${source}`, mark),
      ...(isOne ? writtenText(rows, `comments on ${source}`, mark) : [rowsText(rows, 'gists')]),
      ...notes,
      ...more('github_gists', next_cursor),
    ].join('\n');
  },
});
