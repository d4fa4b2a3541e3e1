import { jsonLength } from '../budget.ts';

export interface LineRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Excerpt {
  readonly content: string;
  /** Numbers of its first and last line, from 1. */
  readonly from: number;
  readonly to: number;
  /** Of the whole text. */
  readonly lines: number;
  /** Where it goes on when the range did not fit. */
  readonly next?: number;
  /** The last line is longer than the budget and ends here, after so many characters of it. */
  readonly cutInLine?: number;
}

/** Lines with their ends; a text that ends with a line end has no empty line after it. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The lines of a range, byte for byte, as many whole ones as fit `maxChars` in JSON. A first line that alone is longer is cut. */
export function excerpt(
  lines: readonly string[],
  { from = 1, to = lines.length }: LineRange,
  maxChars: number,
): Excerpt {
  const end = Math.min(to, lines.length);
  const taken: string[] = [];
  let used = 2;
  for (let number = from; number <= end; number += 1) {
    const line = lines[number - 1] ?? '';
    used += jsonLength(line) - 2;
    if (used > maxChars) {
      if (taken.length > 0) break;
      const head = line.slice(0, Math.max(1, Math.floor(maxChars / 2))).replace(/[\ud800-\udbff]$/, '');
      const more = number < end ? { next: number + 1 } : {};
      return { content: head, from, to: number, lines: lines.length, cutInLine: head.length, ...more };
    }
    taken.push(line);
  }
  const last = from + taken.length - 1;
  return { content: taken.join(''), from, to: last, lines: lines.length, ...(last < end && { next: last + 1 }) };
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
