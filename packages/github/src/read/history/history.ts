import type { GitHub, GitHubCall } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { type Asked, resume, toCursor } from '../listing/index.ts';
import { blame } from './blame.ts';
import { commit } from './commit.ts';
import { commits } from './commits.ts';
import { compare } from './compare.ts';
import {
  checkQuery,
  gitPath,
  type HistoryAnswer,
  HistoryPlace,
  HistoryQuery,
  type How,
  type Part,
  type Show,
} from './query.ts';

/** Commits of a branch, one commit, two refs compared, or the commits of a file's lines. */
export async function readHistory(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<HistoryQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<HistoryAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'history', query: HistoryQuery, place: HistoryPlace });
  checkQuery(query);
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

const reads: Readonly<Record<Show, Read>> = { commits, commit, compare, blame: blamed };

async function blamed(github: GitHub, { name, query, maxChars }: How, call: GitHubCall): Promise<Part> {
  const { ref, from, to } = query;
  const path = gitPath(query.path);
  const found = await blame(github, { ...name, ref, path, from, to }, { ...call, maxChars });
  return {
    about: { commit: found.commit, path },
    rows: found.rows,
    ...(found.next_from !== undefined && { truncated: true }),
    notes:
      found.next_from === undefined
        ? []
        : [`Goes on at line ${found.next_from}: ask for from ${found.next_from} and ref ${found.commit}.`],
  };
}
