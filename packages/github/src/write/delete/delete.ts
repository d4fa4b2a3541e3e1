import { ConflictError, NotFoundError, ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { writeFiles } from '../files/index.ts';
import { readHead } from '../files/start.ts';
import { findRelease } from '../releases/release.ts';
import type { Mode } from '../run-or-plan.ts';

export const deletable = ['branch', 'comment', 'review_comment', 'label', 'release', 'file', 'repository'] as const;
export type Deletable = (typeof deletable)[number];

export interface DeleteAsked {
  readonly kind: Deletable;
  /** Exactly: branch, label, tag of a release, path of a file, id of a comment, owner/name of a repository. */
  readonly name: string;
  /** Of a branch its head, of a file the head of its branch. */
  readonly expected_head?: string | undefined;
  /** Of a file. */
  readonly branch?: string | undefined;
  readonly message?: string | undefined;
}

export interface Deleted {
  readonly kind: Deletable;
  readonly name: string;
  /** What is needed to bring it back: the head of a branch, the commit before a file was deleted. */
  readonly was?: string;
  readonly commit?: string;
  readonly verified?: boolean;
}

export type On = RepositoryName & { asked: DeleteAsked };
export type How = Mode & { call: GitHubCall };

/** Deletes one thing by its exact name. Throws NotFoundError when it is not there. */
export function remove(github: GitHub, on: On, how: How): Promise<Deleted> {
  const { kind, expected_head, branch, message } = on.asked;
  const unused = [
    expected_head !== undefined && kind !== 'branch' && kind !== 'file' && 'expected_head',
    branch !== undefined && kind !== 'file' && 'branch',
    message !== undefined && kind !== 'file' && 'message',
  ].filter(Boolean);
  if (unused.length > 0) throw new ValidationError(`${unused.join(', ')}: not for a ${kind}.`);
  return removers[kind](github, on, how);
}

type Remover = (github: GitHub, on: On, how: How) => Promise<Deleted>;

const removers: Readonly<Record<Deletable, Remover>> = {
  branch: removeBranch,
  comment: (github, on, how) => removeComment(github, on, { ...how, of: 'issues' }),
  review_comment: (github, on, how) => removeComment(github, on, { ...how, of: 'pulls' }),
  label: removeLabel,
  release: removeRelease,
  file: removeFile,
  repository: removeRepository,
};

/** Gone already is what was asked for: a request whose answer was lost is sent again. */
const sending = (call: GitHubCall) => ({ ...call, idempotent: true, expect: [404], planned: {} });

async function removeBranch(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name, expected_head: expected } = asked;
  const head = await readHead(github, { ...at, branch: name }, call);
  if (head === undefined) throw missing(asked, at);
  if (expected !== undefined && expected.toLowerCase() !== head) {
    throw new ConflictError(`${name} is at ${head}, not at ${expected}; nothing was deleted.`, {
      hint: 'Look at what was pushed before you decide again.',
      details: { actual: head, expected },
    });
  }
  const gone = { ...at, ref: `heads/${name}` };
  const how = { ...sending(call), expect: [404, 422] };
  const { status, data } = await github.rest('DELETE /repos/{owner}/{repo}/git/refs/{ref}', gone, how);
  if (planning) return { kind, name, was: head };
  const left = await readHead(github, { ...at, branch: name }, call);
  if (left !== undefined) {
    const said = (data as { message?: string } | undefined)?.message ?? `status ${status}`;
    throw new ConflictError(`The branch ${name} is still there: ${said}`, {
      hint: 'The default branch and protected ones cannot be deleted.',
    });
  }
  return { kind, name, was: head, verified: true };
}

async function removeComment(
  github: GitHub,
  { asked, ...at }: On,
  { call, planning, of }: How & { of: 'issues' | 'pulls' },
): Promise<Deleted> {
  const { kind, name } = asked;
  if (!/^\d{1,15}$/.test(name)) throw new ValidationError('name must be the id of the comment, a number.');
  const path = `/repos/{owner}/{repo}/${of}/comments/{comment_id}` as const;
  const comment = { ...at, comment_id: Number(name) };
  const read = async () => (await github.rest(`GET ${path}` as const, comment, { ...call, expect: [404] })).status;
  if ((await read()) === 404) throw missing(asked, at);
  await github.rest(`DELETE ${path}` as const, comment, sending(call));
  return { kind, name, ...(!planning && { verified: (await read()) === 404 }) };
}

async function removeLabel(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name } = asked;
  const route = 'GET /repos/{owner}/{repo}/labels/{name}';
  const read = () => github.rest(route, { ...at, name }, { ...call, expect: [404] });
  const { status, data } = await read();
  if (status === 404) throw missing(asked, at);
  refuseOther(asked, data.name);
  await github.rest('DELETE /repos/{owner}/{repo}/labels/{name}', { ...at, name }, sending(call));
  return { kind, name, ...(!planning && { verified: (await read()).status === 404 }) };
}

/** The tag stays. */
async function removeRelease(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name } = asked;
  const release = await findRelease(github, { ...at, tag: name }, call);
  if (!release) throw missing(asked, at);
  const one = { ...at, release_id: release.id };
  await github.rest('DELETE /repos/{owner}/{repo}/releases/{release_id}', one, sending(call));
  if (planning) return { kind, name };
  const route = 'GET /repos/{owner}/{repo}/releases/{release_id}';
  const { status } = await github.rest(route, one, { ...call, expect: [404] });
  return { kind, name, verified: status === 404 };
}

async function removeFile(github: GitHub, { asked, ...at }: On, how: How): Promise<Deleted> {
  const { kind, name, branch, expected_head, message = `Delete ${name}` } = asked;
  const files = { files: [{ path: name, delete: true }], message, branch, expected_head };
  const { commit, parent } = await writeFiles(github, { ...at, asked: files }, how);
  const was = parent === undefined ? {} : { was: parent };
  return { kind, name, ...was, ...(commit !== undefined && { commit, verified: true }) };
}

async function removeRepository(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name } = asked;
  const read = () => github.rest('GET /repos/{owner}/{repo}', { ...at }, { ...call, expect: [404] });
  const { status, data } = await read();
  if (status === 404) throw missing(asked, at);
  // A renamed repository answers to its old name: what is deleted must be what was typed, twice.
  refuseOther(asked, data.full_name);
  refuseOther({ kind, name: `${at.owner}/${at.repo}` }, data.full_name);
  await github.rest('DELETE /repos/{owner}/{repo}', { ...at }, sending(call));
  return { kind, name, ...(!planning && { verified: (await read()).status === 404 }) };
}

function refuseOther({ kind, name }: DeleteAsked, actual: string): void {
  if (actual === name) return;
  throw new ValidationError(
    `The ${kind} is named ${JSON.stringify(actual)}, not ${JSON.stringify(name)}; nothing was deleted.`,
    {
      hint: 'Give name exactly as it is.',
    },
  );
}

const missing = ({ kind, name }: DeleteAsked, { owner, repo }: RepositoryName): NotFoundError =>
  new NotFoundError(`There is no ${kind.replace('_', ' ')} ${JSON.stringify(name)} in ${owner}/${repo}.`, {
    hint: 'It may be gone already; check the name.',
  });
