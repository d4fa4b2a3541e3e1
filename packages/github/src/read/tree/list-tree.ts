import { NotFoundError, nearest, ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { partsOf } from '../files/paths.ts';
import { type Matches, toFilter } from '../globs/index.ts';
import { resume, toCursor } from '../listing/index.ts';
import { findTree, type TreeItem, walkTree } from './walk.ts';

const Globs = z.array(z.string().min(1).max(200)).max(20);
const TreeQuery = z.strictObject({
  repo: z.string().max(250),
  ref: z.string().max(250).optional(),
  path: z.string().max(4096).optional(),
  include: Globs.optional(),
  exclude: Globs.optional(),
  depth: z.int().min(1).max(100).optional(),
});
type TreeQuery = z.infer<typeof TreeQuery>;

/** The commit of the first page, so that all pages are of one state, and the last path that was given. */
const Place = z.strictObject({ commit: z.string().regex(/^[0-9a-f]{40,64}$/), after: z.string().max(4096) });

export type TreeAsked = { readonly [K in keyof TreeQuery]?: TreeQuery[K] | undefined } & {
  readonly cursor?: string | undefined;
};

/** A folder with what is in it; `inside` counts what the depth leaves out. */
export interface Folder {
  path: string;
  entries: { name: string; type?: 'dir' | 'symlink' | 'submodule'; size?: number; inside?: number }[];
}

export interface TreeAnswer {
  repo: string;
  commit: string;
  folders: Folder[];
  /** Of everything that matches, on this page or not. */
  files: number;
  bytes: number;
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

/** Files of a commit by folder, sorted by path, filtered by globs and depth. */
export async function listTree(
  github: GitHub,
  { cursor, ...asked }: TreeAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<TreeAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'tree', query: TreeQuery, place: Place });
  const name = github.repo(query.repo);
  const matches = toFilter(query);
  const parts = partsOf(query.path ?? '');
  if (parts === undefined) throw new ValidationError(`path: "${query.path}" leads out of the repository.`);
  const commit = place?.commit ?? (await resolveCommit(github, { ...name, ref: query.ref }, call));
  const root = await findTree(github, { ...name, commit, parts }, call);
  if ('missing' in root) throw noFolder({ ...name, path: parts.join('/') }, root);
  const path = parts.join('/');
  const { items, unread } = await walkTree(
    github,
    { ...name, root: { ...root, path }, recursive: query.depth !== 1 },
    call,
  );
  const wanted = select(items, { matches, depth: query.depth, level: parts.length, filtered: isFiltered(query) });
  const start = place === undefined ? 0 : wanted.findIndex((row) => comesAfter(row.path, place.after));
  const { folders, last, left } = fill(start === -1 ? [] : wanted.slice(start), contentBudget(maxChars));
  const files = items.filter(({ type, path: each }) => type !== 'dir' && matches(each));
  return {
    ...{ repo: `${name.owner}/${name.repo}`, commit, folders, files: files.length },
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    ...(left > 0 && { truncated: true, next_cursor: toCursor('tree', query, { commit, after: last }) }),
    notes: [
      ...(left > 0 ? [`${left} more entries did not fit.`] : []),
      ...(unread.length > 0
        ? [
            `The repository is too large to be listed at once. Not read: ${unread.slice(0, 20).join(', ')}${unread.length > 20 ? ` and ${unread.length - 20} more folders` : ''}. Ask for them by path.`,
          ]
        : []),
      ...(files.length === 0 && wanted.length === 0 ? ['Nothing matches.'] : []),
    ],
  };
}

const isFiltered = ({ include = [], exclude = [] }: TreeQuery): boolean => include.length + exclude.length > 0;

interface Row extends TreeItem {
  readonly inside?: number;
}

/** Files that match, and the folders that the depth closes, in the order of their paths. */
function select(
  items: readonly TreeItem[],
  {
    matches,
    depth = 100,
    level,
    filtered,
  }: { matches: Matches; depth: number | undefined; level: number; filtered: boolean },
): Row[] {
  const rows: Row[] = [];
  const closed = new Map<string, number>();
  const emptyOrUnread = new Map<string, TreeItem>();
  for (const item of items) {
    const parts = item.path.split('/');
    if (item.type === 'dir') {
      if (parts.length - level === depth && !filtered) emptyOrUnread.set(item.path, item);
      continue;
    }
    if (!matches(item.path)) continue;
    if (parts.length - level <= depth) rows.push(item);
    else {
      const folder = parts.slice(0, level + depth).join('/');
      closed.set(folder, (closed.get(folder) ?? 0) + 1);
    }
  }
  for (const [path, inside] of closed) rows.push({ path, type: 'dir', size: 0, sha: '', inside });
  for (const item of emptyOrUnread.values()) if (!closed.has(item.path)) rows.push(item);
  return rows.sort((a, b) => (comesAfter(a.path, b.path) ? 1 : -1));
}

/** Folder by folder: what stands in a folder comes before what stands deeper. */
function comesAfter(a: string, b: string): boolean {
  const [folderA, folderB] = [folderOf(a), folderOf(b)];
  return folderA === folderB ? a > b : folderA > folderB;
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function fill(rows: readonly Row[], maxChars: number): { folders: Folder[]; last: string; left: number } {
  const folders: Folder[] = [];
  let used = 2;
  let last = '';
  for (const [index, { path, type, size, inside }] of rows.entries()) {
    const folder = folderOf(path);
    const entry = {
      name: path.slice(folder.length === 0 ? 0 : folder.length + 1),
      ...(type === 'file' ? { size } : { type }),
      ...(inside !== undefined && { inside }),
    };
    const open = folders.at(-1);
    const same = open?.path === folder ? open : undefined;
    used += jsonLength(entry) + 1 + (same ? 0 : jsonLength(folder) + 25);
    if (used > maxChars && index > 0) return { folders, last, left: rows.length - index };
    if (same) same.entries.push(entry);
    else folders.push({ path: folder, entries: [entry] });
    last = path;
  }
  return { folders, last, left: 0 };
}

function noFolder(
  { path, owner, repo }: RepositoryName & { path: string },
  { missing, beside, found }: { missing: string; beside: string[]; found?: TreeItem },
): NotFoundError {
  const near = nearest(missing, beside);
  const is = found ? `is a ${found.type}, no folder` : 'is not there';
  return new NotFoundError(`path: "${path}": ${missing} ${is} in ${owner}/${repo}.`, {
    hint: found
      ? 'Read it with github_read_files.'
      : near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : `Beside it are ${beside.slice(0, 10).join(', ') || 'no other entries'}.`,
  });
}
