import { conflict, gitRepositoryIsEmpty, invalid, notFound, unprocessable } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { isAncestor } from './history.ts';
import type { Commit } from './objects.ts';
import { refuseProtected } from './protection.ts';
import type { Repository } from './repository.ts';
import { refuseByRules } from './rulesets.ts';
import type { State } from './state.ts';

export const branchRef = (branch: string): string => `refs/heads/${branch}`;
export const isEmpty = (repository: Repository): boolean => repository.refs.size === 0;

/** Branch names with their tips, by name. */
export function branchesOf(repository: Repository): [string, string][] {
  return namesUnder(repository, 'refs/heads/');
}

export const tagsOf = (repository: Repository): [string, string][] => namesUnder(repository, 'refs/tags/');

function namesUnder(repository: Repository, prefix: string): [string, string][] {
  return [...repository.refs]
    .filter(([ref]) => ref.startsWith(prefix))
    .map(([ref, sha]): [string, string] => [ref.slice(prefix.length), sha])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The sha a name stands for: HEAD, a full or short ref, or a sha of at least four digits. */
export function shaAt(repository: Repository, name: string): string | undefined {
  const { refs, objects } = repository;
  if (name === 'HEAD' || name === '') return refs.get(branchRef(repository.defaultBranch));
  return (
    refs.get(name) ??
    refs.get(branchRef(name)) ??
    refs.get(`refs/tags/${name}`) ??
    refs.get(`refs/${name}`) ??
    objects.expand(name)
  );
}

export interface FoundCommit {
  readonly sha: string;
  readonly commit: Commit;
}

/** The commit that a name leads to, annotated tags followed. */
export function findCommit(repository: Repository, name: string): FoundCommit | undefined {
  let sha = shaAt(repository, name);
  while (sha !== undefined) {
    const object = repository.objects.get(sha);
    if (object?.type === 'commit') return { sha, commit: object };
    sha = object?.type === 'tag' ? object.object : undefined;
  }
  return undefined;
}

/** The same, refusing with 409 for an empty repository, else with 404 and the message. */
export function commitAt(repository: Repository, name: string, missing = 'Not Found'): FoundCommit {
  const found = findCommit(repository, name);
  if (found) return found;
  throw isEmpty(repository) ? gitRepositoryIsEmpty() : notFound(missing);
}

/** A valid name of a ref by git's own rules. Source: git-check-ref-format. */
export const isRefName = (ref: string): boolean =>
  /^refs\/[^/]+\/.+/.test(ref) &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what git forbids
  !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|\/\.|\.lock(\/|$)/.test(ref);

export interface RefUpdate {
  readonly ref: string;
  readonly sha: string;
  readonly actor: Account | undefined;
  readonly force?: boolean;
  /** Refuses with 409 unless the ref is there now. */
  readonly expected?: string;
  readonly viaPull?: boolean;
}

/** Makes a ref that must be new. Throws Refusal. */
export function createRef(state: State, repository: Repository, update: RefUpdate): void {
  const { ref, sha } = update;
  if (!isRefName(ref)) throw unprocessable(`${ref} is not a valid ref name.`);
  const object = repository.objects.get(sha);
  if (!object) throw unprocessable('Object does not exist');
  if (ref.startsWith('refs/heads/') && object.type !== 'commit') throw unprocessable('Object is not a commit');
  if (repository.refs.has(ref)) throw unprocessable('Reference already exists');
  const clash = [...repository.refs.keys()].some((known) => known.startsWith(`${ref}/`) || ref.startsWith(`${known}/`));
  if (clash) throw unprocessable('Reference update failed');
  refuseByRules(state, repository, attempt(update, { isForced: false }));
  move(state, repository, update);
}

/** Moves a ref, forwards only unless forced. Throws Refusal. */
export function updateRef(state: State, repository: Repository, update: RefUpdate): void {
  const before = repository.refs.get(update.ref);
  if (before === undefined) throw unprocessable('Reference does not exist');
  if (update.expected !== undefined && update.expected !== before) {
    throw conflict(`${update.ref} is at ${before} but expected ${update.expected}`);
  }
  if (!repository.objects.get(update.sha)) throw unprocessable('Object does not exist');
  const isForced = !isAncestor(repository.objects, before, update.sha);
  if (isForced && !update.force) throw unprocessable('Update is not a fast forward');
  refuseProtected(state, repository, attempt(update, { isForced }));
  refuseByRules(state, repository, { ...attempt(update, { isForced }), before });
  move(state, repository, update);
}

export function deleteRef(
  state: State,
  repository: Repository,
  gone: { ref: string; actor: Account | undefined },
): void {
  const before = repository.refs.get(gone.ref);
  if (before === undefined) throw unprocessable('Reference does not exist');
  if (gone.ref === branchRef(repository.defaultBranch)) {
    throw unprocessable(`Cannot delete the default branch`);
  }
  const attempted = { ...gone, isDeletion: true, isForced: false, viaPull: false };
  refuseProtected(state, repository, attempted);
  refuseByRules(state, repository, { ...attempted, before });
  repository.refs.delete(gone.ref);
  repository.pushedAt = state.now();
  state.changed({ kind: 'ref', repository, ref: gone.ref, before, after: undefined, actor: gone.actor });
}

/** Renames a branch with its protection; the default branch stays the default one. Throws Refusal. */
export function renameBranch(
  state: State,
  repository: Repository,
  rename: { from: string; to: string; actor: Account | undefined },
): void {
  const sha = repository.refs.get(branchRef(rename.from));
  if (sha === undefined) throw notFound('Branch not found');
  if (!isRefName(branchRef(rename.to))) throw invalid({ resource: 'Branch', field: 'new_name', code: 'invalid' });
  if (repository.refs.has(branchRef(rename.to))) throw unprocessable(`Branch ${rename.to} already exists`);
  repository.refs.delete(branchRef(rename.from));
  const protection = repository.protections.get(rename.from);
  if (protection) {
    repository.protections.delete(rename.from);
    repository.protections.set(rename.to, protection);
  }
  if (repository.defaultBranch === rename.from) repository.defaultBranch = rename.to;
  move(state, repository, { ref: branchRef(rename.to), sha, actor: rename.actor });
  const gone = { repository, ref: branchRef(rename.from), before: sha, after: undefined, actor: rename.actor };
  state.changed({ kind: 'ref', ...gone });
}

function move(state: State, repository: Repository, { ref, sha, actor }: RefUpdate): void {
  const before = repository.refs.get(ref);
  repository.refs.set(ref, sha);
  repository.pushedAt = state.now();
  repository.updatedAt = repository.pushedAt;
  state.changed({ kind: 'ref', repository, ref, before, after: sha, actor });
}

const attempt = ({ ref, actor, viaPull = false }: RefUpdate, how: { isForced: boolean }) => ({
  ...{ ref, actor, viaPull, isDeletion: false },
  ...how,
});
