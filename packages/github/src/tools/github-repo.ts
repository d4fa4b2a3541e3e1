import { defineTool, NotFoundError, ValidationError } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import type { GitHub, GitHubCall } from '../client/index.ts';
import { contentBudget, jsonLength, roomOfEach } from '../read/budget.ts';
import { Place, resume } from '../read/listing/index.ts';
import { findRelease, toRelease } from '../read/releases.ts';
import { type RepositoryPart, readPart, repositoryParts, toRepository } from '../read/repository.ts';
import type { GitHubDeps } from './deps.ts';
import { needed } from './needed.ts';
import { listFacts, PartLists, settle } from './part-lists.ts';
import { more, pairs, rowsText, writtenText } from './rows-text.ts';
import { Cursor, Limit, MaxChars, Repo, Row } from './schemas.ts';

const Part = z.enum(repositoryParts);
const kind = 'repository';
const Continued = z.strictObject({ repo: Repo, part: Part });

export const githubRepo = defineTool({
  name: 'github_repo',
  title: 'Show a repository',
  description:
    'A repository: visibility, default branch, features, merge methods, your role. include adds lists of what it has; each has a cursor of its own for its next page. tag adds one release: notes, assets.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'repos'],
  input: z.strictObject({
    repo: Repo.optional(),
    tag: z.string().trim().min(1).max(250).optional(),
    include: z.array(Part).max(repositoryParts.length).default([]),
    limit: Limit,
    cursor: Cursor.optional().describe('The next page of one list, instead of repo'),
    max_chars: MaxChars,
  }),
  output: z.object({
    repository: Row.optional(),
    release: Row.optional(),
    lists: PartLists,
  }),

  async run({ cursor, ...asked }, { github }: GitHubDeps, { signal, maxChars }) {
    const how = { call: { signal }, maxChars: contentBudget(maxChars) };
    return cursor === undefined ? whole(github, asked, how) : nextPage(github, { ...asked, cursor }, how);
  },

  text({ repository, release, lists }) {
    const mark = newMark();
    const source = typeof repository?.full_name === 'string' ? repository.full_name : 'GitHub';
    return [
      ...(repository ? [fence(pairs(repository), { source }, mark)] : []),
      ...(release ? releaseText(release, { source, mark }) : []),
      ...Object.entries(lists).flatMap(([name, { items, next_cursor, ...about }]) => [
        `${name}: ${listFacts({ items, ...about })}`,
        ...writtenText(items, repository ? `${name} of ${source}` : name, mark),
        ...more('github_repo', next_cursor, { of: name }),
      ]),
    ].join('\n');
  },
});

function releaseText(release: Record<string, unknown>, { source, mark }: { source: string; mark: string }): string[] {
  const { body, assets, body_truncated, ...facts } = release;
  const author = typeof release.author === 'string' ? release.author : undefined;
  return [
    'release:',
    fence(pairs(facts), { source }, mark),
    typeof body === 'string' && body !== '' ? fence(body, { source, author }, mark) : '(no notes)',
    ...(body_truncated ? [`The notes have ${facts.body_chars} characters; give a larger max_chars.`] : []),
    'assets:',
    rowsText(assets as Record<string, unknown>[], source, mark),
  ];
}

interface Asked {
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
  readonly include: readonly RepositoryPart[];
  readonly limit: number;
}

interface How {
  readonly call: GitHubCall;
  readonly maxChars: number;
}

/** The repository and the first page of every list that is asked for. */
async function whole(github: GitHub, { repo, tag, include, limit }: Asked, { call, maxChars }: How) {
  if (repo === undefined) throw needed('repo');
  const name = github.repo(repo);
  const [{ data }, found] = await Promise.all([
    github.rest('GET /repos/{owner}/{repo}', { ...name }, call),
    tag === undefined ? undefined : findRelease(github, { ...name, tag }, call),
  ]);
  if (tag !== undefined && !found) {
    throw new NotFoundError(`tag: ${tag} has no release.`, { hint: 'include ["releases"] lists them.' });
  }
  const repository = toRepository(data);
  const wanted = [...new Set(include)];
  const left = maxChars - jsonLength(repository);
  // Beside lists its text takes half of the room.
  const release = found && toRelease(found, wanted.length > 0 ? Math.floor(left / 2) : left);
  const room = roomOfEach(left - (release ? jsonLength(release) : 0), wanted.length);
  const lists = await Promise.all(
    wanted.map(async (part) => {
      const query = { repo: `${name.owner}/${name.repo}`, part };
      const asked = { kind, query, place: undefined, limit, maxChars: room };
      return [part, await settle(readPart(github, { ...name, part }, { asked, call }))] as const;
    }),
  );
  return { repository, ...(release && { release }), lists: Object.fromEntries(lists) };
}

/** The next page of one list. */
async function nextPage(
  github: GitHub,
  { repo, tag, limit, cursor }: Asked & { cursor: string },
  { call, maxChars }: How,
) {
  if (tag !== undefined) throw new ValidationError('tag: leave it out beside cursor, which goes on with one list.');
  const { query, place } = resume(cursor, { repo }, { kind, query: Continued, place: Place });
  const { part } = query;
  const asked = { kind, query, place, limit, maxChars };
  const page = await readPart(github, { ...github.repo(query.repo), part }, { asked, call });
  return { lists: { [part]: page } };
}
