import { ConflictError, NotFoundError, nearest, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { resolveCommit } from '../../read/commit.ts';
import { listed } from '../saying.ts';

export interface Target {
  /** The default branch unless given. */
  readonly branch?: string | undefined;
  /** Makes the branch from this ref or sha. */
  readonly from?: string | undefined;
}

/** What a commit is made on. */
export type Start =
  | { readonly kind: 'branch' | 'new_branch'; readonly branch: string; readonly head: string; readonly tree: string }
  | { readonly kind: 'empty'; readonly branch: string };

/** Throws NotFoundError for a branch that is not there, ConflictError for a new one that is, ValidationError for a protected one that nobody named. */
export async function startOf(
  github: GitHub,
  { branch, from, ...name }: RepositoryName & Target,
  call: GitHubCall,
): Promise<Start> {
  if (from !== undefined) return newBranch(github, { ...name, branch, from }, call);
  const wanted = branch ?? (await defaultBranch(github, name, call));
  const asked = { ...name, branch: wanted };
  const answer = await github.rest('GET /repos/{owner}/{repo}/branches/{branch}', asked, { ...call, expect: [404] });
  if (answer.status === 404) return missingBranch(github, { ...name, branch: wanted }, call);
  const { name: actual, commit, protected: isProtected } = answer.data;
  if (actual !== wanted) {
    throw new NotFoundError(`The branch ${wanted} was renamed to ${actual}.`, { hint: `Give branch: "${actual}".` });
  }
  if (isProtected && branch === undefined) {
    throw new ValidationError(`${actual} is the default branch and protected, so it must be named.`, {
      hint: `Give branch: "${actual}", or a new branch with new_branch_from and open a pull request.`,
    });
  }
  return { kind: 'branch', branch: actual, head: commit.sha, tree: commit.commit.tree.sha };
}

async function newBranch(
  github: GitHub,
  { branch, from, ...name }: RepositoryName & { branch: string | undefined; from: string },
  call: GitHubCall,
): Promise<Start> {
  if (branch === undefined) throw new ValidationError('new_branch_from needs branch, the name of the new one.');
  const head = await resolveCommit(github, { ...name, ref: from }, call);
  const existing = await readHead(github, { ...name, branch }, call);
  if (existing !== undefined) {
    throw new ConflictError(`The branch ${branch} exists, at ${existing}.`, {
      hint: 'Leave new_branch_from out to commit on it, or choose another name.',
      details: { actual: existing },
    });
  }
  const asked = { ...name, commit_sha: head };
  const { data } = await github.rest('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', asked, call);
  return { kind: 'new_branch', branch, head, tree: data.tree.sha };
}

export async function defaultBranch(github: GitHub, name: RepositoryName, call: GitHubCall): Promise<string> {
  return (await github.rest('GET /repos/{owner}/{repo}', { ...name }, call)).data.default_branch;
}

/** Sha of a branch's tip; undefined when it is not there. */
export async function readHead(
  github: GitHub,
  { branch, ...name }: RepositoryName & { branch: string },
  call: GitHubCall,
): Promise<string | undefined> {
  const asked = { ...name, ref: `heads/${branch}` };
  const { status, data } = await github.rest('GET /repos/{owner}/{repo}/git/ref/{ref}', asked, {
    ...call,
    expect: [404, 409],
  });
  return status === 200 ? data.object.sha : undefined;
}

async function missingBranch(
  github: GitHub,
  { branch, ...name }: RepositoryName & { branch: string },
  call: GitHubCall,
): Promise<Start> {
  const { data } = await github.rest('GET /repos/{owner}/{repo}/branches', { ...name, per_page: 100 }, call);
  if (data.length === 0) return { kind: 'empty', branch };
  const names = data.map((each) => each.name);
  const near = nearest(branch, names);
  throw new NotFoundError(`There is no branch ${branch} in ${name.owner}/${name.repo}.`, {
    hint: `${near.length > 0 ? `Did you mean ${listed(near)}?` : `There are ${listed(names, 10)}.`} new_branch_from makes a new one.`,
  });
}
