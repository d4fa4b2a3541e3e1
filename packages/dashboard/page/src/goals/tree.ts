import type { Link, TreeTask } from '../../../src/contract.ts';
import { isOpen } from '../parts/status-mark.tsx';

export interface Blocker {
  id: string;
  title: string | undefined;
}

/** A line of the tree as it is drawn. */
export interface TreeLine extends TreeTask {
  depth: number;
  children: number;
  /** Open tasks it waits for; those of other goals have no title here. */
  blockers: Blocker[];
  /** Open tasks that wait for it. */
  blocks: Blocker[];
}

export type TreeChoice = 'all' | 'ready' | 'blocked';

/** Flat tasks in their order and the links among them -> lines in the order of the tree, those under a folded task left out. */
export function toLines(tasks: readonly TreeTask[], links: readonly Link[], folded: ReadonlySet<string>): TreeLine[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const under = Map.groupBy(tasks, ({ parent_task_id: parent }) =>
    parent !== undefined && byId.has(parent) ? parent : '',
  );
  const blocking = links.filter(({ type }) => type === 'blocks');
  const into = Map.groupBy(blocking, ({ to }) => to);
  const outOf = Map.groupBy(blocking, ({ from }) => from);
  const openEnds = (ids: readonly string[]): Blocker[] =>
    ids.flatMap((id) => {
      const task = byId.get(id);
      return task && !isOpen(task.status) ? [] : [{ id, title: task?.title }];
    });

  const lines: TreeLine[] = [];
  const visit = (parent: string, depth: number): void => {
    for (const task of under.get(parent) ?? []) {
      const known = openEnds((into.get(task.id) ?? []).map(({ from }) => from));
      lines.push({
        ...task,
        depth,
        children: under.get(task.id)?.length ?? 0,
        // The count is the store's; a link to a task of another goal may belong to a closed one.
        blockers: known
          .filter(({ title }) => title !== undefined || task.open_blockers > 0)
          .slice(0, task.open_blockers),
        blocks: isOpen(task.status) ? openEnds((outOf.get(task.id) ?? []).map(({ to }) => to)) : [],
      });
      if (!folded.has(task.id)) visit(task.id, depth + 1);
    }
  };
  visit('', 0);
  return lines;
}

/** Lines of one choice, without the tree around them. */
export function chooseLines(lines: readonly TreeLine[], choice: TreeChoice): TreeLine[] {
  if (choice === 'all') return [...lines];
  const wanted =
    choice === 'ready'
      ? ({ ready }: TreeLine) => ready
      : (line: TreeLine) => isOpen(line.status) && line.open_blockers > 0;
  return lines.filter(wanted).map((line) => ({ ...line, depth: 0 }));
}
