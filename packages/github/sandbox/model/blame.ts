import { blobAt } from './changes.ts';
import { logOfPath } from './history.ts';
import { linesOf, regionsOf } from './line-diff.ts';
import type { ObjectStore } from './objects.ts';

export interface BlameRange {
  /** Lines from 1, both included. */
  readonly startingLine: number;
  readonly endingLine: number;
  readonly commit: string;
}

/** The commit that last changed each line of a file, as ranges; undefined where there is no such file. */
export function blame(store: ObjectStore, start: string, path: string): BlameRange[] | undefined {
  const now = blobAt(store, store.read('commit', start).tree, path);
  if (!now) return undefined;
  const lines = linesOf(now.toString('utf8'));
  const owners: (string | undefined)[] = lines.map(() => undefined);
  // Where each line of the version at hand stands in the newest one.
  let origins = new Map(lines.map((_, index) => [index, index]));
  let current = lines;
  for (const { sha, commit } of logOfPath(store, start, path)) {
    const parent = commit.parents[0];
    const before = parent === undefined ? undefined : blobAt(store, store.read('commit', parent).tree, path);
    const old = linesOf(before?.toString('utf8') ?? '');
    const kept = new Map<number, number>();
    let [left, right] = [0, 0];
    for (const region of regionsOf(old, current)) {
      for (let index = 0; index < region.after.length; index += 1) {
        const origin = origins.get(right + index);
        if (origin === undefined) continue;
        if (region.same) kept.set(left + index, origin);
        else owners[origin] ??= sha;
      }
      left += region.before.length;
      right += region.after.length;
    }
    origins = kept;
    current = old;
  }
  return rangesOf(owners.map((owner) => owner ?? start));
}

function rangesOf(owners: readonly string[]): BlameRange[] {
  const ranges: { startingLine: number; endingLine: number; commit: string }[] = [];
  for (const [index, commit] of owners.entries()) {
    const last = ranges.at(-1);
    if (last?.commit === commit) last.endingLine = index + 1;
    else ranges.push({ startingLine: index + 1, endingLine: index + 1, commit });
  }
  return ranges;
}
