import type { Edge, Link } from './types.ts';

/**
 * When a task may start and when it is finished are two points in time: a parent encloses its children, a blocker must be finished
 * before what it blocks starts. A loop among these points can never be worked off, even where no chain of `blocks` alone closes.
 */
export const startOf = (id: string): string => `S:${id}`;
export const finishOf = (id: string): string => `F:${id}`;

/** The edges that some tasks and links among them bring along. */
export function toEdges(tasks: readonly { id: string; parent: string | undefined }[], links: readonly Link[]): Edge[] {
  const edges: Edge[] = [];
  for (const { id, parent } of tasks) {
    edges.push({ from: startOf(id), to: finishOf(id) });
    if (parent !== undefined)
      edges.push({ from: startOf(parent), to: startOf(id) }, { from: finishOf(id), to: finishOf(parent) });
  }
  for (const link of links) {
    if (link.type === 'blocks') edges.push({ from: finishOf(link.from_task_id), to: startOf(link.to_task_id) });
  }
  return edges;
}

/** The tasks of one loop, first one repeated at the end, or undefined. Depth-first, without recursion. */
export function findCycle(edges: readonly Edge[]): string[] | undefined {
  const next = Map.groupBy(edges, (edge) => edge.from);
  const done = new Set<string>();
  for (const root of next.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const stack: { node: string; leaving: boolean }[] = [{ node: root, leaving: false }];
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      const { node, leaving } = step;
      if (leaving) {
        path.pop();
        onPath.delete(node);
        done.add(node);
        continue;
      }
      if (onPath.has(node)) return toTasks([...path.slice(path.indexOf(node)), node]);
      if (done.has(node)) continue;
      path.push(node);
      onPath.add(node);
      stack.push({ node, leaving: true });
      for (const edge of next.get(node) ?? []) stack.push({ node: edge.to, leaving: false });
    }
  }
  return undefined;
}

/** Points in time -> tasks, each run of one task once. */
function toTasks(nodes: readonly string[]): string[] {
  const ids = nodes.map((node) => node.slice(2)).filter((id, index, all) => id !== all[index - 1]);
  if (ids.length === 1 || ids[0] !== ids.at(-1)) ids.push(ids[0] ?? '');
  return ids;
}
