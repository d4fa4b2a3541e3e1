/** A line of a job's log. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  /** Milliseconds since 1970, where the line had a time. */
  readonly time: number | undefined;
  /** Without time and colours. */
  readonly text: string;
  readonly raw: string;
}

const stamp = /^\uFEFF?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z) ?/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them.
const escapes = /\x1b\[[0-9;:?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78cDEHMZ]/g;
const chunkBytes = 65_536;
/** A line without end would otherwise have to be held whole. */
const mostLine = 20_000;

/** The lines of a log, decoded piece by piece, so that only a piece of it is there as text at any time. */
export function* readLines(bytes: Uint8Array): Generator<LogLine> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const piece = rest + decoder.decode(bytes.subarray(at, at + chunkBytes), { stream: true });
    const lines = piece.split('\n');
    rest = (lines.pop() ?? '').slice(0, mostLine);
    for (const line of lines) {
      number += 1;
      yield toLine(line, number);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield toLine(rest, number + 1);
}

function toLine(line: string, number: number): LogLine {
  const found = stamp.exec(line);
  const parsed = Date.parse(found?.[1] ?? '');
  const time = Number.isNaN(parsed) ? undefined : parsed;
  return { number, time, raw: line.slice(0, mostLine), text: clean(line.slice(found?.[0].length ?? 0, mostLine)) };
}

/** Without colours; of a line that was written over several times, such as a progress bar, what stood there at last. */
export function clean(text: string): string {
  const plain = text.includes('\u001b') ? text.replaceAll(escapes, '') : text;
  if (!plain.includes('\r')) return plain;
  return plain.replace(/\r+$/, '').split('\r').at(-1) ?? '';
}
