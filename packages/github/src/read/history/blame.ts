import { NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { jsonLength } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { counted } from '../counted.ts';
import { type BlameRange, blameQuery } from './blame.query.ts';

export interface BlameAsked extends RepositoryName {
  readonly ref: string | undefined;
  readonly path: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export interface Blamed {
  commit: string;
  rows: Record<string, unknown>[];
  next_from?: number;
}

/** Which commit the lines of a file are from, one row for each run of lines. */
export async function blame(
  github: GitHub,
  { path, from = 1, to = Number.MAX_SAFE_INTEGER, ref, ...name }: BlameAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<Blamed> {
  if (path === undefined) throw new ValidationError('path: blame needs the path of a file.');
  if (to < from) throw new ValidationError(`to: ${to} is before ${from}.`);
  const commit = await resolveCommit(github, { ...name, ref }, call);
  const variables = { owner: name.owner, name: name.repo, ref: commit, path };
  const { repository } = await github.graphql(blameQuery, variables, call);
  const ranges = repository.object?.blame?.ranges ?? [];
  if (ranges.length === 0) {
    throw new NotFoundError(`"${path}" has no lines to blame at ${commit}.`, {
      hint: 'It is empty, binary or not there; github_tree lists the files.',
    });
  }
  const wanted = ranges.filter(({ startingLine, endingLine }) => endingLine >= from && startingLine <= to);
  if (wanted.length === 0) {
    throw new ValidationError(`from: "${path}" has ${counted(ranges.at(-1)?.endingLine ?? 0, 'line')}.`);
  }
  const rows: Record<string, unknown>[] = [];
  let used = 2;
  for (const range of wanted) {
    const row = toRow(range, { from, to });
    used += jsonLength(row) + 1;
    if (used > maxChars && rows.length > 0) return { commit, rows, next_from: Math.max(range.startingLine, from) };
    rows.push(row);
  }
  return { commit, rows };
}

function toRow({ startingLine, endingLine, commit }: BlameRange, { from, to }: { from: number; to: number }) {
  return {
    from: Math.max(startingLine, from),
    to: Math.min(endingLine, to),
    sha: commit.oid,
    author: commit.author?.user?.login ?? commit.author?.name ?? 'unknown',
    date: commit.authoredDate,
    title: commit.messageHeadline,
  };
}
