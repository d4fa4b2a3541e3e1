import { conflict, invalid } from '../refusal.ts';
import { type Account, noreplyOf } from './accounts.ts';
import { mergeTrees } from './merge.ts';
import type { Person } from './objects.ts';
import { branchRef, createRef, updateRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';
import { editTree, emptyTree, type TreeEdit } from './trees.ts';

/** How GitHub signs what it commits for a user. */
export const personOf = (state: State, user: Account): Person => ({
  name: user.name ?? user.login,
  email: noreplyOf(user),
  date: state.now(),
});

/** Text, bytes, or a whole entry: a mode with text, or with the sha of a submodule. Null deletes. */
export type FileContent =
  | string
  | Buffer
  | null
  | { readonly mode: '100755' | '120000'; readonly content: string | Buffer }
  | { readonly mode: '160000'; readonly sha: string };

export interface NewCommit {
  readonly branch?: string;
  readonly message: string;
  readonly files: Readonly<Record<string, FileContent>>;
  readonly author: Account;
  /** Milliseconds since 1970; now unless given. */
  readonly date?: number;
  /** Where a new branch begins; the tip of the default branch unless given, nothing in an empty repository. */
  readonly from?: string;
}

/** Commits files on a branch, which is made where it is missing; past every protection. Returns the commit's sha. */
export function commitFiles(state: State, repository: Repository, commit: NewCommit): string {
  const { objects, refs } = repository;
  const ref = branchRef(commit.branch ?? repository.defaultBranch);
  const parent = refs.get(ref) ?? commit.from ?? refs.get(branchRef(repository.defaultBranch));
  const tree = parent === undefined ? emptyTree(objects) : objects.read('commit', parent).tree;
  const edits = Object.entries(commit.files).map(([path, content]) => toEdit(repository, path, content));
  const person = { ...personOf(state, commit.author), date: commit.date ?? state.now() };
  const sha = objects.put({
    type: 'commit',
    tree: editTree(objects, tree, edits),
    parents: parent === undefined ? [] : [parent],
    author: person,
    committer: person,
    message: commit.message,
  });
  const before = refs.get(ref);
  refs.set(ref, sha);
  repository.pushedAt = state.now();
  state.changed({ kind: 'ref', repository, ref, before, after: sha, actor: commit.author });
  return sha;
}

function toEdit({ objects }: Repository, path: string, content: FileContent): TreeEdit {
  if (content === null) return { path, sha: null };
  if (typeof content === 'object' && 'sha' in content) return { path, mode: content.mode, sha: content.sha };
  const isPlain = typeof content === 'string' || Buffer.isBuffer(content);
  const data = Buffer.from(isPlain ? (content as string) : (content.content as string));
  return { path, mode: isPlain ? '100644' : content.mode, sha: objects.put({ type: 'blob', data }) };
}

export interface BranchMerge {
  readonly branch: string;
  /** Sha of the commit that is merged in. */
  readonly head: string;
  readonly message: string;
  readonly actor: Account;
  readonly viaPull?: boolean;
  /** Milliseconds since 1970; now unless given. */
  readonly date?: number;
}

/** A merge commit on the branch; returns its sha. Throws Refusal 409 on conflicts. */
export function mergeInto(state: State, repository: Repository, merge: BranchMerge): string {
  const { objects, refs } = repository;
  const base = refs.get(branchRef(merge.branch));
  if (base === undefined) throw invalid({ resource: 'Merge', field: 'base', code: 'missing' });
  const { tree, conflicts } = mergeTrees(objects, base, merge.head);
  if (conflicts.length > 0) throw conflict('Merge conflict');
  const person = { ...personOf(state, merge.actor), date: merge.date ?? state.now() };
  const commit = { tree, parents: [base, merge.head], message: merge.message } as const;
  const sha = objects.put({ type: 'commit', ...commit, author: person, committer: person });
  updateRef(state, repository, {
    ref: branchRef(merge.branch),
    sha,
    actor: merge.actor,
    ...(merge.viaPull && { viaPull: true }),
  });
  return sha;
}

/** Moves the branch, or makes it in an empty repository. Throws Refusal. */
export function advance(
  state: State,
  repository: Repository,
  to: { branch: string; sha: string; actor: Account | undefined },
): void {
  const update = { ref: branchRef(to.branch), sha: to.sha, actor: to.actor };
  if (repository.refs.has(update.ref)) updateRef(state, repository, update);
  else createRef(state, repository, update);
}
