import { type AppError, AuthError, ConflictError, NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { nearHint } from '../../read/near.ts';
import { readHead } from '../files/start.ts';

interface Between extends RepositoryName {
  /** `branch`, or `owner:branch` of a fork. */
  readonly head: string;
  readonly head_repo?: string | undefined;
  readonly base: string;
}

/**
 * Why there can be no new pull request between these, where GitHub says no more than that a field is not valid: there is one already,
 * or one of them is no branch. Undefined when it is neither.
 */
export async function cannotCreate(github: GitHub, between: Between, call: GitHubCall): Promise<AppError | undefined> {
  try {
    return await problemOf(github, between, call);
  } catch (error) {
    // Who may open a pull request need not be allowed to read branches.
    if (error instanceof AuthError) return undefined;
    throw error;
  }
}

async function problemOf(
  github: GitHub,
  { owner, repo, head, head_repo, base }: Between,
  call: GitHubCall,
): Promise<AppError | undefined> {
  const at = { owner, repo };
  const [from, branch] = head.includes(':') ? split(head) : [owner, head];
  const isHere =
    from.toLowerCase() === owner.toLowerCase() && [undefined, repo, `${owner}/${repo}`].includes(head_repo);
  for (const [name, wanted] of [['base', base] as const, ...(isHere ? [['head', branch] as const] : [])]) {
    if ((await readHead(github, { ...at, branch: wanted }, call)) !== undefined) continue;
    const { data } = await github.rest('GET /repos/{owner}/{repo}/branches', { ...at, per_page: 100 }, call);
    const names = data.map((each) => each.name);
    return new NotFoundError(`${name}: there is no branch "${wanted}" in ${owner}/${repo}.`, {
      hint: nearHint(wanted, names),
    });
  }
  const asked = { ...at, head: `${from}:${branch}`, base, state: 'open' as const, per_page: 1 };
  const { data } = await github.rest('GET /repos/{owner}/{repo}/pulls', asked, call);
  const [there] = data;
  if (there === undefined) return undefined;
  return new ConflictError(`${owner}/${repo}#${there.number} is open for ${head} into ${base} already.`, {
    hint: `Change it with number: ${there.number}, or choose another branch.`,
    details: { number: there.number, url: there.html_url },
  });
}

function split(head: string): [string, string] {
  const at = head.indexOf(':');
  return [head.slice(0, at), head.slice(at + 1)];
}
