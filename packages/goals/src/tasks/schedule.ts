import { findCycle, finishOf, startOf, toEdges } from './cycle.ts';
import { createHeap } from './heap.ts';
import { cycleError } from './plan.ts';

/** A task to be scheduled. One that encloses others takes no time of its own: it is done when they are. */
export interface Step {
  id: string;
  parent: string | undefined;
  /** Work that is left; at least 0. */
  minutes: number;
}

export interface Block {
  from: string;
  to: string;
}

/**
 * The points in time of `cycle.ts` as numbers: 2n is the start of step n, 2n + 1 its finish. Steps that enclose others have
 * the duration 0 and are no work.
 */
export interface Schedule {
  readonly steps: readonly Step[];
  /** What the step itself takes; 0 where it encloses others. */
  readonly durations: readonly number[];
  readonly isWork: readonly boolean[];
  readonly next: readonly (readonly number[])[];
  readonly previous: readonly (readonly number[])[];
  /** Every point, none before those that lead to it. */
  readonly order: readonly number[];
}

const stepOf = (point: number): number => point >> 1;
const isStart = (point: number): boolean => point % 2 === 0;

/** Steps and the blocks among them; blocks that name others are left out. Throws when they wait for each other in a loop. */
export function toSchedule(given: readonly Step[], blocks: readonly Block[]): Schedule {
  const index = new Map(given.map(({ id }, place) => [id, place]));
  const steps = given.map((step) => ({
    ...step,
    parent: step.parent !== undefined && index.has(step.parent) ? step.parent : undefined,
  }));
  const links = blocks
    .filter(({ from, to }) => index.has(from) && index.has(to))
    .map(({ from, to }) => ({ from_task_id: from, to_task_id: to, type: 'blocks' as const }));
  const edges = toEdges(steps, links);
  const points = new Map(
    steps.flatMap(({ id }, place) => [[startOf(id), 2 * place] as const, [finishOf(id), 2 * place + 1] as const]),
  );
  const next: number[][] = Array.from({ length: 2 * steps.length }, () => []);
  const previous: number[][] = Array.from({ length: 2 * steps.length }, () => []);
  for (const edge of edges) {
    const from = points.get(edge.from) ?? 0;
    const to = points.get(edge.to) ?? 0;
    next[from]?.push(to);
    previous[to]?.push(from);
  }
  const order = inOrder(next, previous);
  if (order.length < next.length) throw cycleError(findCycle(edges) ?? []);
  const enclosing = new Set(steps.map(({ parent }) => parent));
  const isWork = steps.map(({ id }) => !enclosing.has(id));
  return {
    steps,
    isWork,
    durations: steps.map(({ minutes }, place) => (isWork[place] ? minutes : 0)),
    next,
    previous,
    order,
  };
}

function inOrder(next: readonly number[][], previous: readonly number[][]): number[] {
  const arrives = countdown(previous);
  const order = previous.flatMap((list, point) => (list.length === 0 ? [point] : []));
  // Grows while it is read.
  for (const point of order) for (const to of next[point] ?? []) if (arrives(to)) order.push(to);
  return order;
}

/** To be told of each point that leads to another; true when it was the last one. */
function countdown(previous: readonly (readonly number[])[]): (to: number) => boolean {
  const waiting = Int32Array.from(previous, (list) => list.length);
  return (to) => {
    const left = (waiting[to] ?? 0) - 1;
    waiting[to] = left;
    return left === 0;
  };
}

/** What passes between a point and those behind it: the time of a step between its start and its finish. */
const passes = (times: readonly number[], from: number, to: number): number =>
  isStart(from) && stepOf(from) === stepOf(to) ? (times[stepOf(from)] ?? 0) : 0;

/** The earliest time of every point, when each step takes the time given and nobody is short of hands. */
function earliest(schedule: Schedule, times: readonly number[]): number[] {
  const at = new Array<number>(schedule.next.length).fill(0);
  for (const point of schedule.order) {
    for (const to of schedule.next[point] ?? [])
      at[to] = Math.max(at[to] ?? 0, (at[point] ?? 0) + passes(times, point, to));
  }
  return at;
}

/** Work that can run side by side: everything of a phase can be done once the phases before it are. In the order given. */
export function phasesOf(schedule: Schedule): string[][] {
  const level = earliest(
    schedule,
    schedule.isWork.map((work) => (work ? 1 : 0)),
  );
  const phases: string[][] = [];
  for (const [place, step] of schedule.steps.entries()) {
    if (!schedule.isWork[place]) continue;
    const number = level[2 * place] ?? 0;
    phases[number] ??= [];
    phases[number].push(step.id);
  }
  return phases;
}

/** The chain of work that takes longest, and how long: nothing finishes earlier with any number of workers. */
export function criticalPath(schedule: Schedule): { ids: string[]; minutes: number } {
  const at = earliest(schedule, schedule.durations);
  const minutes = at.reduce((most, time) => Math.max(most, time), 0);
  const ids: string[] = [];
  let point: number | undefined = minutes > 0 ? at.indexOf(minutes) : undefined;
  while (point !== undefined) {
    const here: number = point;
    const place = stepOf(here);
    if (!isStart(here) && schedule.isWork[place] && (schedule.durations[place] ?? 0) > 0)
      ids.push(schedule.steps[place]?.id ?? '');
    point = schedule.previous[here]?.find(
      (from) => (at[from] ?? 0) + passes(schedule.durations, from, here) === at[here],
    );
  }
  return { ids: ids.reverse(), minutes };
}

/** How many other steps cannot start before this one is finished, directly or not; of work only, most first. */
export function bottlenecks(schedule: Schedule): { id: string; holds_up: number }[] {
  const { steps, next, order, isWork } = schedule;
  const words = Math.ceil(steps.length / 32);
  // A row of bits per point: the starts that can be reached from it.
  const reached = new Uint32Array(words * next.length);
  for (const point of order.toReversed()) {
    const row = point * words;
    for (const to of next[point] ?? []) {
      for (let word = 0; word < words; word++)
        reached[row + word] = (reached[row + word] ?? 0) | (reached[to * words + word] ?? 0);
      const place = stepOf(to);
      if (isStart(to)) reached[row + (place >> 5)] = (reached[row + (place >> 5)] ?? 0) | (1 << (place & 31));
    }
  }
  return steps
    .map(({ id }, place) => {
      const row = (2 * place + 1) * words;
      return { id, holds_up: reached.subarray(row, row + words).reduce((sum, bits) => sum + ones(bits), 0) };
    })
    .filter(({ holds_up }, place) => isWork[place] && holds_up > 0)
    .sort((a, b) => b.holds_up - a.holds_up);
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Minutes until all is done when each free worker takes the step with the longest way behind it (greedy list scheduling). */
export function finishWith(schedule: Schedule, workers: number): number {
  const { durations, isWork, next, previous, order } = schedule;
  const tail = new Array<number>(next.length).fill(0);
  for (const point of order.toReversed()) {
    for (const to of next[point] ?? [])
      tail[point] = Math.max(tail[point] ?? 0, (tail[to] ?? 0) + passes(durations, point, to));
  }
  const ready = createHeap<number>((a, b) => (tail[b] ?? 0) - (tail[a] ?? 0) || a - b);
  const running = createHeap<{ point: number; until: number }>((a, b) => a.until - b.until || a.point - b.point);
  const arrives = countdown(previous);
  const reach = (first: number): void => {
    const reachedNow = [first];
    for (let point = reachedNow.pop(); point !== undefined; point = reachedNow.pop()) {
      if (isStart(point) && isWork[stepOf(point)]) ready.push(point);
      else reachedNow.push(...passed(point));
    }
  };
  const passed = (point: number): number[] => (next[point] ?? []).filter(arrives);
  for (const point of order) if ((previous[point] ?? []).length === 0) reach(point);
  let now = 0;
  for (;;) {
    while (running.size() < workers) {
      const point = ready.pop();
      if (point === undefined) break;
      running.push({ point, until: now + (durations[stepOf(point)] ?? 0) });
    }
    const done = running.pop();
    if (!done) return now;
    now = done.until;
    for (const to of passed(done.point)) reach(to);
  }
}

/** Earliest finishes with 1 to so many workers, until more of them would not help. A worker more never makes it later: they may rest. */
export function forecast(schedule: Schedule, workers: number): { workers: number; minutes: number }[] {
  const shortest = criticalPath(schedule).minutes;
  const rows: { workers: number; minutes: number }[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (let count = 1; count <= workers && best > shortest; count++) {
    best = Math.min(best, finishWith(schedule, count));
    rows.push({ workers: count, minutes: best });
  }
  return rows;
}
