import { AppError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { inTurns } from '../in-turns.ts';
import { readBlob } from './blob.ts';
import { createReadPath } from './folder.ts';
import { excerpt, type LineRange, linesOf, share } from './lines.ts';
import { type Located, locate } from './locate.ts';
import { type AllPaths, createAllPaths, nearPaths } from './suggest.ts';

export interface FileAsked extends LineRange {
  readonly path: string;
}

export interface ReadFilesAsked {
  readonly repo: string;
  readonly ref?: string | undefined;
  readonly files: readonly FileAsked[];
}

/** What is at one path; the fields that its kind has. */
export interface FileRead {
  path: string;
  kind: 'text' | 'binary' | 'directory' | 'submodule' | 'symlink' | 'missing' | 'not_read';
  sha?: string;
  /** Bytes. */
  size?: number;
  /** Where a symbolic link led to. */
  resolved?: string;
  content?: string;
  from?: number;
  to?: number;
  lines?: number;
  /** First line of what did not fit. */
  next_from?: number;
  encoding?: string;
  entries?: string[];
  note?: string;
}

/** Larger ones are read by range only: nobody wants two million characters by accident. */
const wholeBytes = 2_000_000;
/** GitHub has blobs up to 100 MB; a process that holds several of those has a problem. */
const mostBytes = 30_000_000;
const width = 6;

/** Files of one commit, read side by side, each with a fair share of the budget. A path that cannot be read leaves the others alone. */
export async function readFiles(
  github: GitHub,
  { repo, ref, files }: ReadFilesAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<{ repo: string; commit: string; files: FileRead[] }> {
  for (const { path, from = 1, to = from } of files) {
    if (to < from) throw new ValidationError(`files: "${path}" is asked for from line ${from} to line ${to}.`);
  }
  const name = github.repo(repo);
  const commit = await resolveCommit(github, { ...name, ref }, call);
  const at = { ...name, commit };
  const read = createReadPath(github, at, call);
  const allPaths = createAllPaths(github, at, call);
  const readBytes = async (sha: string, maxBytes: number): Promise<Uint8Array> => {
    const blob = { ...name, file_sha: sha, mediaType: { format: 'raw' } };
    const route = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';
    return (await github.rest(route, blob, { ...call, as: 'bytes', maxBytes })).data;
  };
  const readLink = async (sha: string) => new TextDecoder().decode(await readBytes(sha, 10_000));

  const drafts = await inTurns(files, width, async (file): Promise<Draft> => {
    try {
      const found = await locate(file.path, { read, readLink });
      return await describe(found, file, { readBytes, allPaths });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cancelled' || files.length === 1) throw error;
      return { read: { path: file.path, kind: 'not_read', note: error.message } };
    }
  });
  const [only] = drafts;
  if (files.length === 1 && only?.read.kind === 'missing') throw notThere(`${name.owner}/${name.repo}`, only.read);
  return { repo: `${name.owner}/${name.repo}`, commit, files: fit(drafts, maxChars) };
}

/** A file before it is known how much of it fits. */
interface Draft {
  readonly read: FileRead;
  readonly text?: { readonly lines: readonly string[]; readonly range: LineRange };
}

interface Means {
  readonly readBytes: (sha: string, maxBytes: number) => Promise<Uint8Array>;
  readonly allPaths: AllPaths;
}

async function describe(found: Located, file: FileAsked, means: Means): Promise<Draft> {
  const { path } = file;
  const resolved = found.path === path.replace(/^\.?\/+|\/+$/g, '') ? {} : { resolved: found.path };
  switch (found.kind) {
    case 'file':
      return describeFile(found, { ...file, resolved }, means);
    case 'directory': {
      const entries = found.entries.map(({ name, type, size }) =>
        type === 'file' ? `${name} ${size}` : `${name}${marks[type]}`,
      );
      const note = found.complete ? {} : { note: 'GitHub lists 1,000 entries of a folder; github_tree shows all.' };
      return { read: { path, kind: 'directory', ...resolved, entries, ...note } };
    }
    case 'submodule': {
      const note = found.url
        ? `A submodule: commit ${found.sha} of ${found.url}.`
        : `A submodule at commit ${found.sha}.`;
      return { read: { path, kind: 'submodule', sha: found.sha, ...resolved, note } };
    }
    case 'symlink': {
      const note = `A symbolic link to "${found.target}" that was not followed: ${found.why}.`;
      return { read: { path, kind: 'symlink', sha: found.sha, note } };
    }
    case 'missing': {
      const beside = found.siblings.map((name) => (found.folder ? `${found.folder}/${name}` : name));
      const near = nearPaths(found.path, [...beside, ...(await means.allPaths())]);
      const note = `There is nothing at this path.${near.length > 0 ? ` Near: ${near.join(', ')}.` : ''}`;
      return { read: { path, kind: 'missing', note } };
    }
  }
}

const marks = { dir: '/', symlink: ' ->', submodule: ' @', file: '' } as const;

async function describeFile(
  { sha, size }: Extract<Located, { kind: 'file' }>,
  { path, from, to, resolved }: FileAsked & { resolved: { resolved?: string } },
  { readBytes }: Means,
): Promise<Draft> {
  const known = { path, sha, size, ...resolved };
  const ranged = from !== undefined || to !== undefined;
  if (size > mostBytes || (size > wholeBytes && !ranged)) {
    const way = size > mostBytes ? 'Clone the repository to read it.' : 'Give from and to for a part of it.';
    return { read: { ...known, kind: 'not_read', note: `It has ${size} bytes, too many to be read whole. ${way}` } };
  }
  const blob = readBlob(await readBytes(sha, mostBytes));
  if (blob.kind === 'binary') return { read: { ...known, kind: 'binary', note: `${blob.type}, ${size} bytes.` } };
  const lines = linesOf(blob.text);
  const about = {
    ...(blob.encoding && { encoding: blob.encoding }),
    ...(blob.lfs && { note: `Kept by Git LFS: this is a pointer to ${blob.lfs.size} bytes.` }),
  };
  if ((from ?? 1) > Math.max(lines.length, 1)) {
    return { read: { ...known, kind: 'text', ...about, lines: lines.length, note: `It has ${lines.length} lines.` } };
  }
  return { read: { ...known, kind: 'text', ...about }, text: { lines, range: { from, to } } };
}

/** The contents that fit: every file gets what it wants, or the same share as the others that want more. */
function fit(drafts: readonly Draft[], maxChars: number): FileRead[] {
  const around = drafts.map(({ read }) => jsonLength({ ...read, entries: undefined }) + 90);
  const room = contentBudget(maxChars) - around.reduce((sum, each) => sum + each, 0);
  const wants = drafts.map(({ read, text }) => {
    if (read.entries) return jsonLength(read.entries);
    if (!text) return 0;
    const { from = 1, to = text.lines.length } = text.range;
    return text.lines.slice(from - 1, to).reduce((sum, line) => sum + jsonLength(line) - 2, 2);
  });
  const shares = share(room, wants);
  return drafts.map(({ read, text }, index) => {
    const most = shares[index] ?? 0;
    if (read.entries) return cutEntries(read, most);
    if (!text) return read;
    if (most < Math.min(200, wants[index] ?? 0)) {
      return { ...read, lines: text.lines.length, next_from: text.range.from ?? 1, note: 'No room was left for it.' };
    }
    const { next, cutInLine, ...part } = excerpt(text.lines, text.range, most);
    const note = cutInLine && `Line ${part.to} is longer than the room and was cut after ${cutInLine} characters.`;
    return { ...read, ...part, ...(next && { next_from: next }), ...(note && { note }) };
  });
}

function cutEntries(read: FileRead, most: number): FileRead {
  const { entries = [] } = read;
  let used = 1;
  const count = entries.findIndex((entry) => {
    used += jsonLength(entry) + 1;
    return used > most;
  });
  if (count === -1) return read;
  return {
    ...read,
    entries: entries.slice(0, count),
    note: `${entries.length - count} more entries; github_tree lists them.`,
  };
}

const notThere = (repo: string, { path, note = '' }: FileRead): NotFoundError =>
  new NotFoundError(`${repo} has nothing at "${path}".`, {
    hint: note.includes('Near:') ? `${note.slice(note.indexOf('Near:'))}` : 'github_tree lists what there is.',
  });
