import { ConflictError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import type { How } from '../run-or-plan.ts';
import { repeatable } from '../writes.ts';

export interface RepositoryAsked {
  readonly description?: string | undefined;
  /** Unless it is false. */
  readonly private?: boolean | undefined;
  /** With a README. */
  readonly auto_init?: boolean | undefined;
  /** Of a fork: account it goes to, and its name there. */
  readonly organization?: string | undefined;
  readonly fork_name?: string | undefined;
  readonly default_branch_only?: boolean | undefined;
}

export interface RepositoryWritten {
  readonly repo?: string;
  readonly url?: string;
  readonly default_branch?: string;
  readonly private?: boolean;
  readonly starred?: boolean;
  readonly verified?: boolean;
  readonly note?: string;
}

type On = RepositoryName & { asked: RepositoryAsked };

/**
 * A new repository of the credential's user, or of an organisation. Throws ConflictError when the name is taken, or leads to a
 * repository that was renamed: a new one would end that.
 */
export async function createRepository(
  github: GitHub,
  { asked, owner, repo }: On,
  { call, planning }: How,
): Promise<RepositoryWritten> {
  const { description, private: hidden = true, auto_init = false } = asked;
  const { status, data: there } = await github.rest('GET /repos/{owner}/{repo}', { owner, repo }, expecting404(call));
  if (status !== 404) throw taken(`${owner}/${repo}`, there.full_name);
  const fields = { name: repo, private: hidden, auto_init, ...given({ description }) };
  const viewer = await github.viewer(call.signal);
  const how = { ...call, planned: {} };
  if (viewer?.toLowerCase() === owner.toLowerCase()) await github.rest('POST /user/repos', fields, how);
  else await github.rest('POST /orgs/{org}/repos', { org: owner, ...fields }, how);
  if (planning) return {};
  const now = await read(github, { owner, repo }, call);
  const isSame = now.private === hidden && now.repo.toLowerCase() === `${owner}/${repo}`.toLowerCase();
  return { ...now, verified: isSame };
}

/** A fork; GitHub copies in the background. */
export async function forkRepository(
  github: GitHub,
  { asked, ...at }: On,
  { call, planning }: How,
): Promise<RepositoryWritten> {
  const { organization, fork_name: name, default_branch_only } = asked;
  const fields = given({ organization, name, default_branch_only });
  const how = { ...call, planned: { full_name: '' } };
  const { data } = await github.rest('POST /repos/{owner}/{repo}/forks', { ...at, ...fields }, how);
  if (planning) return {};
  const [owner = '', repo = ''] = data.full_name.split('/');
  const { status, data: now } = await github.rest('GET /repos/{owner}/{repo}', { owner, repo }, expecting404(call));
  if (status === 404)
    return { repo: data.full_name, url: data.html_url, note: 'GitHub is still copying it; read it in a minute.' };
  const isFork = now.fork && [now.parent?.full_name, now.source?.full_name].some((source) => isSame(source, at));
  const note =
    name !== undefined && name.toLowerCase() !== repo.toLowerCase()
      ? { note: 'It has another name than was asked for: there was a fork already, or a repository of that name.' }
      : {};
  return { ...rowOf(now), verified: isFork, ...note };
}

export const star = (github: GitHub, on: On, how: How) => setStar(github, { ...on, starred: true }, how);
export const unstar = (github: GitHub, on: On, how: How) => setStar(github, { ...on, starred: false }, how);

async function setStar(
  github: GitHub,
  { owner, repo, starred }: RepositoryName & { starred: boolean },
  { call, planning }: How,
): Promise<RepositoryWritten> {
  const at = { owner, repo };
  const how = repeatable(call);
  if (starred) await github.rest('PUT /user/starred/{owner}/{repo}', at, how);
  else await github.rest('DELETE /user/starred/{owner}/{repo}', at, how);
  if (planning) return {};
  const { status } = await github.rest('GET /user/starred/{owner}/{repo}', at, expecting404(call));
  const now = status !== 404;
  return { repo: `${owner}/${repo}`, starred: now, verified: now === starred };
}

const expecting404 = (call: GitHubCall) => ({ ...call, expect: [404] });

const isSame = (name: string | undefined, { owner, repo }: RepositoryName): boolean =>
  name?.toLowerCase() === `${owner}/${repo}`.toLowerCase();

const taken = (name: string, now: string): ConflictError =>
  name.toLowerCase() === now.toLowerCase()
    ? new ConflictError(`${name} exists already.`, { hint: 'Choose another name, or use what is there.' })
    : new ConflictError(`${name} is an old name of ${now}, and still leads there.`, {
        hint: 'Choose another name: a new repository of this name would end that.',
      });

interface Row {
  full_name: string;
  html_url: string;
  default_branch: string;
  private: boolean;
}

async function read(github: GitHub, at: RepositoryName, call: GitHubCall) {
  return rowOf((await github.rest('GET /repos/{owner}/{repo}', { ...at }, call)).data);
}

const rowOf = ({ full_name, html_url, default_branch, private: hidden }: Row) => ({
  ...{ repo: full_name, url: html_url, default_branch, private: hidden },
});
