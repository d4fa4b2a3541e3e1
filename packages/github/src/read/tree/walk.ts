import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';

export interface TreeItem {
  /** From the root of the repository. */
  readonly path: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'submodule';
  readonly size: number;
  readonly sha: string;
}

export interface Walked {
  readonly items: readonly TreeItem[];
  /** Folders that were too many to be read. */
  readonly unread: readonly string[];
}

export interface WalkOptions {
  /** Sha of the tree that it begins with, and its path. */
  readonly root: { readonly sha: string; readonly path: string };
  /** False for one level only. */
  readonly recursive: boolean;
}

/** Requests for one call: a tree that needs more is named, not read. */
const mostRequests = 30;

/**
 * Everything below a tree. GitHub gives it whole up to 100,000 entries or 7 MB; a larger one is read folder by folder, each whole where
 * that is possible.
 */
export async function walkTree(
  github: GitHub,
  { root, recursive, ...name }: RepositoryName & WalkOptions,
  call: GitHubCall,
): Promise<Walked> {
  const whole = await readTree(github, { ...name, ...root, recursive }, call);
  if (!whole.truncated) return { items: whole.items, unread: [] };
  const items: TreeItem[] = [];
  const unread: string[] = [];
  const waiting: { sha: string; path: string }[] = [root];
  for (let requests = 1; ; ) {
    const folder = waiting.shift();
    if (folder === undefined) return { items, unread };
    const cost = folder === root ? 1 : 2;
    if (requests + cost > mostRequests) {
      unread.push(folder.path);
      continue;
    }
    requests += 1;
    // The root is known to be too large, so one level of it is enough.
    const inside = folder === root ? undefined : await readTree(github, { ...name, ...folder, recursive: true }, call);
    if (inside && !inside.truncated) {
      items.push(...inside.items);
      continue;
    }
    if (inside) requests += 1;
    const level = await readTree(github, { ...name, ...folder, recursive: false }, call);
    items.push(...level.items);
    if (level.truncated) unread.push(`a part of ${folder.path || 'the root'}`);
    for (const { type, path, sha } of level.items) if (type === 'dir') waiting.push({ sha, path });
  }
}

interface Read {
  readonly items: TreeItem[];
  readonly truncated: boolean;
}

/** A tree of GitHub's at its largest. */
const maxBytes = 30_000_000;

async function readTree(
  github: GitHub,
  { sha, path, recursive, ...name }: RepositoryName & { sha: string; path: string; recursive: boolean },
  call: GitHubCall,
): Promise<Read> {
  const asked = { ...name, tree_sha: sha, ...(recursive && { recursive: '1' }) };
  const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
  const { data } = await github.rest(route, asked, { ...call, maxBytes });
  const items = data.tree.map((entry) => ({
    path: path === '' ? entry.path : `${path}/${entry.path}`,
    type: typeOf(entry.mode),
    size: entry.size ?? 0,
    sha: entry.sha,
  }));
  return { items, truncated: data.truncated };
}

const types: Readonly<Record<string, TreeItem['type']>> = {
  '040000': 'dir',
  '120000': 'symlink',
  '160000': 'submodule',
};
const typeOf = (mode: string): TreeItem['type'] => types[mode] ?? 'file';

/** The tree of a folder, level by level from the root; undefined when it is none, with the names beside it. */
export async function findTree(
  github: GitHub,
  { commit, parts, ...name }: RepositoryName & { commit: string; parts: readonly string[] },
  call: GitHubCall,
): Promise<{ sha: string } | { missing: string; beside: string[]; found?: TreeItem }> {
  let sha = commit;
  for (const [index, part] of parts.entries()) {
    const path = parts.slice(0, index).join('/');
    const { items } = await readTree(github, { ...name, sha, path, recursive: false }, call);
    const wanted = path === '' ? part : `${path}/${part}`;
    const found = items.find((item) => item.path === wanted);
    if (found?.type !== 'dir') {
      return { missing: wanted, beside: items.map((item) => item.path), ...(found && { found }) };
    }
    sha = found.sha;
  }
  return { sha };
}
