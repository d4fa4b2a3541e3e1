import { NotFoundError, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { counted } from '../counted.ts';
import { partsOf } from '../files/paths.ts';
import { Globs, toFilter } from '../globs/index.ts';
import { resume, toCursor } from '../listing/index.ts';
import { nearHint } from '../near.ts';
import { findTree, type TreeItem, walkTree } from './walk.ts';

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
  /** The first folders that were too many to be read. */
  not_read?: string[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

const mostUnread = 20;

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
  const files = items.filter(({ type, path: each }) => type !== 'dir' && matches(each));
  // Folders that hold nothing that was read stand for themselves, unless names are looked for.
  const folders = isFiltered(query) ? [] : items.filter(({ type }) => type === 'dir');
  const wanted = select({ files, folders }, { depth: query.depth, level: parts.length });
  const start = place === undefined ? 0 : wanted.findIndex((row) => comesAfter(row.path, place.after));
  const room = contentBudget(maxChars) - jsonLength(unread.slice(0, mostUnread));
  const page = fill(start === -1 ? [] : wanted.slice(start), room);
  const { last, left } = page;
  return {
    ...{ repo: `${name.owner}/${name.repo}`, commit, folders: page.folders, files: files.length },
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    ...(unread.length > 0 && { not_read: unread.slice(0, mostUnread) }),
    ...(left > 0 && { truncated: true, next_cursor: toCursor('tree', query, { commit, after: last }) }),
    notes: [
      ...(left > 0 ? [`${counted(left, 'more entry', 'more entries')} did not fit.`] : []),
      ...(unread.length > 0
        ? [
            `The repository is too large to be listed at once: ${unread.length} folders were not read. Ask for them by path.`,
          ]
        : []),
      ...(files.length + wanted.length + unread.length === 0 ? ['Nothing matches.'] : []),
    ],
  };
}

const isFiltered = ({ include = [], exclude = [] }: TreeQuery): boolean => include.length + exclude.length > 0;

interface Row extends TreeItem {
  readonly inside?: number;
}

/** Files that match, and the folders that the depth closes, in the order of their paths. */
function select(
  { files, folders }: { files: readonly TreeItem[]; folders: readonly TreeItem[] },
  { depth = 100, level }: { depth: number | undefined; level: number },
): Row[] {
  const rows: Row[] = [];
  const closed = new Map<string, number>();
  for (const item of files) {
    const parts = item.path.split('/');
    if (parts.length - level <= depth) rows.push(item);
    else {
      const folder = parts.slice(0, level + depth).join('/');
      closed.set(folder, (closed.get(folder) ?? 0) + 1);
    }
  }
  for (const [path, inside] of closed) rows.push({ path, type: 'dir', size: 0, sha: '', inside });
  for (const item of folders) {
    if (item.path.split('/').length - level === depth && !closed.has(item.path)) rows.push(item);
  }
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
  const is = found ? `is a ${found.type}, no folder` : 'is not there';
  return new NotFoundError(`path: "${path}": ${missing} ${is} in ${owner}/${repo}.`, {
    hint: found ? 'Read it with github_read_files.' : nearHint(missing, beside),
  });
}
