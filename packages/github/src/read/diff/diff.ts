import { NotFoundError, nearest } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { toFilter } from '../globs/index.ts';
import { hasNext, resume, toCursor } from '../listing/index.ts';
import { type Hunk, hunksOf } from './hunks.ts';

const Globs = z.array(z.string().min(1).max(200)).max(20);
const DiffQuery = z.strictObject({
  repo: z.string().max(250),
  number: z.int().min(1),
  include: Globs.optional(),
  exclude: Globs.optional(),
  file: z.string().max(4096).optional(),
  hunk: z.int().min(1).optional(),
});
type DiffQuery = z.infer<typeof DiffQuery>;

/** The head of the first page, the file of GitHub's list that is next, and how many of its hunks were given. */
const Place = z.strictObject({
  head: z.string().max(64),
  file: z.int().min(0).max(10_000),
  hunk: z.int().min(0).max(100_000),
});
type Place = z.infer<typeof Place>;

export type DiffAsked = { readonly [K in keyof DiffQuery]?: DiffQuery[K] | undefined } & {
  readonly cursor?: string | undefined;
};

export interface FileDiff {
  path: string;
  /** Sha of the file on the new side. */
  sha?: string;
  status?: string;
  previous?: string;
  additions: number;
  deletions: number;
  hunks?: Hunk[];
  /** Of the file; given when not all of them are here. */
  of_hunks?: number;
  note?: string;
}

export interface DiffAnswer {
  repo: string;
  number: number;
  head: string;
  base: string;
  files: FileDiff[];
  changed_files: number;
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

type File = RestData<'GET /repos/{owner}/{repo}/pulls/{pull_number}/files'>[number];

/** GitHub lists no more files of a pull request. */
const mostFiles = 3000;
const pageSize = 100;

/** Hunks of a pull request, whole ones only, as many as fit. */
export async function readDiff(
  github: GitHub,
  { cursor, ...asked }: DiffAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<DiffAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'diff', query: DiffQuery, place: Place });
  const name = github.repo(query.repo);
  const at = { ...name, pull_number: query.number };
  const { data: pull } = await github.rest('GET /repos/{owner}/{repo}/pulls/{pull_number}', at, call);
  const head = pull.head.sha;
  const start = place ?? { head, file: 0, hunk: 0 };
  const filled = await fill(fileReader(github, at, call), { query, start, maxChars: contentBudget(maxChars) });
  if (query.file !== undefined && filled.files.length === 0 && !place)
    throw noFile(query, filled.seen, pull.changed_files);
  const { next } = filled;
  return {
    ...{ repo: pull.base.repo.full_name, number: query.number, head, base: pull.base.sha },
    ...{ files: filled.files, changed_files: pull.changed_files },
    ...(next && { truncated: true, next_cursor: toCursor('diff', query, { head, ...next }) }),
    notes: [
      ...(start.head === head
        ? []
        : ['New commits came since the first page: the pages do not fit together. Start again.']),
      ...(pull.changed_files > mostFiles ? [`GitHub lists ${mostFiles} of its ${pull.changed_files} files.`] : []),
      ...(filled.files.length === 0 && !next ? ['No file matches.'] : []),
    ],
  };
}

/** Files by their place in GitHub's list; each page is asked for once. */
function fileReader(github: GitHub, at: RepositoryName & { pull_number: number }, call: GitHubCall) {
  const pages = new Map<number, Promise<{ files: readonly File[]; more: boolean }>>();
  const ask = async (page: number) => {
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
    const { data, headers } = await github.rest(
      route,
      { ...at, per_page: pageSize, page },
      { ...call, maxBytes: 60_000_000 },
    );
    return { files: data, more: hasNext(headers) };
  };
  return async (index: number): Promise<File | undefined> => {
    const page = Math.floor(index / pageSize) + 1;
    const before = index % pageSize === 0 ? pages.get(page - 1) : undefined;
    if (before && !(await before).more) return undefined;
    const answer = pages.get(page) ?? ask(page);
    pages.set(page, answer);
    return (await answer).files[index % pageSize];
  };
}

interface Filled {
  readonly files: FileDiff[];
  readonly next: Omit<Place, 'head'> | undefined;
  /** Paths that were looked at. */
  readonly seen: readonly string[];
}

async function fill(
  fileAt: (index: number) => Promise<File | undefined>,
  { query, start, maxChars }: { query: DiffQuery; start: Place; maxChars: number },
): Promise<Filled> {
  const matches = toFilter(query);
  const files: FileDiff[] = [];
  const seen: string[] = [];
  let room = maxChars;
  for (let index = start.file; ; index += 1) {
    const file = await fileAt(index);
    if (file === undefined) return { files, next: undefined, seen };
    seen.push(file.filename);
    const wanted =
      query.file === undefined ? matches(file.filename) : [file.filename, file.previous_filename].includes(query.file);
    if (!wanted) continue;
    const skip = index === start.file ? start.hunk : 0;
    const part = toFileDiff(file, { skip, only: query.hunk, room, whole: maxChars });
    // The head of a file without any of its hunks says nothing, unless it is all that fits.
    const alone = files.length === 0;
    if ((part.taken === 0 && part.left && !alone) || (jsonLength(part.diff) > room && !alone)) {
      return { files, next: { file: index, hunk: skip }, seen };
    }
    files.push(part.diff);
    room -= jsonLength(part.diff) + 1;
    if (part.left) return { files, next: { file: index, hunk: skip + part.taken }, seen };
    if (query.file !== undefined) return { files, next: undefined, seen };
  }
}

function toFileDiff(
  file: File,
  { skip, only, room, whole }: { skip: number; only: number | undefined; room: number; whole: number },
): { diff: FileDiff; taken: number; left: boolean } {
  const about: FileDiff = {
    path: file.filename,
    ...(file.sha && { sha: file.sha }),
    ...(file.status !== 'modified' && { status: file.status }),
    ...(file.previous_filename !== undefined && { previous: file.previous_filename }),
    ...{ additions: file.additions, deletions: file.deletions },
  };
  if (file.patch === undefined) return { diff: { ...about, note: whyNoPatch(file) }, taken: 0, left: false };
  const all = hunksOf(file.patch);
  const wanted = only === undefined ? all.slice(skip) : all.filter(({ hunk }) => hunk === only);
  if (only !== undefined && wanted.length === 0) {
    return { diff: { ...about, note: `It has ${all.length} hunks.` }, taken: 0, left: false };
  }
  const hunks: Hunk[] = [];
  const large: Hunk[] = [];
  const head = jsonLength(about) + 60;
  let used = head;
  let taken = 0;
  for (const hunk of wanted) {
    const size = jsonLength(hunk) + 1;
    if (head + size > whole) {
      if (used + 300 > room && taken > 0) break;
      // It never fits: it is named, and left out.
      large.push(hunk);
      used += 300;
    } else {
      if (used + size > room) break;
      hunks.push(hunk);
      used += size;
    }
    taken += 1;
  }
  const left = only === undefined && taken < wanted.length;
  const note = large.map((hunk) => tooLarge(hunk, file)).join(' ');
  const diff = {
    ...about,
    ...(hunks.length > 0 && { hunks }),
    ...(hunks.length < all.length && { of_hunks: all.length }),
    ...(note && { note }),
  };
  return { diff, taken, left };
}

function whyNoPatch({ status, changes }: File): string {
  if (changes > 0) return 'Too large: GitHub gives no patch. Read it with github_read_files.';
  if (status === 'renamed') return 'Renamed without a change.';
  return 'Binary, or only its mode changed.';
}

function tooLarge({ hunk, text, new_start, old_start }: Hunk, { filename, status }: File): string {
  const lines = text.split('\n').length;
  const side = status === 'removed' ? `from line ${old_start} at base` : `from line ${new_start} at head`;
  return `Hunk ${hunk} has ${lines} lines (${text.length} characters), more than max_chars: read ${filename} with github_read_files ${side}.`;
}

function noFile({ file = '', number }: DiffQuery, seen: readonly string[], changed: number): NotFoundError {
  const near = nearest(file, seen);
  return new NotFoundError(`file: pull request ${number} does not change "${file}".`, {
    hint:
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It changes ${changed} files; github_pull lists them.`,
  });
}
