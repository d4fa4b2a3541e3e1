import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { hunksOf } from '../../read/diff/hunks.ts';
import type { IssueName } from '../../read/issue.ts';
import { listed } from '../saying.ts';

/** Where a comment stands in a diff: on a line, from a line to another of the same hunk, or without a line on the whole file. */
export interface CommentPlace {
  readonly path: string;
  readonly line?: number | undefined;
  /** LEFT is the side before the change. */
  readonly side: Side;
  readonly start_line?: number | undefined;
  readonly start_side?: Side | undefined;
  readonly body: string;
}
export type Side = 'LEFT' | 'RIGHT';

type DiffFile = RestData<'GET /repos/{owner}/{repo}/pulls/{pull_number}/files'>[number];

/** GitHub lists no more than 3,000 files. */
const mostPages = 30;
const perPage = 100;

/** Refuses every comment that GitHub would not take, all of them in one error, with the lines near it that can be commented on. */
export async function checkPlaces(
  github: GitHub,
  { places, owner, repo, number }: IssueName & { places: readonly CommentPlace[] },
  call: GitHubCall,
): Promise<void> {
  if (places.length === 0) return;
  const wanted = new Set(places.map(({ path }) => path));
  const files = new Map<string, DiffFile>();
  for (let page = 1; page <= mostPages; page += 1) {
    const asked = { owner, repo, pull_number: number, per_page: perPage, page };
    const { data } = await github.rest('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', asked, call);
    for (const file of data) files.set(file.filename, file);
    if (data.length < perPage || [...wanted].every((path) => files.has(path))) break;
  }
  const problems = places.flatMap((place, index) => {
    const problem = problemOf(place, files);
    return problem === undefined ? [] : [`comments[${index}] (${place.path}): ${problem}`];
  });
  if (problems.length === 0) return;
  throw new ValidationError(`Nothing was sent. ${problems.join(' ')}`, {
    hint: 'Only lines inside of the hunks of the diff take comments; github_pull_diff numbers them.',
  });
}

function problemOf(place: CommentPlace, files: ReadonlyMap<string, DiffFile>): string | undefined {
  const { path, line, side, start_line, start_side = side, body } = place;
  const file = files.get(path);
  if (!file) {
    const renamed = [...files.values()].find(({ previous_filename }) => previous_filename === path);
    if (renamed) return `it is named ${renamed.filename} now.`;
    const names = [...files.keys()];
    return `the pull request does not change it; it changes ${listed(names, 10)}.`;
  }
  if (line === undefined && (start_line !== undefined || place.start_side !== undefined)) {
    return 'start_line needs line; leave both out to comment on the whole file.';
  }
  if (isSuggestion(body) && (line === undefined || side === 'LEFT' || start_side === 'LEFT')) {
    return 'a suggestion stands in for lines of the new side: give line (and start_line), side RIGHT.';
  }
  if (line === undefined) return undefined;
  if (!file.patch)
    return 'GitHub shows no diff of it (binary, too large, or only renamed); without line the comment is for the whole file.';
  const ranges = rangesOf(file.patch, side);
  const at = ranges.find((range) => within(range, line));
  if (!at) return `line ${line} (${side}) is outside of the diff; ${nearest(ranges, line, side)}`;
  if (start_line === undefined) return undefined;
  const starts = rangesOf(file.patch, start_side);
  const from = starts.find((range) => within(range, start_line));
  if (!from)
    return `start_line ${start_line} (${start_side}) is outside of the diff; ${nearest(starts, start_line, start_side)}`;
  if (from.hunk !== at.hunk) return `start_line ${start_line} and line ${line} are in different hunks.`;
  return start_side === side && start_line >= line ? 'start_line must be before line.' : undefined;
}

const isSuggestion = (body: string): boolean => /^ {0,3}(`{3,}|~{3,})suggestion\s*$/m.test(body);

interface Range {
  readonly hunk: number;
  readonly from: number;
  readonly to: number;
}

const within = ({ from, to }: Range, line: number): boolean => from <= line && line <= to;

/** Lines of one side that stand in each hunk; a hunk that only adds has none before. */
function rangesOf(patch: string, side: Side): Range[] {
  const other = side === 'LEFT' ? '+' : '-';
  return hunksOf(patch).flatMap(({ hunk, old_start, new_start, text }) => {
    const from = side === 'LEFT' ? old_start : new_start;
    const count = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(other) && !line.startsWith('\\')).length;
    return count === 0 ? [] : [{ hunk, from, to: from + count - 1 }];
  });
}

const mostShown = 4;

function nearest(ranges: readonly Range[], line: number, side: Side): string {
  if (ranges.length === 0) return `no line of ${side} is in it.`;
  const distance = ({ from, to }: Range) => Math.max(from - line, line - to);
  const near = [...ranges].sort((a, b) => distance(a) - distance(b)).slice(0, mostShown);
  const shown = near.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
  return `nearest lines of ${side}: ${shown.join(', ')}.`;
}
