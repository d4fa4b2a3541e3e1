import { NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';

export interface FolderEntry {
  readonly name: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'submodule';
  readonly sha: string;
  /** Bytes; 0 for what has none. */
  readonly size: number;
}

/** What is at a path: the entries of a folder, or the one thing that is no folder. */
export type Found =
  | { readonly kind: 'folder'; readonly entries: readonly FolderEntry[]; readonly complete: boolean }
  | { readonly kind: 'other'; readonly entry: FolderEntry; readonly submoduleUrl?: string | undefined };

/** The parts of GitHub's answer that are used; octokit's union of five types has the same. */
interface Content {
  readonly name: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number;
  readonly download_url?: string | null;
  readonly submodule_git_url?: string;
}

/** GitHub lists no more of a folder. */
const mostListed = 1000;

/** Reads what is at a path of one commit; each path once. Undefined when there is nothing. */
export type ReadPath = (path: string) => Promise<Found | undefined>;

export function createReadPath(
  github: GitHub,
  { commit, ...name }: RepositoryName & { commit: string },
  call: GitHubCall,
): ReadPath {
  const known = new Map<string, Promise<Found | undefined>>();
  async function ask(path: string): Promise<Found | undefined> {
    try {
      const route = 'GET /repos/{owner}/{repo}/contents/{path}';
      const { data } = await github.rest(route, { ...name, path, ref: commit }, call);
      if (Array.isArray(data)) {
        return { kind: 'folder', entries: (data as Content[]).map(toEntry), complete: data.length < mostListed };
      }
      const content = data as Content;
      return { kind: 'other', entry: toEntry(content), submoduleUrl: content.submodule_git_url };
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
  return (path) => {
    const answer = known.get(path) ?? ask(path);
    known.set(path, answer);
    return answer;
  };
}

function toEntry({ name, type, sha, size, ...content }: Content): FolderEntry {
  const entry = { name, sha, size };
  if (type === 'dir' || type === 'symlink') return { ...entry, type };
  // In listings a submodule says that it is a file, for the sake of old clients.
  const isSubmodule = type === 'submodule' || content.submodule_git_url !== undefined || !content.download_url;
  return { ...entry, type: isSubmodule ? 'submodule' : 'file' };
}
