import { AppError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { counted } from '../counted.ts';
import { inTurns } from '../in-turns.ts';
import { quoted } from '../near.ts';
import { readBlob } from './blob.ts';
import { createReadPath } from './folder.ts';
import { keepLines, type LineRange, type LinesKept, share, showLines, wantOf } from './lines.ts';
import { type Located, locate } from './locate.ts';
import { type AllPaths, createAllPaths, nearPaths } from './suggest.ts';

export interface FileAsked extends LineRange {
  readonly path: string;
}

export interface ReadFilesAsked {
  readonly repo: string;
  readonly ref?: string | undefined;
  readonly files: readonly FileAsked[];
  /** The text will have the numbers of lines, which take room. */
  readonly line_numbers?: boolean;
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
/** A number and a blank before a line. */
const numberChars = 6;

/** Files of one commit, read side by side, each with a fair share of the budget. A path that cannot be read leaves the others alone. */
export async function readFiles(
  github: GitHub,
  { repo, ref, files, line_numbers = false }: ReadFilesAsked,
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
  const oneByOne = createTurns();
  const readLink = async (sha: string) => new TextDecoder().decode(await readBytes(sha, 10_000));

  const drafts = await inTurns(files, width, async (file): Promise<Draft> => {
    try {
      const found = await locate(file.path, { read, readLink });
      return await describe(found, file, { readBytes, allPaths, oneByOne, maxChars });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cancelled' || files.length === 1) throw error;
      return { read: { path: file.path, kind: 'not_read', note: error.message } };
    }
  });
  const [only] = drafts;
  if (files.length === 1 && only?.read.kind === 'missing') throw notThere(`${name.owner}/${name.repo}`, only.read);
  const perLine = line_numbers ? numberChars : 0;
  return { repo: `${name.owner}/${name.repo}`, commit, files: fit(drafts, { maxChars, perLine }) };
}

/** A file before it is known how much of it fits. */
interface Draft {
  readonly read: FileRead;
  readonly text?: LinesKept;
}

interface Means {
  readonly readBytes: (sha: string, maxBytes: number) => Promise<Uint8Array>;
  readonly allPaths: AllPaths;
  /** Does one thing after the other. */
  readonly oneByOne: <T>(work: () => Promise<T>) => Promise<T>;
  /** Of the whole answer. */
  readonly maxChars: number;
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
      const note = `There is nothing at this path.${near.length > 0 ? ` Near: ${quoted(near).join(', ')}.` : ''}`;
      return { read: { path, kind: 'missing', note } };
    }
  }
}

const marks = { dir: '/', symlink: ' ->', submodule: ' @', file: '' } as const;

async function describeFile(
  { sha, size }: Extract<Located, { kind: 'file' }>,
  { path, from, to, resolved }: FileAsked & { resolved: { resolved?: string } },
  { readBytes, oneByOne, maxChars }: Means,
): Promise<Draft> {
  const known = { path, sha, size, ...resolved };
  const ranged = from !== undefined || to !== undefined;
  if (size > mostBytes || (size > wholeBytes && !ranged)) {
    const way = size > mostBytes ? 'Clone the repository to read it.' : 'Give from and to for a part of it.';
    return { read: { ...known, kind: 'not_read', note: `It has ${size} bytes, too many to be read whole. ${way}` } };
  }
  const read = async (): Promise<Draft> => {
    const blob = readBlob(await readBytes(sha, mostBytes));
    if (blob.kind === 'binary') return { read: { ...known, kind: 'binary', note: `${blob.type}, ${size} bytes.` } };
    const about = {
      ...(blob.encoding && { encoding: blob.encoding }),
      ...(blob.lfs && { note: `Kept by Git LFS: this is a pointer to ${blob.lfs.size} bytes.` }),
    };
    return { read: { ...known, kind: 'text', ...about }, text: keepLines(blob.text, { from, to }, maxChars) };
  };
  return size > wholeBytes ? oneByOne(read) : read();
}

/** Large files side by side would take the memory of them all. */
function createTurns(): Means['oneByOne'] {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = before.then(work);
    before = turn.catch(() => {}); // Whoever asked for it is told.
    return turn;
  };
}

/** The contents that fit: every file gets what it wants, or the same share as the others that want more. */
function fit(drafts: readonly Draft[], { maxChars, perLine }: { maxChars: number; perLine: number }): FileRead[] {
  const around = drafts.map(({ read }) => jsonLength({ ...read, entries: undefined }) + 90);
  const room = contentBudget(maxChars) - around.reduce((sum, each) => sum + each, 0);
  const wants = drafts.map(({ read, text }) => {
    if (read.entries) return jsonLength(read.entries);
    return text ? wantOf(text, perLine) : 0;
  });
  const shares = share(room, wants);
  return drafts.map(({ read, text }, index) => {
    const most = shares[index] ?? 0;
    if (read.entries) return cutEntries(read, most);
    if (!text) return read;
    const { note, ...shown } = showLines(text, { room: most, perLine });
    const notes = [...(read.note ? [read.note] : []), ...(note ? [note] : [])];
    return { ...read, ...shown, ...(notes.length > 0 && { note: notes.join(' ') }) };
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
    note: `${counted(entries.length - count, 'more entry', 'more entries')}; github_tree lists them.`,
  };
}

const notThere = (repo: string, { path, note = '' }: FileRead): NotFoundError =>
  new NotFoundError(`${repo} has nothing at "${path}".`, {
    hint: note.includes('Near:') ? note.slice(note.indexOf('Near:')) : 'github_tree lists what there is.',
  });
