import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { inTurns } from '../../read/in-turns.ts';
import { foldersOf } from './changes.ts';

export type FileMode = '100644' | '100755' | '040000' | '160000' | '120000';

/** What a tree of git says of a path. */
export interface TreeEntry {
  readonly mode: FileMode;
  readonly sha: string;
}

const atOnce = 4;
/** More folders than these are read as one recursive tree. */
const mostFolders = 16;
/** Of a tree of GitHub's at its largest. */
const maxBytes = 30_000_000;

/** The entries of a tree at these paths and at the folders on the way; what is not there is left out. */
export async function entriesAt(
  github: GitHub,
  { tree, paths, ...name }: RepositoryName & { tree: string; paths: readonly string[] },
  call: GitHubCall,
): Promise<Map<string, TreeEntry>> {
  const folders = new Set(paths.flatMap(foldersOf));
  const wanted = new Set([...paths, ...folders]);
  if (folders.size > mostFolders) {
    const whole = await readTree(github, { ...name, sha: tree, recursive: true }, call);
    if (!whole.truncated) return new Map(whole.entries.filter(([path]) => wanted.has(path)));
  }
  const found = new Map<string, TreeEntry>();
  let level = [{ folder: '', sha: tree }];
  while (level.length > 0) {
    const read = await inTurns(level, atOnce, async ({ folder, sha }) => {
      const { entries } = await readTree(github, { ...name, sha, recursive: false }, call);
      return entries.map(([at, entry]) => [folder === '' ? at : `${folder}/${at}`, entry] as const);
    });
    level = [];
    for (const [path, entry] of read.flat()) {
      if (!wanted.has(path)) continue;
      found.set(path, entry);
      if (folders.has(path) && entry.mode === '040000') level.push({ folder: path, sha: entry.sha });
    }
  }
  return found;
}

async function readTree(
  github: GitHub,
  { sha, recursive, ...name }: RepositoryName & { sha: string; recursive: boolean },
  call: GitHubCall,
): Promise<{ entries: [string, TreeEntry][]; truncated: boolean }> {
  const asked = { ...name, tree_sha: sha, ...(recursive && { recursive: '1' }) };
  const { data } = await github.rest('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', asked, { ...call, maxBytes });
  return {
    truncated: data.truncated,
    entries: data.tree.map((entry) => [entry.path, { mode: entry.mode as FileMode, sha: entry.sha }]),
  };
}
