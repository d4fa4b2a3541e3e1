import { AppError, CancelledError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, Missing, RepositoryName } from '../../client/index.ts';
import type { PullNode } from './pull.query.ts';

export interface AskedReviewers {
  /** Logins of people and slugs of teams. */
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Who was asked to review. The slugs of teams come by REST, which wants no scope for them, and only where a team is among the reviewers; one
 * that the credential may not see is null.
 */
export async function readReviewers(
  github: GitHub,
  { requests, ...at }: RepositoryName & { number: number; requests: PullNode['reviewRequests'] },
  call: GitHubCall,
): Promise<AskedReviewers> {
  const asked = (requests?.nodes ?? []).flatMap((request) => (request ? [request.requestedReviewer] : []));
  const logins = asked.flatMap((one) => one?.login ?? []);
  const teams = asked.filter((one) => !one?.login).map((one) => (one ? 'a team' : 'somebody who may not be seen'));
  const unlisted = (requests?.totalCount ?? 0) - asked.length;
  const notes = unlisted > 0 ? [`${unlisted} more ${unlisted === 1 ? 'was' : 'were'} asked to review.`] : [];
  if (teams.length === 0) return { names: logins, notes };
  try {
    const slugs = await readSlugs(github, at, call);
    return { names: [...logins, ...slugs], notes };
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof CancelledError) throw error;
    const why = `The names of the teams that were asked to review could not be read: ${error.message}`;
    return { names: [...logins, ...teams], notes: [...notes, why] };
  }
}

async function readSlugs(
  github: GitHub,
  { owner, repo, number }: RepositoryName & { number: number },
  call: GitHubCall,
): Promise<string[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
  const { data } = await github.rest(route, { owner, repo, pull_number: number }, call);
  return data.teams.map(({ slug }) => slug);
}

export const isOfReviewers = (missing: Missing): boolean =>
  missing.kind === 'part' && missing.path.includes('.reviewRequests.');
