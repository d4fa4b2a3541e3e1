import { isBinary } from './changes.ts';
import { mergeBase } from './history.ts';
import { linesOf, type Region, regionsOf } from './line-diff.ts';
import type { ObjectStore } from './objects.ts';
import { editTree, emptyTree, type FileEntry, filesOf, type TreeEdit } from './trees.ts';

export interface MergedTree {
  readonly tree: string;
  /** Paths that both sides changed differently; empty is a clean merge. */
  readonly conflicts: readonly string[];
}

/** The tree of `theirs` merged into `ours`, three-way over their merge base, file by file and line by line. */
export function mergeTrees(store: ObjectStore, ours: string, theirs: string): MergedTree {
  const base = mergeBase(store, ours, theirs);
  const treeOf = (sha: string | undefined) => (sha === undefined ? emptyTree(store) : store.read('commit', sha).tree);
  return mergeOver(store, { base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) });
}

/** The same over three trees; `base` is what both come from. */
export function mergeOver(
  store: ObjectStore,
  trees: { readonly base: string; readonly ours: string; readonly theirs: string },
): MergedTree {
  const [base, ours, theirs] = [filesOf(store, trees.base), filesOf(store, trees.ours), filesOf(store, trees.theirs)];
  const edits: TreeEdit[] = [];
  const conflicts: string[] = [];
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    const [was, mine, yours] = [base.get(path), ours.get(path), theirs.get(path)];
    if (isSame(was, yours) || isSame(mine, yours)) continue;
    if (isSame(was, mine)) {
      edits.push({ path, sha: yours?.sha ?? null, ...(yours && { mode: yours.mode }) });
      continue;
    }
    const merged = mine && yours && mergeBlobs(store, { was, mine, yours });
    if (merged) edits.push({ path, sha: merged, mode: was?.mode === mine.mode ? yours.mode : mine.mode });
    else conflicts.push(path);
  }
  return { tree: editTree(store, trees.ours, edits), conflicts };
}

const isSame = (a: FileEntry | undefined, b: FileEntry | undefined) => a?.sha === b?.sha && a?.mode === b?.mode;

function mergeBlobs(
  store: ObjectStore,
  { was, mine, yours }: { was: FileEntry | undefined; mine: FileEntry; yours: FileEntry },
): string | undefined {
  if (mine.sha === yours.sha) return mine.sha;
  const entries = [was, mine, yours];
  if (entries.some((entry) => !entry?.mode.startsWith('100'))) return undefined;
  const [old, left, right] = entries.map((entry) => store.read('blob', (entry as FileEntry).sha).data);
  if (!old || !left || !right || [old, left, right].some(isBinary)) return undefined;
  const text = mergeTexts(old.toString('utf8'), left.toString('utf8'), right.toString('utf8'));
  return text === undefined ? undefined : store.put({ type: 'blob', data: Buffer.from(text) });
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Both sides' edits of a text in one; undefined where they touch the same or neighbouring lines. */
export function mergeTexts(base: string, ours: string, theirs: string): string | undefined {
  const lines = linesOf(base);
  const [left, right] = [ours, theirs].map((text) => editsOf(regionsOf(lines, linesOf(text)))) as [Edit[], Edit[]];
  const all = [...left];
  for (const edit of right) {
    if (left.some((other) => isEqual(edit, other))) continue;
    if (left.some((other) => edit.from <= other.to && other.from <= edit.to)) return undefined;
    all.push(edit);
  }
  let at = 0;
  const merged: string[] = [];
  for (const edit of all.sort((a, b) => a.from - b.from)) {
    merged.push(...lines.slice(at, edit.from), ...edit.lines);
    at = edit.to;
  }
  return [...merged, ...lines.slice(at)].join('');
}

function editsOf(regions: readonly Region[]): Edit[] {
  let at = 0;
  return regions.flatMap(({ same, before, after }) => {
    const from = at;
    at += before.length;
    return same ? [] : [{ from, to: at, lines: after }];
  });
}

const isEqual = (a: Edit, b: Edit) => a.from === b.from && a.to === b.to && a.lines.join('') === b.lines.join('');
