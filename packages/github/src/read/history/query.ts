import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { RepositoryName } from '../../client/index.ts';
import { type ChangedFile, type FileDiff, FilePlace } from '../diff/index.ts';
import { partsOf } from '../files/paths.ts';
import { Globs, toFilter } from '../globs/index.ts';
import { Place } from '../listing/index.ts';

export const shows = ['commits', 'commit', 'compare', 'blame'] as const;
export type Show = (typeof shows)[number];

const Text = z.string().min(1).max(4096);
export const HistoryQuery = z.strictObject({
  repo: z.string().max(250),
  show: z.enum(shows).default('commits'),
  ref: Text.optional(),
  path: Text.optional(),
  author: Text.optional(),
  since: Text.optional(),
  until: Text.optional(),
  base: Text.optional(),
  head: Text.optional(),
  diff: z.boolean().optional(),
  include: Globs.optional(),
  exclude: Globs.optional(),
  from: z.int().optional(),
  to: z.int().optional(),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

/** The commit, or the two of a comparison, that the first page was of, and where its commits or its files go on. */
export const HistoryPlace = z.strictObject({
  at: z.string().max(8300),
  commits: Place.optional(),
  files: FilePlace.optional(),
});
export type HistoryPlace = z.infer<typeof HistoryPlace>;

type Row = Record<string, unknown>;

export interface HistoryAnswer {
  repo: string;
  show: Show;
  /** Facts of one commit, of a comparison, or the commit that was blamed. */
  about?: Row;
  /** Commits, or ranges of lines. */
  rows: Row[];
  /** Of one commit or of a comparison, with their hunks where those were asked for. */
  files?: FileDiff[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

export interface How {
  readonly name: RepositoryName;
  readonly query: HistoryQuery;
  readonly place: HistoryPlace | undefined;
  readonly limit: number;
  readonly maxChars: number;
}

export type Part = Omit<HistoryAnswer, 'repo' | 'show' | 'next_cursor'> & { next?: HistoryPlace | undefined };

const known: Readonly<Record<Show, readonly (keyof HistoryQuery)[]>> = {
  commits: ['ref', 'path', 'author', 'since', 'until'],
  commit: ['ref', 'path', 'diff', 'include', 'exclude'],
  compare: ['base', 'head', 'path', 'diff', 'include', 'exclude'],
  blame: ['ref', 'path', 'from', 'to'],
};

/** Throws ValidationError for an argument that means nothing for what is shown, which would be taken for an answer to it. */
export function checkQuery({ show, repo: _, ...query }: HistoryQuery): void {
  const unknown = Object.keys(query).filter((name) => !known[show].includes(name as keyof HistoryQuery));
  if (unknown.length > 0) {
    const other = shows.find((each) => unknown.every((name) => known[each].includes(name as keyof HistoryQuery)));
    throw new ValidationError(
      `${unknown.join(', ')}: means nothing for show "${show}", which takes ${known[show].join(', ')}.`,
      {
        ...(other && { hint: `Did you mean show "${other}"?` }),
      },
    );
  }
}

/** A path as Git has it, without ./ and / around it. Throws ValidationError when it leads out of the repository. */
export function gitPath(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const parts = partsOf(path);
  if (parts === undefined) throw new ValidationError(`path: "${path}" leads out of the repository.`);
  return parts.length === 0 ? undefined : parts.join('/');
}

/** Files at or below the path, by their old name too, that the globs leave. */
export function filesWanted({ path, ...globs }: HistoryQuery): (file: ChangedFile) => boolean {
  const below = gitPath(path);
  const matches = toFilter(globs);
  const isThere = (name: string | undefined) =>
    below === undefined || name === below || (name?.startsWith(`${below}/`) ?? false);
  return ({ filename, previous_filename }) =>
    matches(filename) && (isThere(filename) || (previous_filename !== undefined && isThere(previous_filename)));
}
