export interface ShownLine {
  readonly number: number;
  readonly shown: string;
}

/** A run of lines that is shown. */
export interface Window {
  readonly step: string | undefined;
  readonly lines: ShownLine[];
  /** 1 is the most important. */
  rank: number;
}

export interface WindowLine extends ShownLine {
  readonly step: string | undefined;
}

export interface WindowsOptions {
  readonly before: number;
  readonly after: number;
  /** Windows that are kept; of more the least important go, those in the middle first. */
  readonly most: number;
  /** Characters of them all; 1,000,000, ten times the longest answer. */
  readonly mostChars?: number;
}

export interface Windows {
  /** The next line, with its rank; 0 is shown only beside another. */
  add(line: WindowLine, rank: number): void;
  /** In the order of the log. */
  done(): Window[];
  /** Lines that had a rank. */
  readonly hits: number;
  /** Windows that were not kept. */
  readonly dropped: number;
}

/** One so long is two: it would not fit in an answer. */
const mostLines = 120;

/** Lines with those around them, collected in one pass without keeping what is not shown. */
export function createWindows({ before, after, most, mostChars = 1_000_000 }: WindowsOptions): Windows {
  const recent: WindowLine[] = [];
  const kept: Window[] = [];
  let open: Window | undefined;
  let quiet = 0;
  let chars = 0;
  let last = 0;
  let hits = 0;
  let dropped = 0;

  function close(): void {
    if (open === undefined) return;
    kept.push(open);
    chars += sizeOf(open);
    open = undefined;
    while (kept.length > most || (chars > mostChars && kept.length > 1)) {
      const [gone] = kept.splice(leastImportant(kept), 1);
      if (gone) chars -= sizeOf(gone);
      dropped += 1;
    }
  }

  return {
    add(line, rank) {
      const sameStep = open?.step === line.step;
      if (open && (!sameStep || open.lines.length >= mostLines)) close();
      if (rank > 0) {
        // Parts of one line are one hit.
        if (line.number !== last) hits += 1;
        last = line.number;
        quiet = 0;
        if (open === undefined) {
          const around = recent.filter(({ step }) => step === line.step);
          open = { step: line.step, lines: around, rank };
          recent.length = 0;
        }
        open.lines.push(line);
        open.rank = Math.min(open.rank, rank);
        return;
      }
      if (open && quiet < after) {
        open.lines.push(line);
        quiet += 1;
        return;
      }
      close();
      recent.push(line);
      if (recent.length > before) recent.shift();
    },
    done() {
      close();
      return kept;
    },
    get hits() {
      return hits;
    },
    get dropped() {
      return dropped;
    },
  };
}

const sizeOf = ({ lines }: Window): number => lines.reduce((sum, { shown }) => sum + shown.length, 0);

function leastImportant(windows: readonly Window[]): number {
  const worst = Math.max(...windows.map(({ rank }) => rank));
  const places = windows.flatMap(({ rank }, index) => (rank === worst ? [index] : []));
  return places[Math.floor(places.length / 2)] ?? 0;
}

/** Runs of lines that follow each other in one step. */
export function toWindows(lines: readonly WindowLine[]): Window[] {
  const windows: Window[] = [];
  for (const line of lines) {
    const open = windows.at(-1);
    if (open && open.step === line.step && (open.lines.at(-1)?.number ?? 0) + 1 >= line.number) open.lines.push(line);
    else windows.push({ step: line.step, lines: [line], rank: 1 });
  }
  return windows;
}
