import { linesOf, regionsOf } from './line-diff.ts';
import type { ObjectStore } from './objects.ts';
import type { ReviewThread, Side } from './pull.ts';
import { entryAt } from './trees.ts';

export interface PlaceInDiff {
  /** Lines below the first hunk header of the file. */
  readonly position: number;
  /** The hunk from its header down to the line. */
  readonly hunk: string;
  /** Which hunk of the patch, counted from 0. */
  readonly index: number;
}

interface PatchLine extends PlaceInDiff {
  readonly left: number | undefined;
  readonly right: number | undefined;
}

function* walk(patch: string): Generator<PatchLine> {
  let [left, right, position, index] = [0, 0, -1, -1];
  let hunk: string[] = [];
  for (const line of patch.split('\n')) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    position += 1;
    if (header) {
      [left, right, index, hunk] = [Number(header[1]), Number(header[2]), index + 1, [line]];
      continue;
    }
    hunk.push(line);
    if (line.startsWith('\\')) continue;
    const isOld = !line.startsWith('+');
    const isNew = !line.startsWith('-');
    yield {
      ...{ position, index, hunk: hunk.join('\n') },
      ...{ left: isOld ? left : undefined, right: isNew ? right : undefined },
    };
    left += isOld ? 1 : 0;
    right += isNew ? 1 : 0;
  }
}

/** Where a line of one side stands in a patch; undefined outside of its hunks. */
export function placeOf(patch: string, { line, side }: { line: number; side: Side }): PlaceInDiff | undefined {
  for (const at of walk(patch)) if ((side === 'LEFT' ? at.left : at.right) === line) return at;
  return undefined;
}

/** The line that a position stands for. */
export function lineAtPosition(patch: string, position: number): { line: number; side: Side } | undefined {
  for (const at of walk(patch)) {
    if (at.position !== position) continue;
    return at.right === undefined ? { line: at.left ?? 0, side: 'LEFT' } : { line: at.right, side: 'RIGHT' };
  }
  return undefined;
}

/** The line of a thread in the file as it is at `head`; null where it changed since: the thread is outdated. */
export function currentLine(
  store: ObjectStore,
  thread: ReviewThread,
  { head, line }: { head: string; line: number | undefined },
): number | null {
  if (line === undefined) return null;
  if (thread.side === 'LEFT' || head === thread.commit) return line;
  const [then, now] = [thread.commit, head].map((sha) => linesAt(store, sha, thread.path));
  if (!then || !now) return null;
  let [before, after] = [0, 0];
  for (const region of regionsOf(then, now)) {
    if (line <= before + region.before.length) return region.same ? after + (line - before) : null;
    before += region.before.length;
    after += region.after.length;
  }
  return null;
}

function linesAt(store: ObjectStore, commit: string, path: string): string[] | undefined {
  const tree = store.find('commit', commit)?.tree;
  const entry = tree === undefined ? undefined : entryAt(store, tree, path);
  const data = entry && store.find('blob', entry.sha)?.data;
  return data && linesOf(data.toString('utf8'));
}
