/** A line of a program that prints its data is as long as it likes. */
const most = 1000;

import { counted } from '../counted.ts';

const before = 300;

/** What is shown of a line: its beginning, or what stands around `at`, with what is missing said. */
export function clip(text: string, { at = 0, isPart = false }: { at?: number; isPart?: boolean } = {}): string {
  if (text.length <= most && !isPart) return text;
  const from = at < most - before ? 0 : at - before;
  const shown = text.slice(from, from + most);
  const left = text.length - shown.length;
  const start = from > 0 || isPart ? '… ' : '';
  const end = left > 0 ? `… (${counted(left, 'more character')})` : '';
  // A slice would keep the whole line in memory.
  return Buffer.from(`${start}${shown}${end}`).toString();
}
