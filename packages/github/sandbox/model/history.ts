import type { Commit, ObjectStore } from './objects.ts';
import { entryAt } from './trees.ts';

export interface LogEntry {
  readonly sha: string;
  readonly commit: Commit;
}

/** Commits reachable from one, newest first as `git log` has them: a commit never before its children. */
export function* log(store: ObjectStore, start: string, skip: ReadonlySet<string> = new Set()): Generator<LogEntry> {
  const all = new Map<string, Commit>();
  const open = [start];
  const children = new Map<string, number>();
  while (open.length > 0) {
    const sha = open.pop() as string;
    if (all.has(sha) || skip.has(sha)) continue;
    const commit = store.read('commit', sha);
    all.set(sha, commit);
    for (const parent of commit.parents) {
      children.set(parent, (children.get(parent) ?? 0) + 1);
      open.push(parent);
    }
  }
  const ready = all.has(start) ? [start] : [];
  while (ready.length > 0) {
    ready.sort((a, b) => dateOf(all, a) - dateOf(all, b));
    const sha = ready.pop() as string;
    const commit = all.get(sha) as Commit;
    yield { sha, commit };
    for (const parent of commit.parents) {
      const left = (children.get(parent) ?? 1) - 1;
      children.set(parent, left);
      if (left === 0 && all.has(parent)) ready.push(parent);
    }
  }
}

const dateOf = (commits: ReadonlyMap<string, Commit>, sha: string) => commits.get(sha)?.committer.date ?? 0;

export function ancestors(store: ObjectStore, start: string): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  while (open.length > 0) {
    const sha = open.pop() as string;
    if (seen.has(sha)) continue;
    const commit = store.find('commit', sha);
    if (!commit) continue;
    seen.add(sha);
    open.push(...commit.parents);
  }
  return seen;
}

/** True for a commit and itself. */
export const isAncestor = (store: ObjectStore, ancestor: string, of: string): boolean =>
  ancestors(store, of).has(ancestor);

/** The best common ancestor: one that no other common ancestor descends from. */
export function mergeBase(store: ObjectStore, a: string, b: string): string | undefined {
  const others = ancestors(store, b);
  const common = [...log(store, a)].filter(({ sha }) => others.has(sha));
  return common[0]?.sha;
}

/** Commits of the log that changed a path, merges only where they differ from every parent. */
export function* logOfPath(store: ObjectStore, start: string, path: string): Generator<LogEntry> {
  for (const entry of log(store, start)) {
    const here = entryAt(store, entry.commit.tree, path)?.sha;
    const before = entry.commit.parents.map((parent) => entryAt(store, store.read('commit', parent).tree, path)?.sha);
    const changed = before.length === 0 ? here !== undefined : before.every((sha) => sha !== here);
    if (changed) yield entry;
  }
}
