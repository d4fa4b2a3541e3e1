/** Lines to try an expression on. */
export interface MatchJob {
  readonly pattern: string;
  readonly lines: readonly string[];
}

/** Where a line matches: its index, and the place of the first match in it. */
export type Match = readonly [index: number, at: number];
