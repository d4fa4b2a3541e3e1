import { commonPairs } from './edit-script.ts';

/** A run of lines: `same` in both, or replaced (either side may be empty). */
export interface Region {
  readonly same: boolean;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Lines with their ends, so that joining them is the text again. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The two texts as a list of alternating regions. */
export function regionsOf(before: readonly string[], after: readonly string[]): Region[] {
  const regions: { same: boolean; before: string[]; after: string[] }[] = [];
  const add = (same: boolean, old: readonly string[], now: readonly string[]) => {
    if (old.length + now.length === 0) return;
    const last = regions.at(-1);
    const region = last?.same === same ? last : { same, before: [], after: [] };
    if (region !== last) regions.push(region);
    region.before.push(...old);
    region.after.push(...now);
  };
  let [left, right] = [0, 0];
  for (const [x, y] of commonPairs(before, after)) {
    add(false, before.slice(left, x), after.slice(right, y));
    add(true, before.slice(x, x + 1), after.slice(y, y + 1));
    [left, right] = [x + 1, y + 1];
  }
  add(false, before.slice(left), after.slice(right));
  return regions;
}

export interface Patch {
  readonly additions: number;
  readonly deletions: number;
  /** Hunks as git prints them, without the file header and without the last line end; empty where nothing changed. */
  readonly text: string;
}

const context = 3;

interface Line {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

/** A unified diff with three lines of context. */
export function patchOf(before: string, after: string): Patch {
  const lines: Line[] = regionsOf(linesOf(before), linesOf(after)).flatMap(({ same, ...sides }) =>
    same
      ? sides.before.map((text): Line => ({ sign: ' ', text }))
      : [
          ...sides.before.map((text): Line => ({ sign: '-', text })),
          ...sides.after.map((text): Line => ({ sign: '+', text })),
        ],
  );
  const changed = lines.flatMap((line, index) => (line.sign === ' ' ? [] : [index]));
  const spans: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = spans.at(-1);
    if (last && index - context <= last.to) last.to = Math.min(lines.length, index + context + 1);
    else spans.push({ from: Math.max(0, index - context), to: Math.min(lines.length, index + context + 1) });
  }
  return {
    additions: lines.filter((line) => line.sign === '+').length,
    deletions: lines.filter((line) => line.sign === '-').length,
    text: spans.map((span) => hunk(lines, span)).join('\n'),
  };
}

function hunk(lines: readonly Line[], { from, to }: { from: number; to: number }): string {
  const count = (slice: readonly Line[], sign: Line['sign']) => slice.filter((line) => line.sign !== sign).length;
  const earlier = lines.slice(0, from);
  const inside = lines.slice(from, to);
  const [before, after] = [count(inside, '+'), count(inside, '-')];
  // A side without lines is counted from the line before it.
  const start = (skipped: number, length: number) => (length === 0 ? skipped : skipped + 1);
  const range = (skipped: number, length: number) => `${start(skipped, length)}${length === 1 ? '' : `,${length}`}`;
  const section = earlier.findLast((line) => line.sign !== '+' && /^[A-Za-z_$]/.test(line.text))?.text.trimEnd();
  const header = `@@ -${range(count(earlier, '+'), before)} +${range(count(earlier, '-'), after)} @@`;
  return [
    section ? `${header} ${section.slice(0, 80)}` : header,
    ...inside.map(({ sign, text }) =>
      text.endsWith('\n') ? `${sign}${text.slice(0, -1)}` : `${sign}${text}\n\\ No newline at end of file`,
    ),
  ].join('\n');
}
