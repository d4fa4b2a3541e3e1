import { clip } from './clip.ts';
import { rankOf } from './errors.ts';
import type { LogLine } from './lines.ts';
import type { Matcher } from './matcher.ts';
import { createWindows, toWindows, type Window, type WindowLine } from './windows.ts';

export const logShows = ['errors', 'head', 'tail', 'grep', 'steps'] as const;
export type LogShow = (typeof logShows)[number];

export interface CollectorOptions {
  /** Of head and tail. */
  readonly lines: number;
  /** Around a hit. */
  readonly context: number;
  readonly raw?: boolean | undefined;
  /** For grep. */
  readonly matcher?: Matcher | undefined;
}

export interface Collected {
  readonly windows: Window[];
  /** Lines that match, or look like errors. */
  readonly hits: number;
  /** Places with hits that are not among the windows, because there are so many. */
  readonly dropped: number;
  /** The last lines, where there is no error. */
  readonly end?: Window[];
}

/** Keeps what is to be shown of the lines it gets, and not more than a few hundred of them for each hit and answer. */
export interface Collector {
  add(line: LogLine, step: string | undefined): void;
  /** Called between lines: does what cannot be done at once. */
  settle?(): Promise<void>;
  /** Nothing that follows can change what was collected. */
  readonly full?: boolean;
  readonly hits: number;
  done(): Promise<Collected>;
}

const mostWindows = 60;
const endLines = 30;
/** Lines and characters that are tried at once. */
const batch = { lines: 4000, chars: 250_000 };

export const collectors: Readonly<Record<LogShow, (options: CollectorOptions) => Collector>> = {
  errors,
  head,
  tail,
  grep,
  steps: () => ({ add: () => {}, hits: 0, done: async () => ({ windows: [], hits: 0, dropped: 0 }) }),
};

function errors(options: CollectorOptions): Collector {
  const { context, raw } = options;
  const windows = createWindows({ before: context, after: context * 2, most: mostWindows });
  const end = createRing(endLines);
  return {
    add(line, step) {
      if (line.part > 0) return;
      const shown = shownOf(line, { step, raw });
      windows.add(shown, rankOf(line.text));
      if (windows.hits === 0) end.add(shown);
    },
    get hits() {
      return windows.hits;
    },
    async done() {
      const found = windows.done();
      const { hits, dropped } = windows;
      return { windows: found, hits, dropped, end: toWindows(end.lines()) };
    },
  };
}

interface Waiting {
  readonly line: LogLine;
  readonly step: string | undefined;
}

function grep({ matcher, context, raw }: CollectorOptions): Collector {
  const windows = createWindows({ before: context, after: context, most: mostWindows * 5 });
  let waiting: Waiting[] = [];
  let chars = 0;

  async function flush(): Promise<void> {
    const lines = waiting;
    waiting = [];
    chars = 0;
    if (lines.length === 0 || matcher === undefined) return;
    const found = new Map(await matcher.find(lines.map(({ line }) => line.text)));
    for (const [index, { line, step }] of lines.entries()) {
      const at = found.get(index);
      if (at !== undefined) windows.add(shownOf(line, { step, raw, at }), 1);
      else if (line.part === 0) windows.add(shownOf(line, { step, raw }), 0);
    }
  }

  return {
    add(line, step) {
      waiting.push({ line, step });
      chars += line.text.length;
    },
    async settle() {
      if (waiting.length >= batch.lines || chars >= batch.chars) await flush();
    },
    get hits() {
      return windows.hits;
    },
    async done() {
      await flush();
      const found = windows.done();
      return { windows: found, hits: windows.hits, dropped: windows.dropped };
    },
  };
}

function head({ lines, raw }: CollectorOptions): Collector {
  const kept: WindowLine[] = [];
  return {
    add(line, step) {
      if (kept.length < lines && line.part === 0) kept.push(shownOf(line, { step, raw }));
    },
    hits: 0,
    get full() {
      return kept.length >= lines;
    },
    done: async () => ({ windows: toWindows(kept), hits: 0, dropped: 0 }),
  };
}

function tail({ lines, raw }: CollectorOptions): Collector {
  const ring = createRing(lines);
  return {
    // Of a line in parts its very end is wanted.
    add: (line, step) => ring.add(shownOf(line, { step, raw, ...(line.part > 0 && { at: line.text.length - 700 }) })),
    hits: 0,
    done: async () => ({ windows: toWindows(ring.lines()), hits: 0, dropped: 0 }),
  };
}

/** The last `most` lines; of a line in parts the last part. */
function createRing(most: number): { add(line: WindowLine): void; lines(): WindowLine[] } {
  const ring: WindowLine[] = [];
  let next = 0;
  let last = 0;
  return {
    add(line) {
      if (line.number === last) next -= 1;
      last = line.number;
      ring[next % most] = line;
      next += 1;
    },
    lines: () => (next <= most ? ring : [...ring.slice(next % most), ...ring.slice(0, next % most)]),
  };
}

interface Showing {
  readonly step: string | undefined;
  readonly raw?: boolean | undefined;
  /** Place of a match in the text. */
  readonly at?: number;
}

function shownOf({ number, part, text, raw }: LogLine, { step, raw: isRaw, at = 0 }: Showing): WindowLine {
  const isPart = part > 0;
  return {
    number,
    step,
    shown: isRaw ? clip(raw, { at: at + raw.length - text.length, isPart }) : clip(text, { at, isPart }),
  };
}
