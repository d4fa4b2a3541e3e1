import { NotFoundError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { counted } from '../counted.ts';
import { Globs, toFilter } from '../globs/index.ts';
import { hasNext, resume, toCursor } from '../listing/index.ts';
import { nearHint } from '../near.ts';
import type { ChangedFile, FileDiff } from './file.ts';
import { type DiffSource, FilePlace, firstFile, readFileDiffs, remembered } from './reader.ts';

const DiffQuery = z.strictObject({
  repo: z.string().max(250),
  number: z.int().min(1),
  include: Globs.optional(),
  exclude: Globs.optional(),
  path: z.string().max(4096).optional(),
  hunk: z.int().min(1).optional(),
});
type DiffQuery = z.infer<typeof DiffQuery>;

/** With the head of the first page. */
const Place = z.strictObject({ head: z.string().max(64), at: FilePlace });

export type PullDiffAsked = { readonly [K in keyof DiffQuery]?: DiffQuery[K] | undefined } & {
  readonly cursor?: string | undefined;
};

export interface PullDiff {
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

/** GitHub lists no more files of a pull request. */
const mostFiles = 3000;

/** Hunks of a pull request, whole ones only, as many as fit. */
export async function readPullDiff(
  github: GitHub,
  { cursor, ...asked }: PullDiffAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<PullDiff> {
  const { query, place } = resume(cursor, asked, { kind: 'diff', query: DiffQuery, place: Place });
  const name = github.repo(query.repo);
  const at = { ...name, pull_number: query.number };
  const { data: pull } = await github.rest('GET /repos/{owner}/{repo}/pulls/{pull_number}', at, call);
  const head = pull.head.sha;
  const page = pageReader(github, at, call);
  const { files, next, seen } = await readFileDiffs(
    { page, sides: { before: pull.base.sha, after: head } },
    {
      ...{ wants: toWants(query), start: place?.at ?? firstFile, maxChars: contentBudget(maxChars), hunks: true },
      ...{ single: query.path !== undefined, hunk: query.hunk },
    },
  );
  if (query.path !== undefined && files.length === 0 && !place) throw noFile(query, seen, pull.changed_files);
  return {
    ...{ repo: pull.base.repo.full_name, number: query.number, head, base: pull.base.sha },
    ...{ files, changed_files: pull.changed_files },
    ...(next && {
      truncated: true,
      next_cursor: toCursor('diff', query, { head: place?.head ?? head, at: next }),
    }),
    notes: [
      ...((place?.head ?? head) === head
        ? []
        : ['New commits came since the first page: the pages do not fit together. Start again.']),
      ...(pull.changed_files > mostFiles ? [`GitHub lists ${mostFiles} of its ${pull.changed_files} files.`] : []),
      ...(files.length === 0 && !next ? ['No file matches.'] : []),
    ],
  };
}

function toWants({ path, ...globs }: DiffQuery): (changed: ChangedFile) => boolean {
  const matches = toFilter(globs);
  return path === undefined
    ? ({ filename }) => matches(filename)
    : ({ filename, previous_filename }) => [filename, previous_filename].includes(path);
}

function pageReader(
  github: GitHub,
  at: RepositoryName & { pull_number: number },
  call: GitHubCall,
): DiffSource['page'] {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
  return remembered(async (page) => {
    const asked = { ...at, per_page: 100, page };
    const { data, headers } = await github.rest(route, asked, { ...call, maxBytes: 60_000_000 });
    return { files: data, more: hasNext(headers) };
  });
}

function noFile({ path = '', number }: DiffQuery, seen: readonly string[], changed: number): NotFoundError {
  return new NotFoundError(`path: pull request ${number} does not change "${path}".`, {
    hint: nearHint(path, seen, { otherwise: `It changes ${counted(changed, 'file')}; github_pull lists them.` }),
  });
}
