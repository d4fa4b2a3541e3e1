import { NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { jsonLength, rowsWithin } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { counted } from '../counted.ts';
import { type FileDiff, firstFile, headOf, readFileDiffs } from '../diff/index.ts';
import { firstPlace, hasNext, scan } from '../listing/index.ts';
import { pageOf } from './commits.ts';
import { filesWanted, type How, type Part } from './query.ts';
import { toCommitRow } from './rows.ts';

type Comparison = RestData<'GET /repos/{owner}/{repo}/compare/{basehead}'>;

/** GitHub gives no more files of a comparison, all of them with the first page. */
const mostFiles = 300;
const maxBytes = 60_000_000;

/** Two refs: the commits and files that the second has since both parted, or the hunks of those files. */
export async function compare(github: GitHub, how: How, call: GitHubCall): Promise<Part> {
  const { name, query, place } = how;
  const { base, head = 'HEAD', diff = false } = query;
  if (base === undefined) throw new ValidationError('base: give the ref to compare with.');
  const sides = place ? undefined : await Promise.all([base, head].map((side) => pinned(github, { name, side }, call)));
  const basehead = place?.at ?? sides?.join('...') ?? '';
  const read = async (page: number, size: number) => {
    const asked = { ...name, basehead, page, per_page: size };
    const route = 'GET /repos/{owner}/{repo}/compare/{basehead}';
    return github.rest(route, asked, { ...call, maxBytes }).catch(explain);
  };
  return diff ? withHunks(how, basehead, (await read(1, 1)).data) : withCommits(how, basehead, read);
}

/**
 * The commit that a side stands for now, so that all pages are of the same two. What is in another repository (`owner:branch`,
 * `owner:repository:branch`) stays as it is where it cannot be looked up: a fork may have another name.
 */
async function pinned(
  github: GitHub,
  { name, side }: { name: RepositoryName; side: string },
  call: GitHubCall,
): Promise<string> {
  const parts = side.split(':');
  const ref = parts.pop() ?? '';
  const [owner, repo = name.repo] = parts;
  if (owner === undefined) return resolveCommit(github, { ...name, ref }, call);
  try {
    const sha = await resolveCommit(github, { owner, repo, ref }, call);
    return [...parts, sha].join(':');
  } catch (error) {
    if (error instanceof NotFoundError) return side;
    throw error;
  }
}

function explain(error: unknown): never {
  if (!(error instanceof NotFoundError)) throw error;
  throw new NotFoundError(error.message, {
    cause: error,
    hint: 'Both sides must share a commit. In a fork they are owner:branch, or owner:repository:branch where it has another name.',
  });
}

const aboutOf = (data: Comparison, basehead: string) => {
  const [base, head] = basehead.split('...');
  return {
    ...{ status: data.status, ahead_by: data.ahead_by, behind_by: data.behind_by },
    ...{ commits: data.total_commits, merge_base: data.merge_base_commit.sha, base, head },
  };
};

const notesOf = ({ files = [] }: Comparison): string[] =>
  files.length >= mostFiles
    ? [`GitHub gives at most ${mostFiles} files of a comparison; compare fewer commits for the others.`]
    : [];

async function withHunks({ query, place, maxChars }: How, basehead: string, data: Comparison): Promise<Part> {
  const about = aboutOf(data, basehead);
  const after = about.head?.split(':').at(-1) ?? '';
  const { files, next } = await readFileDiffs(
    { page: async () => ({ files: data.files ?? [], more: false }), sides: { before: about.merge_base, after } },
    {
      ...{ wants: filesWanted(query), start: place?.files ?? firstFile, hunks: true },
      maxChars: Math.max(maxChars - jsonLength(about), Math.floor(maxChars / 2)),
    },
  );
  return {
    ...{ about, rows: [], files },
    ...(next && { truncated: true, next: { at: basehead, files: next } }),
    notes: [...notesOf(data), ...(files.length === 0 && !next ? ['No file matches.'] : [])],
  };
}

type Read = (page: number, size: number) => Promise<{ data: Comparison; headers: Headers }>;

async function withCommits({ query, place, limit, maxChars }: How, basehead: string, read: Read): Promise<Part> {
  const wants = filesWanted(query);
  let last: Comparison | undefined;
  let all: FileDiff[] = [];
  const found = await scan({
    ...{ from: place?.commits ?? firstPlace(limit), limit, maxChars: Math.floor(maxChars / 2), toRow: toCommitRow },
    async fetch(page, size) {
      const { data, headers } = await read(page, size);
      last = data;
      if (page === 1) all = (data.files ?? []).filter(wants).map(headOf);
      return { items: data.commits, more: hasNext(headers) };
    },
  });
  const about = last && aboutOf(last, basehead);
  if (place) return { ...(about && { about }), ...pageOf(found, basehead), notes: [] };
  const { taken, left } = rowsWithin(all, maxChars - jsonLength(found.rows) - jsonLength(about ?? {}));
  return {
    ...(about && { about }),
    ...pageOf(found, basehead),
    files: taken,
    ...(left > 0 && { truncated: true }),
    notes: [
      ...(left > 0
        ? [`${counted(left, 'more file')} did not fit; a larger max_chars or include shows them, and diff has pages.`]
        : []),
      ...(last && all.length > 0 ? notesOf(last) : []),
    ],
  };
}
