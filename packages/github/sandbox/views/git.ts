import { accountByEmail } from '../model/accounts.ts';
import type { FileChange } from '../model/changes.ts';
import { commitCommentsOf } from '../model/commit-comments.ts';
import { nodeId } from '../model/node-id.ts';
import { type Commit, encode, type Person, type Tag } from '../model/objects.ts';
import { fullName, type Repository } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { repositoryHtml, repositoryUrl } from './repository.ts';

export const personView = ({ name, email, date }: Person) => ({ name, email, date: iso(date) });

/** Nothing but a signature that was given is signed. */
export function verificationOf(object: Commit | Tag) {
  const signature = object.type === 'commit' ? (object.signature ?? null) : null;
  const isSigned = signature !== null;
  return {
    verified: isSigned,
    reason: isSigned ? 'valid' : 'unsigned',
    signature,
    payload: isSigned && object.type === 'commit' ? unsigned(object) : null,
    verified_at: isSigned && object.type === 'commit' ? iso(object.committer.date) : null,
  };
}

function unsigned({ signature: _, ...commit }: Commit): string {
  return encode(commit).toString('utf8');
}

const treeView = (state: State, repository: Repository, sha: string) => ({
  sha,
  url: `${repositoryUrl(state, repository)}/git/trees/${sha}`,
});

/** A commit of the Git data API (git-commit). */
export function gitCommit(state: State, repository: Repository, { sha, commit }: { sha: string; commit: Commit }) {
  const url = repositoryUrl(state, repository);
  const html = repositoryHtml(state, repository);
  return {
    sha,
    node_id: nodeId('Commit', `${repository.id}:${sha}`),
    url: `${url}/git/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    author: personView(commit.author),
    committer: personView(commit.committer),
    message: commit.message,
    tree: treeView(state, repository, commit.tree),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${url}/git/commits/${parent}`,
      html_url: `${html}/commit/${parent}`,
    })),
    verification: verificationOf(commit),
  };
}

/** A commit of the repository API (commit), without stats and files. */
export function commitView(state: State, repository: Repository, { sha, commit }: { sha: string; commit: Commit }) {
  const url = repositoryUrl(state, repository);
  const html = repositoryHtml(state, repository);
  const account = ({ email }: Person) => {
    const found = accountByEmail(state, email);
    return found ? simpleUser(state, found) : null;
  };
  return {
    sha,
    node_id: nodeId('Commit', `${repository.id}:${sha}`),
    commit: {
      author: personView(commit.author),
      committer: personView(commit.committer),
      message: commit.message,
      tree: treeView(state, repository, commit.tree),
      url: `${url}/git/commits/${sha}`,
      comment_count: commitCommentsOf(repository).filter((comment) => comment.commit === sha).length,
      verification: verificationOf(commit),
    },
    url: `${url}/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    comments_url: `${url}/commits/${sha}/comments`,
    author: account(commit.author),
    committer: account(commit.committer),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${url}/commits/${parent}`,
      html_url: `${html}/commit/${parent}`,
    })),
  };
}

/** A changed file of a commit, a comparison or a pull request (diff-entry); `ref` is where its new version stands. */
export function fileView(state: State, repository: Repository, { change, ref }: { change: FileChange; ref: string }) {
  const encoded = encodePath(change.path);
  const html = repositoryHtml(state, repository);
  return {
    sha: (change.after ?? change.before)?.sha ?? null,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${html}/blob/${ref}/${encoded}`,
    raw_url: `${html}/raw/${ref}/${encoded}`,
    contents_url: `${repositoryUrl(state, repository)}/contents/${encoded}?ref=${ref}`,
    ...(change.patch !== undefined && { patch: change.patch }),
    ...(change.previousPath !== undefined && { previous_filename: change.previousPath }),
  };
}

export const statsOf = (files: readonly FileChange[]) => {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { total: additions + deletions, additions, deletions };
};

export function refView(state: State, repository: Repository, { ref, sha }: { ref: string; sha: string }) {
  const url = repositoryUrl(state, repository);
  const type = repository.objects.get(sha)?.type ?? 'commit';
  return {
    ref,
    node_id: nodeId('Ref', `${repository.id}:${ref}`),
    url: `${url}/git/${ref}`,
    object: { sha, type, url: `${url}/git/${type}s/${sha}` },
  };
}

export function tagView(state: State, repository: Repository, { sha, tag }: { sha: string; tag: Tag }) {
  const url = repositoryUrl(state, repository);
  return {
    node_id: nodeId('Tag', `${repository.id}:${sha}`),
    sha,
    url: `${url}/git/tags/${sha}`,
    tagger: personView(tag.tagger),
    object: { sha: tag.object, type: tag.objectType, url: `${url}/git/${tag.objectType}s/${tag.object}` },
    tag: tag.tag,
    message: tag.message,
    verification: verificationOf(tag),
  };
}

export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Where the sandbox serves the bytes of a file, as raw.githubusercontent.com does. */
export const rawUrl = (state: State, repository: Repository, at: { ref: string; path: string }): string =>
  `${state.urls.api}/-/raw/${fullName(repository)}/${encodeURIComponent(at.ref)}/${encodePath(at.path)}`;
