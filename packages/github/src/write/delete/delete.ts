import { ConflictError, ValidationError } from '@mcp-servers/core';
import type { GitHub, RepositoryName } from '../../client/index.ts';
import { checkHead } from '../expected-head.ts';
import { writeFiles } from '../files/index.ts';
import { readHead } from '../files/start.ts';
import { isGone } from '../is-gone.ts';
import type { How } from '../run-or-plan.ts';
import { removeGist, removeGistComment } from './gists.ts';
import { deleteDiscussion, deleteDiscussionComment, deleteProject, deleteProjectItem } from './nodes.ts';
import { removeMilestone, removeRelease, removeTag } from './releases.ts';
import { missing, orMissing, sending } from './sending.ts';

const inRepository = [
  ...(['branch', 'tag', 'comment', 'review_comment', 'label', 'milestone', 'release', 'file', 'repository'] as const),
  ...(['discussion', 'discussion_comment'] as const),
] as const;
/** Of a person or an organisation, in no repository. */
const inAccount = ['gist', 'gist_comment', 'project', 'project_item'] as const;
export const deletable = [...inRepository, ...inAccount] as const;
export type Deletable = (typeof deletable)[number];

export interface DeleteAsked {
  readonly kind: Deletable;
  /** Exactly what it is called; `github_delete` says what that is for each kind. */
  readonly name: string;
  /** Of a branch its head, of a file the head of its branch. */
  readonly expected_head?: string | undefined;
  /** Of a file. */
  readonly branch?: string | undefined;
  readonly message?: string | undefined;
  /** `owner/number` of the project. */
  readonly project?: string | undefined;
}

export interface Deleted {
  readonly kind: Deletable;
  readonly name: string;
  /** The head of a branch and the commit before a file was deleted, which bring them back; title or text of what has no other trace. */
  readonly was?: string;
  readonly commit?: string;
  readonly verified?: boolean;
  readonly note?: string;
}

export type On = RepositoryName & { asked: DeleteAsked };

/** What only some kinds take. */
const fields = {
  expected_head: ['branch', 'file'],
  branch: ['file'],
  message: ['file'],
  project: ['project', 'project_item'],
} as const satisfies Partial<Record<keyof DeleteAsked, readonly Deletable[]>>;

/** Deletes one thing by its exact name. Throws NotFoundError when it is not there. */
export async function remove(
  github: GitHub,
  { place, asked }: { place: RepositoryName | undefined; asked: DeleteAsked },
  how: How,
): Promise<Deleted> {
  const { kind } = asked;
  const unused = Object.entries(fields).flatMap(([name, kinds]: [string, readonly Deletable[]]) =>
    asked[name as keyof typeof fields] === undefined || kinds.includes(kind) ? [] : [name],
  );
  if (unused.length > 0) throw new ValidationError(`${unused.join(', ')}: not for a ${kind}.`);
  if (isInAccount(kind)) {
    if (place) throw new ValidationError(`repo: a ${kind} is in no repository.`, { hint: 'Leave it out.' });
    return accountRemovers[kind](github, asked, how);
  }
  if (!place) throw new ValidationError(`repo must be given to delete a ${kind}.`);
  return removers[kind](github, { ...place, asked }, how);
}

const isInAccount = (kind: Deletable): kind is (typeof inAccount)[number] =>
  (inAccount as readonly Deletable[]).includes(kind);

const accountRemovers: Readonly<
  Record<(typeof inAccount)[number], (github: GitHub, asked: DeleteAsked, how: How) => Promise<Deleted>>
> = {
  gist: removeGist,
  gist_comment: removeGistComment,
  project: deleteProject,
  project_item: deleteProjectItem,
};

type Remover = (github: GitHub, on: On, how: How) => Promise<Deleted>;

const removers: Readonly<Record<(typeof inRepository)[number], Remover>> = {
  branch: removeBranch,
  tag: removeTag,
  comment: (github, on, how) => removeComment(github, on, { ...how, of: 'issues' }),
  review_comment: (github, on, how) => removeComment(github, on, { ...how, of: 'pulls' }),
  label: removeLabel,
  milestone: removeMilestone,
  release: removeRelease,
  file: removeFile,
  repository: removeRepository,
  discussion: deleteDiscussion,
  discussion_comment: deleteDiscussionComment,
};

async function removeBranch(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name, expected_head: expected } = asked;
  const head = await readHead(github, { ...at, branch: name }, call);
  if (head === undefined) throw missing(asked, at);
  checkHead(name, head, expected);
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
  const read = () => github.rest(`GET ${path}` as const, comment, call);
  await orMissing(read(), () => missing(asked, at));
  await github.rest(`DELETE ${path}` as const, comment, sending(call));
  return { kind, name, ...(!planning && { verified: await isGone(read()) }) };
}

async function removeLabel(github: GitHub, { asked, ...at }: On, { call, planning }: How): Promise<Deleted> {
  const { kind, name } = asked;
  const route = 'GET /repos/{owner}/{repo}/labels/{name}';
  const read = () => github.rest(route, { ...at, name }, call);
  const { data } = await orMissing(read(), () => missing(asked, at));
  refuseOther(asked, data.name);
  await github.rest('DELETE /repos/{owner}/{repo}/labels/{name}', { ...at, name }, sending(call));
  return { kind, name, ...(!planning && { verified: await isGone(read()) }) };
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
  const read = () => github.rest('GET /repos/{owner}/{repo}', { ...at }, call);
  const { data } = await orMissing(read(), () => missing(asked, at));
  // A renamed repository answers to its old name: what is deleted must be what was typed, twice.
  refuseOther(asked, data.full_name);
  refuseOther({ kind, name: `${at.owner}/${at.repo}` }, data.full_name);
  await github.rest('DELETE /repos/{owner}/{repo}', { ...at }, sending(call));
  return { kind, name, ...(!planning && { verified: await isGone(read()) }) };
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
