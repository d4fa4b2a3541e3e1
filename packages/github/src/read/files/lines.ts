import { jsonLength, startWithin } from '../budget.ts';
import { counted } from '../counted.ts';

export interface LineRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The lines of a range, as many as an answer could show, without the text that they are from. */
export interface LinesKept {
  readonly text: string;
  /** Numbers of the first and the last line of the range, from 1; of an empty text 1 and 0. */
  readonly from: number;
  readonly to: number;
  /** Of the whole text. A text that ends with a line end has no empty line after it. */
  readonly lines: number;
}

/** Goes over the text without making a list of its lines, which of a large file takes more memory than the file. */
export function keepLines(
  text: string,
  { from = 1, to = Number.MAX_SAFE_INTEGER }: LineRange,
  most: number,
): LinesKept {
  let lines = 0;
  let [start, end] = [0, 0];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at) + 1 || text.length;
    lines += 1;
    if (lines === from) start = at;
    if (lines >= from && lines <= to) end = next;
    at = next;
  }
  const kept = text.slice(start, Math.min(end, start + most));
  // A slice would keep the whole text in memory.
  return { text: Buffer.from(kept, 'utf16le').toString('utf16le'), from, to: Math.min(to, lines), lines };
}

/** The part of a file that an answer shows. */
export interface LinesShown {
  readonly content?: string;
  readonly from?: number;
  readonly to?: number;
  readonly lines: number;
  /** Where it goes on when the range did not fit. */
  readonly next_from?: number;
  readonly note?: string;
}

/** With less room than this nothing is shown. */
const least = 200;

/** What lines take of an answer that has `perLine` more characters for each of them. */
export const wantOf = ({ text }: LinesKept, perLine = 0): number =>
  jsonLength(text) + (perLine === 0 ? 0 : text.split('\n').length * perLine);

/** The lines that fit, byte for byte, whole ones but for a first line that alone is longer. */
export function showLines(kept: LinesKept, { room, perLine = 0 }: { room: number; perLine?: number }): LinesShown {
  const { text, from, to, lines } = kept;
  if (from > Math.max(lines, 1)) return { lines, note: `It has ${counted(lines, 'line')}.` };
  if (room < Math.min(least, wantOf(kept, perLine)))
    return { lines, next_from: from, note: 'No room was left for it.' };
  let used = 2;
  let [end, last] = [0, from - 1];
  while (last < to) {
    const next = text.indexOf('\n', end) + 1 || text.length;
    used += jsonLength(text.slice(end, next)) - 2 + perLine;
    if (used > room) break;
    end = next;
    last += 1;
  }
  const goesOn = (line: number) => (line <= to ? { next_from: line } : {});
  if (last >= from || text === '') return { content: text.slice(0, end), from, to: last, lines, ...goesOn(last + 1) };
  const content = startWithin(text.slice(0, text.indexOf('\n') + 1 || text.length), room - perLine);
  const note = `Line ${from} is longer than the room and was cut after ${content.length} characters.`;
  return { content, from, to: from, lines, ...goesOn(from + 1), note };
}

/** Divides a budget fairly: nobody gets more than he wants, what one leaves goes to the others. */
export function share(total: number, wants: readonly number[]): number[] {
  const shares = wants.map(() => 0);
  const order = wants.map((want, index) => ({ want, index })).sort((a, b) => a.want - b.want);
  let left = Math.max(0, total);
  for (const [n, { want, index }] of order.entries()) {
    const fair = Math.min(want, Math.floor(left / (order.length - n)));
    shares[index] = fair;
    left -= fair;
  }
  return shares;
}
