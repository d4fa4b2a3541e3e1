import { byTreeOrder, type Mode, type ObjectStore, type TreeEntry } from './objects.ts';

export interface FileEntry {
  readonly mode: Mode;
  readonly sha: string;
}

/** One change of a tree: a new entry at the path, or none (sha null). */
export interface TreeEdit {
  readonly path: string;
  readonly mode?: Mode;
  readonly sha: string | null;
}

export interface WalkedEntry extends FileEntry {
  readonly path: string;
}

/** Everything below a tree in git's order, folders before what is in them. */
export function* walkTree(store: ObjectStore, tree: string, prefix = ''): Generator<WalkedEntry> {
  for (const { name, mode, sha } of store.read('tree', tree).entries) {
    const path = prefix + name;
    yield { path, mode, sha };
    if (mode === '040000') yield* walkTree(store, sha, `${path}/`);
  }
}

/** Files, symlinks and submodules by path. */
export function filesOf(store: ObjectStore, tree: string): Map<string, FileEntry> {
  const files = new Map<string, FileEntry>();
  for (const { path, mode, sha } of walkTree(store, tree)) if (mode !== '040000') files.set(path, { mode, sha });
  return files;
}

/** What is at a path; the empty path is the tree itself. */
export function entryAt(store: ObjectStore, tree: string, path: string): FileEntry | undefined {
  let entry: FileEntry = { mode: '040000', sha: tree };
  for (const name of path.split('/').filter(Boolean)) {
    const next = store.find('tree', entry.sha)?.entries.find((candidate) => candidate.name === name);
    if (!next) return undefined;
    entry = next;
  }
  return entry;
}

export const emptyTree = (store: ObjectStore): string => store.put({ type: 'tree', entries: [] });

/** The tree after the edits; folders that become empty disappear. */
export function editTree(store: ObjectStore, tree: string, edits: readonly TreeEdit[]): string {
  return edited(store, tree, edits) ?? emptyTree(store);
}

function edited(store: ObjectStore, tree: string | undefined, edits: readonly TreeEdit[]): string | undefined {
  const entries = new Map<string, TreeEntry>(
    tree === undefined ? [] : store.read('tree', tree).entries.map((entry) => [entry.name, entry]),
  );
  const deeper = new Map<string, TreeEdit[]>();
  for (const edit of edits) {
    const [name = '', ...rest] = edit.path.split('/');
    if (rest.length > 0) {
      const inner = deeper.get(name) ?? [];
      inner.push({ ...edit, path: rest.join('/') });
      deeper.set(name, inner);
    } else if (edit.sha === null) entries.delete(name);
    else entries.set(name, { name, mode: edit.mode ?? entries.get(name)?.mode ?? '100644', sha: edit.sha });
  }
  for (const [name, inner] of deeper) {
    const known = entries.get(name);
    const sha = edited(store, known?.mode === '040000' ? known.sha : undefined, inner);
    if (sha !== undefined) entries.set(name, { name, mode: '040000', sha });
    // A file stands where only deletions below it were asked for: it stays.
    else if (known?.mode === '040000') entries.delete(name);
  }
  return entries.size === 0 ? undefined : store.put({ type: 'tree', entries: [...entries.values()].sort(byTreeOrder) });
}
