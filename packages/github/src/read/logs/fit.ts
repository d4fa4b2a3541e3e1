import { jsonLength } from '../budget.ts';
import type { ShownLine, Window } from './windows.ts';

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
    const taken = takeLines(window.lines, room - around - jsonLength(window.step ?? ''), fromEnd);
    left += window.lines.length - taken.length;
    const [first, last] = [taken[0], taken.at(-1)];
    if (first === undefined || last === undefined) continue;
    const part = {
      ...(window.step !== undefined && { step: window.step }),
      ...{ from: first.number, to: last.number, text: taken.map(({ shown }) => shown).join('\n') },
    };
    chosen.push({ index, part });
    room -= jsonLength(part) + 1;
  }
  chosen.sort((a, b) => a.index - b.index);
  return { parts: chosen.map(({ part }) => part), left };
}

function takeLines(lines: readonly ShownLine[], room: number, fromEnd: boolean): readonly ShownLine[] {
  const ordered = fromEnd ? lines.toReversed() : lines;
  let used = 2;
  const end = ordered.findIndex(({ shown }) => {
    used += jsonLength(shown);
    return used > room;
  });
  const count = end === -1 ? lines.length : end;
  return fromEnd ? lines.slice(lines.length - count) : lines.slice(0, count);
}
