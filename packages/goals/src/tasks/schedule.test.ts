import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap } from './heap.ts';
import {
  type Block,
  bottlenecks,
  criticalPath,
  finishWith,
  forecast,
  phasesOf,
  type Step,
  toSchedule,
} from './schedule.ts';

const step = (id: string, minutes: number, parent?: string): Step => ({ id, parent, minutes });
const block = (from: string, to: string): Block => ({ from, to });

test('a chain of work has a phase each, and no worker more helps', () => {
  const chain = toSchedule([step('A', 30), step('B', 20), step('C', 10)], [block('A', 'B'), block('B', 'C')]);
  expect(phasesOf(chain)).toEqual([['A'], ['B'], ['C']]);
  expect(criticalPath(chain)).toEqual({ ids: ['A', 'B', 'C'], minutes: 60 });
  expect(forecast(chain, 10)).toEqual([{ workers: 1, minutes: 60 }]);
  expect(bottlenecks(chain)).toEqual([
    { id: 'A', holds_up: 2 },
    { id: 'B', holds_up: 1 },
  ]);
});

test('a diamond goes side by side in the middle, along its longer side', () => {
  const diamond = toSchedule(
    [step('A', 10), step('B', 50), step('C', 20), step('D', 5)],
    [block('A', 'B'), block('A', 'C'), block('B', 'D'), block('C', 'D')],
  );
  expect(phasesOf(diamond)).toEqual([['A'], ['B', 'C'], ['D']]);
  expect(criticalPath(diamond)).toEqual({ ids: ['A', 'B', 'D'], minutes: 65 });
  expect(forecast(diamond, 10)).toEqual([
    { workers: 1, minutes: 85 },
    { workers: 2, minutes: 65 },
  ]);
  expect(bottlenecks(diamond)).toEqual([
    { id: 'A', holds_up: 3 },
    { id: 'B', holds_up: 1 },
    { id: 'C', holds_up: 1 },
  ]);
});

test('a task that encloses others is done when they are, and takes no time of its own', () => {
  const family = toSchedule(
    [step('P', 999), step('P1', 30, 'P'), step('P2', 40, 'P'), step('X', 5), step('Y', 7)],
    [block('X', 'P'), block('P', 'Y')],
  );
  expect(phasesOf(family)).toEqual([['X'], ['P1', 'P2'], ['Y']]);
  expect(criticalPath(family)).toEqual({ ids: ['X', 'P2', 'Y'], minutes: 52 });
  expect(finishWith(family, 1)).toBe(82);
  expect(bottlenecks(family)[0]).toEqual({ id: 'X', holds_up: 4 });
});

test('work without order is spread over the workers, the longest first', () => {
  const loose = toSchedule([step('A', 10), step('B', 20), step('C', 30), step('D', 40)], []);
  expect(phasesOf(loose)).toEqual([['A', 'B', 'C', 'D']]);
  expect(forecast(loose, 10)).toEqual([
    { workers: 1, minutes: 100 },
    { workers: 2, minutes: 50 },
    { workers: 3, minutes: 40 },
  ]);
  expect(bottlenecks(loose)).toEqual([]);
});

test('nothing to do takes no time', () => {
  const none = toSchedule([], []);
  expect(phasesOf(none)).toEqual([]);
  expect(criticalPath(none)).toEqual({ ids: [], minutes: 0 });
  expect(forecast(none, 3)).toEqual([{ workers: 1, minutes: 0 }]);
  expect(forecast(toSchedule([step('A', 0)], []), 3)).toEqual([{ workers: 1, minutes: 0 }]);
});

test('blocks and parents that are not among the steps are left out, a loop is refused with its path', () => {
  const some = toSchedule([step('A', 1, 'gone'), step('B', 1)], [block('gone', 'A'), block('A', 'B')]);
  expect(phasesOf(some)).toEqual([['A'], ['B']]);
  expect(() => toSchedule([step('A', 1), step('B', 1)], [block('A', 'B'), block('B', 'A')])).toThrow(
    /A -> B -> A|B -> A -> B/,
  );
});

/** Blocks go from earlier to later steps and parents come first, so that there is no loop; a parent does not block what is in it. */
const Graph = fc.integer({ min: 1, max: 14 }).chain((size) => {
  const parents = fc.tuple(
    ...Array.from({ length: size }, (_, at) =>
      fc.option(fc.integer({ min: 0, max: Math.max(at - 1, 0) }), { freq: 2 }),
    ),
  );
  const pairs = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 });
  const minutes = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: size, maxLength: size });
  return fc.record({ parents, pairs, minutes }).map(({ parents: above, pairs: given, minutes: times }) => {
    const parentOf = (at: number): number | undefined => (above[at] == null || above[at] >= at ? undefined : above[at]);
    const steps = times.map((time, at) => {
      const parent = parentOf(at);
      return step(`T${at}`, time, parent === undefined ? undefined : `T${parent}`);
    });
    const blocks: Block[] = [];
    for (const [from, to] of given) {
      const more = [...blocks, block(`T${from}`, `T${to}`)];
      if (isPossible(steps, more)) blocks.push(block(`T${from}`, `T${to}`));
    }
    return { steps, blocks };
  });
});

function isPossible(steps: readonly Step[], blocks: readonly Block[]): boolean {
  try {
    toSchedule(steps, blocks);
    return true;
  } catch {
    return false;
  }
}

/** What must be finished before this one starts, found the slow way: its blockers and those of all above it, with all in them. */
function mustPrecede(id: string, { steps, blocks }: { steps: readonly Step[]; blocks: readonly Block[] }): Set<string> {
  const above = (of: string): string[] => {
    const parent = steps.find((entry) => entry.id === of)?.parent;
    return parent === undefined ? [of] : [of, ...above(parent)];
  };
  const inside = (of: string): string[] => [
    of,
    ...steps.filter(({ parent }) => parent === of).flatMap((child) => inside(child.id)),
  ];
  const waitsFor = above(id);
  return new Set(blocks.filter(({ to }) => waitsFor.includes(to)).flatMap(({ from }) => inside(from)));
}

test('phases hold every piece of work once and respect every dependency', () => {
  fc.assert(
    fc.property(Graph, (graph) => {
      const phases = phasesOf(toSchedule(graph.steps, graph.blocks));
      const parents = new Set(graph.steps.map(({ parent }) => parent));
      const work = graph.steps.map(({ id }) => id).filter((id) => !parents.has(id));
      expect(phases.flat().toSorted()).toEqual(work.toSorted());
      for (const [number, phase] of phases.entries()) {
        const earlier = phases.slice(0, number).flat();
        for (const id of phase) {
          const before = [...mustPrecede(id, graph)].filter((other) => work.includes(other));
          expect(earlier).toEqual(expect.arrayContaining(before));
        }
      }
    }),
    { seed: 20260301, numRuns: 300 },
  );
});

test('the critical path lies between the longest task and all work, and enough workers need just as long', () => {
  fc.assert(
    fc.property(Graph, ({ steps, blocks }) => {
      const schedule = toSchedule(steps, blocks);
      const { ids, minutes } = criticalPath(schedule);
      const parents = new Set(steps.map(({ parent }) => parent));
      const work = steps.filter(({ id }) => !parents.has(id));
      const total = work.reduce((sum, entry) => sum + entry.minutes, 0);
      expect(minutes).toBeLessThanOrEqual(total);
      expect(minutes).toBeGreaterThanOrEqual(Math.max(...work.map((entry) => entry.minutes)));
      expect(ids.reduce((sum, id) => sum + (steps.find((entry) => entry.id === id)?.minutes ?? 0), 0)).toBe(minutes);
      expect(finishWith(schedule, 1)).toBe(total);
      expect(finishWith(schedule, steps.length)).toBe(minutes);
      const rows = forecast(schedule, 5);
      for (const [at, row] of rows.entries()) {
        expect(row.minutes).toBeGreaterThanOrEqual(Math.max(minutes, total / row.workers));
        expect(row.minutes).toBeLessThanOrEqual(rows[at - 1]?.minutes ?? total);
      }
    }),
    { seed: 20260301, numRuns: 300 },
  );
});

test('a bottleneck holds up exactly what cannot start before it', () => {
  fc.assert(
    fc.property(Graph, (graph) => {
      const parents = new Set(graph.steps.map(({ parent }) => parent));
      const heldUp = new Map(graph.steps.map(({ id }) => [id, new Set<string>()]));
      // Chains: what must precede something must precede all behind that.
      for (let changed = true; changed; ) {
        changed = false;
        for (const { id } of graph.steps) {
          for (const before of mustPrecede(id, graph)) {
            const held = heldUp.get(before) ?? new Set();
            const size = held.size;
            for (const other of [id, ...(heldUp.get(id) ?? [])]) held.add(other);
            changed ||= held.size > size;
          }
        }
      }
      const expected = [...heldUp]
        .filter(([id, held]) => !parents.has(id) && held.size > 0)
        .map(([id, held]) => [id, held.size]);
      const shown = bottlenecks(toSchedule(graph.steps, graph.blocks)).map(({ id, holds_up }) => [id, holds_up]);
      expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
    }),
    { seed: 20260301, numRuns: 300 },
  );
});

test('a chain of 20,000 tasks and one of many side by side are planned without running out of stack', () => {
  const steps = Array.from({ length: 20_000 }, (_, at) => step(`T${at}`, 1));
  const chain = toSchedule(
    steps,
    steps.slice(1).map(({ id }, at) => block(`T${at}`, id)),
  );
  expect(phasesOf(chain)).toHaveLength(20_000);
  expect(criticalPath(chain).minutes).toBe(20_000);
  expect(finishWith(chain, 3)).toBe(20_000);
  expect(finishWith(toSchedule(steps, []), 10)).toBe(2000);
});

test('a heap hands out what was put in, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = createHeap<number>((a, b) => a - b);
      for (const number of numbers) heap.push(number);
      expect(heap.size()).toBe(numbers.length);
      expect(numbers.map(() => heap.pop())).toEqual(numbers.toSorted((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
    { seed: 20260301 },
  );
});
