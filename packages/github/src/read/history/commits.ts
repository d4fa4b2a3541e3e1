import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { resolveCommit } from '../commit.ts';
import { given } from '../given.ts';
import { firstPlace, hasNext, type Scanned, scan } from '../listing/index.ts';
import { gitPath, type How, type Part } from './query.ts';
import { toCommitRow } from './rows.ts';

/** Commits that a ref leads to. */
export async function commits(github: GitHub, { name, query, place, ...how }: How, call: GitHubCall): Promise<Part> {
  const { ref, author } = query;
  const [since, until] = [toInstant('since', query.since), toInstant('until', query.until)];
  const path = gitPath(query.path);
  // A branch with a new commit would move the pages, so they are counted from one commit.
  const sha = place?.at ?? (await resolveCommit(github, { ...name, ref }, call));
  const parameters = given({ ...name, sha, path, author, since, until });
  const found = await scan({
    ...how,
    from: place?.commits ?? firstPlace(how.limit),
    toRow: toCommitRow,
    async fetch(page, size) {
      const asked = { ...parameters, page, per_page: size };
      const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/commits', asked, call);
      return { items: data, more: hasNext(headers) };
    },
  });
  const none = found.rows.length === 0 && place === undefined;
  return { ...pageOf(found, sha), notes: none ? ['No commit matches.'] : [] };
}

/** The rows of a list of commits, and where it goes on. */
export const pageOf = (
  { rows, next, cut }: Scanned<Record<string, unknown>>,
  at: string,
): Pick<Part, 'rows' | 'next' | 'truncated'> => ({
  ...{ rows, next: next && { at, commits: next } },
  ...(cut === 'budget' && { truncated: true }),
});

/** A day is all of it: since its first moment, until its last. */
function toInstant(name: 'since' | 'until', time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  const isDay = /^\d{4}-\d\d-\d\d$/.test(time);
  const instant = new Date(isDay ? `${time}T${name === 'since' ? '00:00:00' : '23:59:59'}Z` : time);
  // Date takes February 31 for a day of March.
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== time.slice(0, 10)) {
    throw new ValidationError(`${name}: there is no time ${time}.`);
  }
  return instant.toISOString().replace('.000Z', 'Z');
}
