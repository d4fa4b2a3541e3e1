/** A run of lines that is shown. */
export interface Window {
  /** Number of its first line. */
  readonly from: number;
  readonly step: string | undefined;
  readonly lines: string[];
  /** 1 is the most important. */
  rank: number;
}

export interface WindowLine {
  readonly number: number;
  readonly shown: string;
  readonly step: string | undefined;
}

export interface WindowsOptions {
  readonly before: number;
  readonly after: number;
  /** Windows that are kept; of more the least important go, those in the middle first. */
  readonly most: number;
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
export function createWindows({ before, after, most }: WindowsOptions): Windows {
  const recent: WindowLine[] = [];
  const kept: Window[] = [];
  let open: Window | undefined;
  let quiet = 0;
  let hits = 0;
  let dropped = 0;

  function close(): void {
    if (open === undefined) return;
    kept.push(open);
    open = undefined;
    if (kept.length <= most) return;
    kept.splice(leastImportant(kept), 1);
    dropped += 1;
  }

  return {
    add(line, rank) {
      const sameStep = open?.step === line.step;
      if (open && (!sameStep || open.lines.length >= mostLines)) close();
      if (rank > 0) {
        hits += 1;
        quiet = 0;
        if (open === undefined) {
          const around = recent.filter(({ step }) => step === line.step);
          const [first = line] = around;
          open = { from: first.number, step: line.step, lines: around.map(({ shown }) => shown), rank };
          recent.length = 0;
        }
        open.lines.push(line.shown);
        open.rank = Math.min(open.rank, rank);
        return;
      }
      if (open && quiet < after) {
        open.lines.push(line.shown);
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

function leastImportant(windows: readonly Window[]): number {
  const worst = Math.max(...windows.map(({ rank }) => rank));
  const places = windows.flatMap(({ rank }, index) => (rank === worst ? [index] : []));
  return places[Math.floor(places.length / 2)] ?? 0;
}
