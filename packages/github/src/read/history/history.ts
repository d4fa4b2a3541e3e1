import { ValidationError } from '@mcp-servers/core';
import { z } from 'zod';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { given } from '../given.ts';
import { firstPlace, hasNext, Place, resume, type Scanned, scan, toCursor } from '../listing/index.ts';
import { blame } from './blame.ts';
import { authorOf, toCommitRow, toFileRow } from './rows.ts';

export const shows = ['commits', 'commit', 'compare', 'blame'] as const;

const Text = z.string().min(1).max(4096);
const HistoryQuery = z.strictObject({
  repo: z.string().max(250),
  show: z.enum(shows).default('commits'),
  ref: Text.optional(),
  path: Text.optional(),
  author: Text.optional(),
  since: Text.optional(),
  until: Text.optional(),
  base: Text.optional(),
  head: Text.optional(),
  from: z.int().optional(),
  to: z.int().optional(),
});
type HistoryQuery = z.infer<typeof HistoryQuery>;

export type HistoryAsked = { readonly [K in keyof HistoryQuery]?: HistoryQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

type Row = Record<string, unknown>;

export interface HistoryAnswer {
  repo: string;
  show: HistoryQuery['show'];
  /** Facts of one commit, of a comparison, or the commit that was blamed. */
  about?: Row;
  /** Commits, files of one commit, or ranges of lines. */
  rows: Row[];
  /** Files of a comparison. */
  files?: Row[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

interface How {
  readonly name: RepositoryName;
  readonly query: HistoryQuery;
  readonly place: Place | undefined;
  readonly limit: number;
  readonly maxChars: number;
}

type Part = Omit<HistoryAnswer, 'repo' | 'show' | 'next_cursor'> & { next?: Place | undefined };

/** Commits of a branch, one commit, two refs compared, or the commits of a file's lines. */
export async function readHistory(
  github: GitHub,
  { limit, cursor, ...asked }: HistoryAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<HistoryAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'history', query: HistoryQuery, place: Place });
  const name = github.repo(query.repo);
  const how = { name, query, place, limit, maxChars: contentBudget(maxChars) };
  const { next, ...part } = await reads[query.show](github, how, call);
  return {
    ...{ repo: `${name.owner}/${name.repo}`, show: query.show },
    ...part,
    ...(next && { next_cursor: toCursor('history', query, next) }),
  };
}

type Read = (github: GitHub, how: How, call: GitHubCall) => Promise<Part>;

const reads: Readonly<Record<HistoryQuery['show'], Read>> = { commits, commit, compare, blame: blamed };

async function commits(github: GitHub, { name, query, place, ...how }: How, call: GitHubCall): Promise<Part> {
  const { ref, path, author, since, until } = query;
  // A branch with a new commit would move the pages, so they are counted from one commit.
  const sha = await resolveCommit(github, { ...name, ref }, call);
  const parameters = given({ ...name, sha, path, author, since: toInstant(since), until: toInstant(until) });
  const found = await scan({
    ...how,
    from: place ?? firstPlace(how.limit),
    toRow: toCommitRow,
    async fetch(page, size) {
      const asked = { ...parameters, page, per_page: size };
      const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/commits', asked, call);
      return { items: data, more: hasNext(headers) };
    },
  });
  const none = found.rows.length === 0 && place === undefined;
  return { ...pageOf(found), notes: none ? ['No commit matches.'] : [] };
}

/** A day is its first moment. */
const toInstant = (time: string | undefined): string | undefined =>
  time !== undefined && /^\d{4}-\d\d-\d\d$/.test(time) ? `${time}T00:00:00Z` : time;

const pageOf = ({ rows, next, cut }: Scanned<Row>): Pick<Part, 'rows' | 'next' | 'truncated'> => ({
  ...{ rows, next },
  ...(cut === 'budget' && { truncated: true }),
});

async function commit(github: GitHub, { name, query, place, limit, maxChars }: How, call: GitHubCall): Promise<Part> {
  const { ref } = query;
  if (ref === undefined) throw new ValidationError('ref: give the commit to show.');
  const sha = await resolveCommit(github, { ...name, ref }, call);
  let about: Row = {};
  const found = await scan({
    ...{
      from: place ?? firstPlace(100),
      limit: Math.max(limit, 100),
      maxChars: Math.floor(maxChars * 0.7),
      toRow: toFileRow,
    },
    async fetch(page, size) {
      const asked = { ...name, ref: sha, page, per_page: size };
      const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/commits/{ref}', asked, call);
      about = {
        ...{ sha: data.sha, author: authorOf(data), date: data.commit.author?.date },
        ...{ message: cutMessage(data.commit.message, maxChars), parents: data.parents.map((parent) => parent.sha) },
        ...(data.stats && { additions: data.stats.additions, deletions: data.stats.deletions }),
        ...(data.commit.verification && { verified: data.commit.verification.verified }),
      };
      return { items: data.files ?? [], more: hasNext(headers) };
    },
  });
  return { about, ...pageOf(found), notes: [] };
}

const cutMessage = (message: string, maxChars: number): string => {
  const most = Math.floor(maxChars * 0.25);
  return message.length > most ? `${message.slice(0, most)}\n(${message.length - most} more characters)` : message;
};

async function compare(github: GitHub, { name, query, place, limit, maxChars }: How, call: GitHubCall): Promise<Part> {
  const { base, head = 'HEAD' } = query;
  if (base === undefined) throw new ValidationError('base: give the ref to compare with.');
  const basehead = `${base}...${head}`;
  let about: Row = {};
  let files: Row[] = [];
  const found = await scan({
    ...{ from: place ?? firstPlace(limit), limit, maxChars: Math.floor(maxChars / 2), toRow: toCommitRow },
    async fetch(page, size) {
      const asked = { ...name, basehead, page, per_page: size };
      const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/compare/{basehead}', asked, call);
      about = {
        ...{ status: data.status, ahead_by: data.ahead_by, behind_by: data.behind_by },
        ...{ commits: data.total_commits, merge_base: data.merge_base_commit.sha },
      };
      // GitHub gives the files with the first page alone.
      if (page === 1) files = (data.files ?? []).map(toFileRow);
      return { items: data.commits, more: hasNext(headers) };
    },
  });
  const { kept, left } = within(place === undefined ? files : [], maxChars - JSON.stringify(found.rows).length);
  return {
    ...{ about, ...pageOf(found) },
    ...(place === undefined && { files: kept }),
    ...(left > 0 && { truncated: true }),
    notes: [
      ...(left > 0 ? [`${left} more files did not fit; a larger max_chars shows them.`] : []),
      ...(files.length >= 300 ? ['GitHub names at most 300 files of a comparison.'] : []),
    ],
  };
}

function within(rows: readonly Row[], maxChars: number): { kept: Row[]; left: number } {
  let used = 0;
  const end = rows.findIndex((row) => {
    used += JSON.stringify(row).length + 1;
    return used > maxChars;
  });
  return end === -1 ? { kept: [...rows], left: 0 } : { kept: rows.slice(0, end), left: rows.length - end };
}

async function blamed(github: GitHub, { name, query, maxChars }: How, call: GitHubCall): Promise<Part> {
  const { ref, path, from, to } = query;
  const found = await blame(github, { ...name, ref, path, from, to }, { ...call, maxChars });
  return {
    about: { commit: found.commit, path },
    rows: found.rows,
    ...(found.next_from !== undefined && { truncated: true }),
    notes:
      found.next_from === undefined ? [] : [`Goes on at line ${found.next_from}: ask for from ${found.next_from}.`],
  };
}
