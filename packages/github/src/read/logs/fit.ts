import { jsonLength } from '../budget.ts';
import type { Window } from './windows.ts';

export interface LogPart {
  step?: string;
  from: number;
  to: number;
  text: string;
}

export interface Fitted {
  readonly parts: LogPart[];
  /** Lines of the windows that did not fit. */
  readonly left: number;
}

/** A line of a program that prints its data is as long as it likes. */
const mostLine = 1000;
/** What a part has beside its text. */
const around = 60;

/** The most important windows that fit, in the order of the log; the last one cut at a line end, from its end where `fromEnd`. */
export function fitWindows(windows: readonly Window[], maxChars: number, { fromEnd = false } = {}): Fitted {
  const ranked = windows.map((window, index) => ({ window, index }));
  ranked.sort((a, b) => a.window.rank - b.window.rank || (fromEnd ? b.index - a.index : a.index - b.index));
  const chosen: { index: number; part: LogPart }[] = [];
  let room = maxChars;
  let left = 0;
  for (const { window, index } of ranked) {
    const taken = takeLines(window, room - around - jsonLength(window.step ?? ''), fromEnd);
    left += window.lines.length - taken.lines.length;
    if (taken.lines.length === 0) continue;
    const text = taken.lines.join('\n');
    const part = {
      ...(window.step !== undefined && { step: window.step }),
      ...{ from: taken.from, to: taken.from + taken.lines.length - 1, text },
    };
    chosen.push({ index, part });
    room -= jsonLength(part) + 1;
  }
  chosen.sort((a, b) => a.index - b.index);
  return { parts: chosen.map(({ part }) => part), left };
}

function takeLines({ from, lines }: Window, room: number, fromEnd: boolean): { from: number; lines: string[] } {
  const clipped = lines.map((line) =>
    line.length > mostLine ? `${line.slice(0, mostLine)}… (${line.length} characters)` : line,
  );
  const ordered = fromEnd ? clipped.toReversed() : clipped;
  let used = 2;
  const end = ordered.findIndex((line) => {
    used += jsonLength(line);
    return used > room;
  });
  const count = end === -1 ? ordered.length : end;
  return fromEnd
    ? { from: from + lines.length - count, lines: clipped.slice(lines.length - count) }
    : { from, lines: clipped.slice(0, count) };
}
