import { AppError, defineTool } from '@mcp-servers/core';
import { fence } from '@mcp-servers/core/outside';
import { z } from 'zod';
import { openList } from '../read/list.ts';
import { readPart, repositoryParts, toRepository } from '../read/repository.ts';
import type { GitHubDeps } from './deps.ts';
import { needed } from './needed.ts';
import { Cursor, Limit, MaxChars, Repo, Row, Rows } from './schemas.ts';

const Part = z.enum(repositoryParts);
const Continued = z.strictObject({ repo: Repo, part: Part });

export const githubRepo = defineTool({
  name: 'github_repo',
  title: 'Show a repository',
  description:
    'A repository: visibility, default branch, features, merge methods, your role. include adds lists of what it has; each has a cursor of its own for its next page.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'repos'],
  input: z.strictObject({
    repo: Repo.optional(),
    include: z.array(Part).max(repositoryParts.length).default([]),
    limit: Limit,
    cursor: Cursor.optional().describe('The next page of one list, instead of repo'),
    max_chars: MaxChars,
  }),
  output: z.object({
    repository: Row.optional(),
    lists: z.record(
      z.string(),
      z.object({
        items: Rows,
        next_cursor: z.string().optional(),
        truncated: z.boolean().optional(),
        not_read: z.string().optional(),
      }),
    ),
  }),

  async run({ repo, include, limit, cursor }, { github }: GitHubDeps, { signal, maxChars }) {
    const call = { signal };
    if (cursor !== undefined) {
      const list = openList(Continued, { cursor });
      const { part } = list.query;
      const name = github.repo(list.query.repo);
      const page = await readPart(github, { ...name, part }, { asked: { list, limit, maxChars }, call });
      return { lists: { [part]: page } };
    }
    if (repo === undefined) throw needed('repo');
    const name = github.repo(repo);
    const { data } = await github.rest('GET /repos/{owner}/{repo}', { ...name }, call);
    const repository = toRepository(data);
    const room = maxChars - JSON.stringify(repository).length;
    const wanted = [...new Set(include)];
    const lists = await Promise.all(
      wanted.map(async (part) => {
        const list = openList(Continued, { repo: `${name.owner}/${name.repo}`, part });
        const asked = { list, limit, maxChars: Math.max(500, Math.floor(room / wanted.length)) };
        return [part, await settle(readPart(github, { ...name, part }, { asked, call }))] as const;
      }),
    );
    return { repository, lists: Object.fromEntries(lists) };
  },

  text: ({ repository, lists }) =>
    [
      ...(repository ? [fence(JSON.stringify(repository, null, 1), { source: 'GitHub' })] : []),
      ...Object.entries(lists).flatMap(([name, { items, next_cursor, not_read }]) => [
        `${name}:${not_read ? ` not read: ${not_read}` : ''}`,
        ...(items.length > 0 ? [fence(items.map(rowText).join('\n'), { source: name })] : []),
        ...(next_cursor ? [`  More: github_repo with cursor "${next_cursor}"`] : []),
      ]),
    ].join('\n'),
});

const rowText = (row: Record<string, unknown>): string => Object.values(row).join('  ');

/** A list that may not be read, such as collaborators, leaves the others readable. */
async function settle<T>(page: Promise<T>): Promise<T | { items: []; not_read: string }> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof AppError) || !['auth', 'not_found', 'validation'].includes(error.code)) throw error;
    return { items: [], not_read: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}
