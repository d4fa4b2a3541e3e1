import { patchOf } from './line-diff.ts';
import type { Mode, ObjectStore } from './objects.ts';
import { entryAt, type FileEntry, filesOf } from './trees.ts';

export interface FileChange {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
  readonly additions: number;
  readonly deletions: number;
  /** Absent for binary files, submodules, and where it would be too long. */
  readonly patch?: string;
  readonly isBinary: boolean;
}

export const isBinary = (data: Buffer): boolean => data.subarray(0, 8000).includes(0);

/** What differs between two trees (undefined: nothing there), sorted by path; equal blobs that moved are renames. */
export function changesBetween(
  store: ObjectStore,
  trees: { before: string | undefined; after: string | undefined },
  patchLines: number,
): FileChange[] {
  if (trees.before === trees.after) return [];
  const before = trees.before === undefined ? new Map<string, FileEntry>() : filesOf(store, trees.before);
  const after = trees.after === undefined ? new Map<string, FileEntry>() : filesOf(store, trees.after);
  const gone = new Map([...before].filter(([path]) => !after.has(path)));
  const changes: FileChange[] = [];
  for (const [path, entry] of after) {
    const old = before.get(path);
    if (old?.sha === entry.sha && old.mode === entry.mode) continue;
    const moved = old ? undefined : [...gone].find(([, candidate]) => candidate.sha === entry.sha);
    if (moved) gone.delete(moved[0]);
    const status = old ? (old.sha === entry.sha ? 'changed' : 'modified') : moved ? 'renamed' : 'added';
    const sides = { before: old ?? moved?.[1], after: entry };
    changes.push({
      path,
      ...(moved && { previousPath: moved[0] }),
      status,
      ...sides,
      ...textOf(store, sides, patchLines),
    });
  }
  for (const [path, entry] of gone) {
    const sides = { before: entry, after: undefined };
    changes.push({ path, status: 'removed', ...sides, ...textOf(store, sides, patchLines) });
  }
  return changes.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

type Sides = Pick<FileChange, 'before' | 'after'>;

function textOf(store: ObjectStore, { before, after }: Sides, patchLines: number) {
  const [old, now] = [dataOf(store, before), dataOf(store, after)];
  const binary = isBinary(old) || isBinary(now);
  if (binary || before?.sha === after?.sha) return { additions: 0, deletions: 0, isBinary: binary };
  const { additions, deletions, text } = patchOf(old.toString('utf8'), now.toString('utf8'));
  const isShort = text !== '' && additions + deletions <= patchLines;
  return { additions, deletions, isBinary: false, ...(isShort && { patch: text }) };
}

function dataOf(store: ObjectStore, entry: FileEntry | undefined): Buffer {
  if (!entry) return Buffer.alloc(0);
  // git shows a submodule as a line of text.
  if (entry.mode === '160000') return Buffer.from(`Subproject commit ${entry.sha}\n`);
  return store.read('blob', entry.sha).data;
}

/** The change as a section of `git diff`. */
export function diffText(change: FileChange): string {
  const { before, after, path } = change;
  const old = change.previousPath ?? path;
  const short = (entry: FileEntry | undefined) => entry?.sha.slice(0, 7) ?? '0000000';
  const mode = (entry: FileEntry | undefined): Mode => entry?.mode ?? '100644';
  const head = [`diff --git a/${old} b/${path}`];
  if (!before) head.push(`new file mode ${mode(after)}`);
  else if (!after) head.push(`deleted file mode ${mode(before)}`);
  else if (before.mode !== after.mode) head.push(`old mode ${before.mode}`, `new mode ${after.mode}`);
  if (change.status === 'renamed') head.push('similarity index 100%', `rename from ${old}`, `rename to ${path}`);
  if (before?.sha === after?.sha) return head.join('\n');
  const same = before && after && before.mode === after.mode ? ` ${before.mode}` : '';
  head.push(`index ${short(before)}..${short(after)}${same}`);
  const names = [before ? `a/${old}` : '/dev/null', after ? `b/${path}` : '/dev/null'];
  if (change.isBinary) head.push(`Binary files ${names.join(' and ')} differ`);
  else if (change.patch !== undefined) head.push(`--- ${names[0]}`, `+++ ${names[1]}`, change.patch);
  return head.join('\n');
}

/** The blob at a path of a tree. */
export const blobAt = (store: ObjectStore, tree: string, path: string): Buffer | undefined => {
  const entry = entryAt(store, tree, path);
  return entry && entry.mode !== '040000' && entry.mode !== '160000' ? store.read('blob', entry.sha).data : undefined;
};
