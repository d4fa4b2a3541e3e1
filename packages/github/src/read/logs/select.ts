import { type Collected, type Collector, type CollectorOptions, collectors, type LogShow } from './collectors.ts';
import type { LogLine } from './lines.ts';
import { createStepOf, hasFailed, type Step } from './steps.ts';

export interface LogAsked {
  readonly show: LogShow;
  /** For grep: a text, or a regular expression. */
  readonly pattern?: string | undefined;
  readonly regex?: boolean | undefined;
  /** Name or number of a step; without it the failed steps, where there are any. */
  readonly step?: string | undefined;
  readonly all_steps?: boolean | undefined;
  readonly lines: number;
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

export interface Selected extends Omit<Collected, 'end'> {
  /** Lines that were read. */
  readonly total: number;
  readonly steps: StepLines[];
  /** What was looked at: the failed steps, one step, or everything. */
  readonly scope: string;
  /** Windows are the end of it, because nothing was found. */
  readonly isEnd: boolean;
  readonly notes: string[];
}

export interface Selection {
  take(line: LogLine): void;
  /** To be awaited now and then. */
  settle(): Promise<void>;
  /** No line that follows is needed. */
  readonly full: boolean;
  done(): Promise<Selected>;
}

/** One pass over a log, however long, keeping what may be shown. The step that is asked for has to be one of `steps`. */
export function createSelection(
  steps: readonly Step[],
  asked: LogAsked,
  matcher?: CollectorOptions['matcher'],
): Selection {
  const stepOf = createStepOf(steps);
  const scope = scopeOf(steps, asked);
  const seen = new Map(
    steps.map(({ number, name, conclusion }): [number, StepLines] => [number, { number, name, conclusion }]),
  );
  const collect = collectors[asked.show];
  const scoped = collect({ ...asked, matcher });
  const whole = scope.isGuess ? collect({ ...asked, matcher }) : undefined;
  let total = 0;
  let looked = 0;
  /** What the failed steps have is enough. */
  const isFound = () => (asked.show === 'errors' ? scoped.hits > 0 : looked > 0);

  return {
    take(line) {
      total = line.number;
      const step = stepOf(line);
      const lines = step && seen.get(step.number);
      if (lines) {
        lines.from ??= line.number;
        lines.to = line.number;
      }
      if (!isFound()) whole?.add(line, step?.name);
      if (!scope.wanted(step)) return;
      looked += 1;
      scoped.add(line, step?.name);
    },
    async settle() {
      await scoped.settle?.();
      if (!isFound()) await whole?.settle?.();
    },
    get full() {
      return scoped.full === true;
    },
    async done() {
      const found = await choose({ show: asked.show, scope, looked, scoped, whole });
      return { ...found, total, steps: [...seen.values()] };
    },
  };
}

interface Choice {
  readonly show: LogShow;
  readonly scope: Scope;
  readonly looked: number;
  readonly scoped: Collector;
  readonly whole: Collector | undefined;
}

type Chosen = Omit<Selected, 'total' | 'steps'>;

/** What the failed steps have, else what the whole log has, else its end. */
async function choose({ show, scope, looked, scoped, whole }: Choice): Promise<Chosen> {
  const { end: endOfScoped, ...inScope } = await scoped.done();
  const given = { ...inScope, scope: scope.text, isEnd: false };
  if (show === 'steps') return { ...given, notes: [] };
  if (looked === 0 && whole === undefined && scope.isLimited) {
    return { ...given, notes: ['No line could be told to be of this step; all_steps shows the whole log.'] };
  }
  if (show === 'errors' && inScope.hits > 0) return { ...given, notes: [] };
  if (looked > 0 && show !== 'errors') return { ...given, notes: [] };
  const why =
    looked === 0
      ? 'No line could be told to be of the failed steps, so the whole log was looked at.'
      : 'No line of the failed steps looks like an error, so the whole log was looked at.';
  const { end: endOfWhole, ...anywhere } = (await whole?.done()) ?? { windows: [], hits: 0, dropped: 0 };
  const ofWhole = { ...anywhere, scope: 'all steps', isEnd: false };
  if (whole && (show !== 'errors' || anywhere.hits > 0)) return { ...ofWhole, notes: [why] };
  if (show !== 'errors') return { ...given, notes: [] };
  const windows = (looked > 0 ? endOfScoped : endOfWhole) ?? [];
  const note = windows.length > 0 ? ['No line looks like an error; this is the end of it.'] : [];
  return { ...(looked > 0 ? given : ofWhole), windows, isEnd: true, notes: note };
}

interface Scope {
  wanted(step: Step | undefined): boolean;
  readonly text: string;
  /** Not the whole log. */
  readonly isLimited: boolean;
  /** Nobody asked for these steps: they failed. */
  readonly isGuess: boolean;
}

function scopeOf(steps: readonly Step[], { step, all_steps }: LogAsked): Scope {
  if (step !== undefined) {
    const found = findStep(steps, step);
    return {
      wanted: (each) => each !== undefined && each === found,
      ...{ text: found ? `step ${found.number} ${found.name}` : 'no step', isLimited: true, isGuess: false },
    };
  }
  const failed = steps.filter(hasFailed);
  if (all_steps || failed.length === 0) {
    return { wanted: () => true, text: 'all steps', isLimited: false, isGuess: false };
  }
  const names = failed.map(({ number, name }) => `${number} ${name}`).join(', ');
  return {
    wanted: (each) => each !== undefined && failed.includes(each),
    ...{ text: `failed steps: ${names}`, isLimited: true, isGuess: true },
  };
}

/** By its number, its name, or a part of its name. */
export function findStep(steps: readonly Step[], wanted: string): Step | undefined {
  const name = wanted.toLowerCase();
  return (
    steps.find((each) => String(each.number) === wanted || each.name.toLowerCase() === name) ??
    steps.find((each) => each.name.toLowerCase().includes(name))
  );
}
