import { ConflictError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { resolveCommit } from '../../read/commit.ts';
import { checkHead } from '../expected-head.ts';
import { moveBranch } from '../files/commit.ts';
import { readHead } from '../files/start.ts';
import type { How } from '../run-or-plan.ts';

export interface BranchAsked {
  readonly branch: string;
  /** Branch, tag or sha; the default branch unless given. */
  readonly to?: string | undefined;
  readonly expected_head?: string | undefined;
  readonly new_name?: string | undefined;
}

export interface BranchWritten {
  readonly branch?: string;
  readonly head?: string;
  readonly before?: string;
  readonly verified?: boolean;
  readonly note?: string;
}

type On = RepositoryName & { asked: BranchAsked };

/** GitHub would make refs/heads/refs/heads/x without a word. */
function checkName(name: string): void {
  const short = /^refs\/(?:heads|tags)\/(.*)$/.exec(name)?.[1];
  if (short === undefined) return;
  throw new ValidationError(`${name} is the whole name of a ref, not of a branch.`, {
    hint: `Give the branch alone: "${short}".`,
  });
}

/** A new branch. Throws ConflictError with its head when there is one of this name. */
export async function createBranch(
  github: GitHub,
  { asked, ...name }: On,
  { call, planning }: How,
): Promise<BranchWritten> {
  const { branch, to } = asked;
  checkName(branch);
  const commit = await resolveCommit(github, { ...name, ref: to }, call);
  const there = await readHead(github, { ...name, branch }, call);
  if (there !== undefined) {
    throw new ConflictError(`The branch ${branch} exists, at ${there}.`, {
      hint: 'Choose another name, or move it forward with action "update".',
      details: { actual: there },
    });
  }
  await moveBranch(github, { ...name, branch, commit, head: undefined }, call);
  return readBack(github, { ...name, branch, commit }, { call, planning });
}

/** Moves a branch forward to a commit that contains it. */
export async function updateBranch(
  github: GitHub,
  { asked, ...name }: On,
  { call, planning }: How,
): Promise<BranchWritten> {
  const { branch, to } = asked;
  if (to === undefined) throw new ValidationError('to must be given: the branch, tag or commit to move forward to.');
  const before = await headOf(github, { ...name, asked }, call);
  const commit = await resolveCommit(github, { ...name, ref: to }, call);
  if (commit === before) return { branch, head: commit, before, verified: true, note: 'It is there already.' };
  const range = { ...name, basehead: `${before}...${commit}`, per_page: 1 };
  const { data } = await github.rest('GET /repos/{owner}/{repo}/compare/{basehead}', range, call);
  if (data.status !== 'ahead') {
    throw new ConflictError(
      `${branch} cannot move forward to ${to}: ${data.behind_by} of its commits are not in ${commit}.`,
      {
        hint: 'Merge the branch into it first, or open a pull request.',
        details: { status: data.status, ahead_by: data.ahead_by, behind_by: data.behind_by },
      },
    );
  }
  await moveBranch(github, { ...name, branch, commit, head: before }, call);
  return { before, ...(await readBack(github, { ...name, branch, commit }, { call, planning })) };
}

/** Pull requests and protections follow the new name. */
export async function renameBranch(
  github: GitHub,
  { asked, ...name }: On,
  { call, planning }: How,
): Promise<BranchWritten> {
  const { branch, new_name } = asked;
  if (new_name === undefined) throw new ValidationError('new_name must be given.');
  checkName(new_name);
  const commit = await headOf(github, { ...name, asked }, call);
  const there = await readHead(github, { ...name, branch: new_name }, call);
  if (there !== undefined) throw new ConflictError(`The branch ${new_name} exists, at ${there}.`);
  const route = 'POST /repos/{owner}/{repo}/branches/{branch}/rename';
  await github.rest(route, { ...name, branch, new_name }, { ...call, planned: {} });
  return readBack(github, { ...name, branch: new_name, commit }, { call, planning });
}

async function headOf(github: GitHub, { asked, ...name }: On, call: GitHubCall): Promise<string> {
  const { branch, expected_head: expected } = asked;
  const actual = await readHead(github, { ...name, branch }, call);
  if (actual === undefined) {
    throw new NotFoundError(`There is no branch ${branch} in ${name.owner}/${name.repo}.`, {
      hint: 'github_repo with include ["branches"] lists them.',
    });
  }
  checkHead(branch, actual, expected);
  return actual;
}

async function readBack(
  github: GitHub,
  { branch, commit, ...name }: RepositoryName & { branch: string; commit: string },
  { call, planning }: How,
): Promise<BranchWritten> {
  if (planning) return { branch };
  const head = await readHead(github, { ...name, branch }, call);
  const note = head === undefined ? 'It does not show yet; read it again.' : `It is already at ${head}.`;
  return { branch, ...(head !== undefined && { head }), verified: head === commit, ...(head !== commit && { note }) };
}
