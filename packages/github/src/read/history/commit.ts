import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { jsonLength } from '../budget.ts';
import { resolveCommit } from '../commit.ts';
import { firstFile, readFileDiffs, remembered } from '../diff/index.ts';
import { given } from '../given.ts';
import { hasNext } from '../listing/index.ts';
import { filesWanted, type How, type Part } from './query.ts';
import { toCommitFacts } from './rows.ts';

/** GitHub gives the files of a commit in ten pages of 300, whatever size is asked for. */
const pageSize = 300;
const mostPages = 10;
const maxBytes = 60_000_000;

/** One commit and its files, with their hunks where those are asked for. */
export async function commit(github: GitHub, { name, query, place, maxChars }: How, call: GitHubCall): Promise<Part> {
  const { ref, diff = false } = query;
  if (ref === undefined) throw new ValidationError('ref: give the commit to show.');
  const wants = filesWanted(query);
  const sha = place?.at ?? (await resolveCommit(github, { ...name, ref }, call));
  const read = async (page: number) => {
    const asked = given({ ...name, ref: sha, page: page > 1 ? page : undefined });
    return github.rest('GET /repos/{owner}/{repo}/commits/{ref}', asked, { ...call, maxBytes });
  };
  const start = place?.files ?? firstFile;
  const first = await read(start.page);
  let capped = false;
  const page = remembered(async (number) => {
    const { data, headers } = number === start.page ? first : await read(number);
    const { files = [] } = data;
    const more = hasNext(headers);
    capped = !more && number >= mostPages && files.length >= pageSize;
    return { files, more };
  });
  // The message is said once, not on every page.
  const about = place ? { sha } : toCommitFacts(first.data, Math.floor(maxChars * 0.25));
  const sides = { before: first.data.parents[0]?.sha, after: sha };
  const room = Math.max(maxChars - jsonLength(about), Math.floor(maxChars / 2));
  const { files, next } = await readFileDiffs({ page, sides }, { wants, start, maxChars: room, hunks: diff });
  return {
    ...{ about, rows: [], files },
    ...(next && { truncated: true, next: { at: sha, files: next } }),
    notes: [
      ...(first.data.parents.length > 1 && !place
        ? ['A merge: the files are what it changed of its first parent.']
        : []),
      ...(capped ? [`GitHub lists at most ${pageSize * mostPages} files of a commit.`] : []),
      ...(files.length === 0 && !next ? ['No file matches.'] : []),
    ],
  };
}
