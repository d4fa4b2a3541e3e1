import { AppError, NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../client/index.ts';
import { nearHint } from './near.ts';

/**
 * The commit that a branch, tag or sha stands for, so that everything read after it is of one state. Throws NotFoundError with near
 * names for a ref that there is not, ConflictError for an empty repository.
 */
export async function resolveCommit(
  github: GitHub,
  { ref = 'HEAD', ...name }: RepositoryName & { ref?: string | undefined },
  call: GitHubCall,
): Promise<string> {
  const asSha = { mediaType: { format: 'sha' } };
  try {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}';
    const { data } = await github.rest(route, { ...name, ref, ...asSha }, { ...call, as: 'text' });
    return data.trim();
  } catch (error) {
    // HEAD is missing in a repository whose default branch is; GitHub says 404 where the repository itself is not seen.
    const missing = ref === 'HEAD' ? ['validation'] : ['validation', 'not_found'];
    if (!(error instanceof AppError) || !missing.includes(error.code)) throw error;
    throw await refNotFound(github, { ...name, ref }, { call, cause: error });
  }
}

async function refNotFound(
  github: GitHub,
  { ref, ...name }: RepositoryName & { ref: string },
  { call, cause }: { call: GitHubCall; cause: AppError },
): Promise<AppError> {
  const page = { ...name, per_page: 100 };
  const found = await Promise.all([
    github.rest('GET /repos/{owner}/{repo}/branches', page, call),
    github.rest('GET /repos/{owner}/{repo}/tags', page, call),
  ]).catch(() => undefined);
  // The repository itself cannot be read: that is what the first error says.
  if (found === undefined) return cause;
  const names = found.flatMap(({ data }) => data.map((each) => each.name));
  if (ref === 'HEAD') {
    const hint = `${nearHint('', names)} Give one of them as ref.`;
    return new NotFoundError(`${name.owner}/${name.repo} has no commit on its default branch.`, { cause, hint });
  }
  return new NotFoundError(`ref: "${ref}" is no branch, tag or commit of ${name.owner}/${name.repo}.`, {
    cause,
    hint: `${nearHint(ref, names)} Without ref it is the default branch.`,
  });
}
