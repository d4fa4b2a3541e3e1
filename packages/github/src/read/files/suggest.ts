import { AppError, nearest } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';

export type AllPaths = () => Promise<readonly string[]>;

/** Every path of a commit, asked for once and only when a path was not found; none where the tree is too large. */
export function createAllPaths(
  github: GitHub,
  { commit, ...name }: RepositoryName & { commit: string },
  call: GitHubCall,
): AllPaths {
  let paths: Promise<readonly string[]> | undefined;
  async function ask(): Promise<readonly string[]> {
    try {
      const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
      const { data } = await github.rest(route, { ...name, tree_sha: commit, recursive: '1' }, call);
      return data.tree.flatMap(({ path }) => path ?? []);
    } catch (error) {
      if (error instanceof AppError) return []; // They are a courtesy; the answer is right without them.
      throw error;
    }
  }
  return () => {
    paths ??= ask();
    return paths;
  };
}

const mostNear = 3;

/** Paths that were probably meant: the same name elsewhere, a name alike in the same folder, a path alike. */
export function nearPaths(path: string, paths: readonly string[]): string[] {
  const name = baseOf(path).toLowerCase();
  const folder = path.slice(0, -name.length);
  const same = paths.filter((each) => baseOf(each).toLowerCase() === name);
  const beside = nearest(
    name,
    paths.filter((each) => each.startsWith(folder) && !each.slice(folder.length).includes('/')).map(baseOf),
  ).map((each) => folder + each);
  const alike = same.length + beside.length < mostNear && paths.length < 20_000 ? nearest(path, paths) : [];
  return [...new Set([...same, ...beside, ...alike])].slice(0, mostNear);
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
