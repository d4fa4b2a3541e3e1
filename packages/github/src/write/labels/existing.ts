import { NotFoundError, nearest } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { without } from '../differences.ts';
import { listed } from '../saying.ts';

const perPage = 100;
const mostShown = 30;

/** Throws NotFoundError for labels that are none of the repository's: GitHub would make each of them, also one that is mistyped. */
export async function checkLabels(
  github: GitHub,
  { owner, repo, names }: RepositoryName & { names: readonly string[] },
  call: GitHubCall,
): Promise<void> {
  if (names.length === 0) return;
  const asked = { owner, repo, per_page: perPage };
  const { data } = await github.rest('GET /repos/{owner}/{repo}/labels', asked, call);
  const known = data.map(({ name }) => name);
  const missing = without(names, known);
  // Of more labels than a page has, these are asked for by name.
  const unknown = data.length < perPage ? missing : await absent(github, { owner, repo, names: missing }, call);
  if (unknown.length > 0) throw noLabels(unknown, { owner, repo, known });
}

async function absent(
  github: GitHub,
  { names, ...at }: RepositoryName & { names: readonly string[] },
  call: GitHubCall,
): Promise<string[]> {
  const gone: string[] = [];
  for (const name of names) {
    const route = 'GET /repos/{owner}/{repo}/labels/{name}';
    const { status } = await github.rest(route, { ...at, name }, { ...call, expect: [404] });
    if (status === 404) gone.push(name);
  }
  return gone;
}

/** Of names that are no labels, with those that are near. */
export function noLabels(
  names: readonly string[],
  { owner, repo, known }: RepositoryName & { known: readonly string[] },
): NotFoundError {
  const near = names.flatMap((name) => nearest(name, known));
  const there = `There are ${listed(known, mostShown)}.`;
  return new NotFoundError(`There is no label ${names.map((name) => `"${name}"`).join(', ')} in ${owner}/${repo}.`, {
    hint: `${near.length > 0 ? `Did you mean ${listed(near)}?` : there} github_labels_write makes labels.`,
  });
}
