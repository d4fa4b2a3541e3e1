import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCycle, finishOf, startOf, toEdges } from './cycle.ts';
import type { Edge } from './types.ts';

const blocks = (from: string, to: string) => ({ from_task_id: from, to_task_id: to, type: 'blocks' as const });
const flat = (...ids: string[]) => ids.map((id) => ({ id, parent: undefined }));

test('links that form no loop have no cycle', () => {
  expect(findCycle([])).toBeUndefined();
  const diamond = [blocks('A', 'B'), blocks('A', 'C'), blocks('B', 'D'), blocks('C', 'D')];
  expect(findCycle(toEdges(flat('A', 'B', 'C', 'D'), diamond))).toBeUndefined();
});

test('a cycle is told as the tasks on it, the first repeated at the end', () => {
  const cycle = findCycle(toEdges(flat('A', 'B', 'C', 'X'), [blocks('X', 'A'), blocks('A', 'B'), blocks('B', 'A')]));
  expect(cycle).toHaveLength(3);
  expect(new Set(cycle)).toEqual(new Set(['A', 'B']));
  expect(cycle?.[0]).toBe(cycle?.at(-1));
});

test('only blocks makes wait', () => {
  const links = [{ ...blocks('A', 'B'), type: 'related' as const }, blocks('B', 'A')];
  expect(findCycle(toEdges(flat('A', 'B'), links))).toBeUndefined();
});

test('a parent encloses its children: both ends of a link between them close a loop', () => {
  const family = [
    { id: 'P', parent: undefined },
    { id: 'C', parent: 'P' },
  ];
  expect(findCycle(toEdges(family, []))).toBeUndefined();
  expect(findCycle(toEdges(family, [blocks('P', 'C')]))).toBeDefined();
  expect(findCycle(toEdges(family, [blocks('C', 'P')]))).toBeDefined();
});

test('a chain of 20,000 tasks is searched without running out of stack', () => {
  const edges: Edge[] = Array.from({ length: 20_000 }, (_, index) => ({
    from: finishOf(`T${index}`),
    to: finishOf(`T${index + 1}`),
  }));
  expect(findCycle(edges)).toBeUndefined();
  expect(findCycle([...edges, { from: finishOf('T20000'), to: finishOf('T0') }])).toHaveLength(20_002);
});

/** The simplest check there is: take away what nothing leads to until nothing can be taken away. */
function hasLoop(edges: readonly Edge[]): boolean {
  let rest = [...edges];
  for (;;) {
    const reached = new Set(rest.map(({ to }) => to));
    const kept = rest.filter(({ from }) => reached.has(from));
    if (kept.length === rest.length) return kept.length > 0;
    rest = kept;
  }
}

test('a cycle is found exactly when there is one', () => {
  const node = fc.integer({ min: 0, max: 7 }).chain((id) => fc.constantFrom(startOf(`${id}`), finishOf(`${id}`)));
  const edge = fc.record({ from: node, to: node }).filter(({ from, to }) => from !== to);
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 20 }), (edges) => {
      const cycle = findCycle(edges);
      expect(cycle !== undefined).toBe(hasLoop(edges));
      if (cycle && cycle.length > 1) expect(cycle[0]).toBe(cycle.at(-1));
    }),
    { seed: 20260301, numRuns: 500 },
  );
});
