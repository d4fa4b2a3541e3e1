import { changesBetween, type FileChange } from './changes.ts';
import { ancestors, type LogEntry, log, mergeBase } from './history.ts';
import type { ObjectStore } from './objects.ts';
import type { State } from './state.ts';

export interface Comparison {
  readonly status: 'ahead' | 'behind' | 'diverged' | 'identical';
  readonly aheadBy: number;
  readonly behindBy: number;
  readonly mergeBase: string;
  /** Of the head that the base lacks, oldest first. */
  readonly commits: readonly LogEntry[];
  readonly files: readonly FileChange[];
}

/** base...head as GitHub compares them; undefined where they share no commit. */
export function compare(
  state: State,
  store: ObjectStore,
  { base, head }: { base: string; head: string },
): Comparison | undefined {
  const common = mergeBase(store, base, head);
  if (common === undefined) return undefined;
  const commits = [...log(store, head, ancestors(store, base))].reverse();
  const behindBy = [...log(store, base, ancestors(store, head))].length;
  const status = statusOf(commits.length, behindBy);
  const trees = { before: store.read('commit', common).tree, after: store.read('commit', head).tree };
  const files = changesBetween(store, trees, state.bounds.patchLines);
  return { status, aheadBy: commits.length, behindBy, mergeBase: common, commits, files };
}

function statusOf(ahead: number, behind: number): Comparison['status'] {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}
