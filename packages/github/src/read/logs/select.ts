import { rankOf } from './errors.ts';
import { type LogLine, readLines } from './lines.ts';
import { createMatches } from './matcher.ts';
import { createStepOf, hasFailed, type Step } from './steps.ts';
import { createWindows, type Window } from './windows.ts';

export const logShows = ['errors', 'head', 'tail', 'grep', 'steps'] as const;
export type LogShow = (typeof logShows)[number];

export interface LogAsked {
  readonly show: LogShow;
  /** For grep. */
  readonly pattern?: string | undefined;
  /** Name or number of a step; without it the failed steps, where there are any. */
  readonly step?: string | undefined;
  readonly all_steps?: boolean | undefined;
  /** Of head and tail. */
  readonly lines: number;
  /** Around a hit. */
  readonly context: number;
  readonly raw?: boolean | undefined;
}

export interface StepLines {
  readonly number: number;
  readonly name: string;
  readonly conclusion: string | null;
  from?: number;
  to?: number;
}

export interface Selected {
  readonly windows: Window[];
  /** Of the log, and of the steps that were looked at. */
  readonly total: number;
  readonly looked: number;
  /** Lines that match, or look like errors. */
  readonly hits: number;
  /** Places with hits that are not among the windows, because there are so many. */
  readonly dropped: number;
  readonly steps: StepLines[];
  /** What was looked at: the failed steps, one step, or everything. */
  readonly scope: string;
}

const batch = 4000;
const mostWindows = 60;

/** One pass over a log, however long, keeping what may be shown. */
export function selectLines(bytes: Uint8Array, steps: readonly Step[], asked: LogAsked): Selected {
  const stepOf = createStepOf(steps);
  const { wanted, scope } = scopeOf(steps, asked);
  const seen = new Map<number, StepLines>(
    steps.map(({ number, name, conclusion }) => [number, { number, name, conclusion }]),
  );
  const collect = collectors[asked.show](asked);
  let total = 0;
  let looked = 0;
  for (const line of readLines(bytes)) {
    total = line.number;
    const step = stepOf(line);
    const lines = step && seen.get(step.number);
    if (lines) {
      lines.from ??= line.number;
      lines.to = line.number;
    }
    if (!wanted(step)) continue;
    looked += 1;
    collect.add({ ...line, shown: asked.raw ? line.raw : line.text, step: step?.name });
  }
  return { ...collect.done(), total, looked, steps: [...seen.values()], scope };
}

function scopeOf(steps: readonly Step[], { step, all_steps }: LogAsked) {
  if (step !== undefined) {
    const name = step.toLowerCase();
    const found =
      steps.find((each) => String(each.number) === step || each.name.toLowerCase() === name) ??
      steps.find((each) => each.name.toLowerCase().includes(name));
    return {
      wanted: (each: Step | undefined) => each !== undefined && each === found,
      scope: found ? `step ${found.number} ${found.name}` : 'no step',
    };
  }
  const failed = steps.filter(hasFailed);
  if (all_steps || failed.length === 0) return { wanted: () => true, scope: 'all steps' };
  const names = failed.map(({ number, name }) => `${number} ${name}`).join(', ');
  return {
    wanted: (each: Step | undefined) => each !== undefined && failed.includes(each),
    scope: `failed steps: ${names}`,
  };
}

type Line = LogLine & { readonly shown: string; readonly step: string | undefined };
interface Collector {
  add(line: Line): void;
  done(): { windows: Window[]; hits: number; dropped: number };
}

const collectors: Readonly<Record<LogShow, (asked: LogAsked) => Collector>> = {
  errors,
  head,
  tail,
  grep,
  steps: nothing,
};

function errors({ context }: LogAsked): Collector {
  const windows = createWindows({ before: context, after: context * 2, most: mostWindows });
  return {
    add: (line) => windows.add(line, rankOf(line.text)),
    done: () => ({ windows: windows.done(), hits: windows.hits, dropped: windows.dropped }),
  };
}

function grep({ pattern = '', context }: LogAsked): Collector {
  const find = createMatches(pattern);
  const windows = createWindows({ before: context, after: context, most: mostWindows * 5 });
  let waiting: Line[] = [];
  const flush = () => {
    const found = new Set(find(waiting.map(({ text }) => text)));
    for (const [index, line] of waiting.entries()) windows.add(line, found.has(index) ? 1 : 0);
    waiting = [];
  };
  return {
    add(line) {
      waiting.push(line);
      if (waiting.length >= batch) flush();
    },
    done() {
      flush();
      return { windows: windows.done(), hits: windows.hits, dropped: windows.dropped };
    },
  };
}

function head({ lines }: LogAsked): Collector {
  const kept: Line[] = [];
  return {
    add: (line) => void (kept.length < lines && kept.push(line)),
    done: () => ({ windows: toWindows(kept), hits: 0, dropped: 0 }),
  };
}

function tail({ lines }: LogAsked): Collector {
  const ring: Line[] = [];
  let next = 0;
  return {
    add(line) {
      ring[next % lines] = line;
      next += 1;
    },
    done: () => ({
      windows: toWindows(next <= lines ? ring : [...ring.slice(next % lines), ...ring.slice(0, next % lines)]),
      hits: 0,
      dropped: 0,
    }),
  };
}

function nothing(): Collector {
  return { add: () => {}, done: () => ({ windows: [], hits: 0, dropped: 0 }) };
}

/** Runs of lines that follow each other in one step. */
function toWindows(lines: readonly Line[]): Window[] {
  const windows: Window[] = [];
  for (const { number, shown, step } of lines) {
    const open = windows.at(-1);
    if (open && open.step === step && open.from + open.lines.length === number) open.lines.push(shown);
    else windows.push({ from: number, step, lines: [shown], rank: 1 });
  }
  return windows;
}
