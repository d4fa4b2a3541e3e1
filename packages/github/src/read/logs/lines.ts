/** A line of a job's log, or a part of a very long one. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  /** Which part of its line this is, from 0. */
  readonly part: number;
  /** Milliseconds since 1970, where the line had a time. */
  readonly time: number | undefined;
  /** Without time and colours. */
  readonly text: string;
  readonly raw: string;
}

export interface LineReader {
  /** The lines that end in these bytes. */
  push(bytes: Uint8Array): Generator<LogLine>;
  /** What stood behind the last line end. */
  end(): Generator<LogLine>;
}

const stamp = /^\uFEFF?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) ?/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them.
const escapes = /\x1b\[[0-9;:?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78cDEHMZ]/g;
const lineEnd = 0x0a;
/** A longer line comes in parts: it would otherwise have to be held whole. */
const partBytes = 20_000;

/** Lines out of bytes as they come, holding at most a part of a line. Each is a string of its own, so that keeping one keeps nothing else. */
export function createLineReader(): LineReader {
  let rest: Buffer = Buffer.alloc(0);
  let number = 1;
  let part = 0;

  /** The parts of `bytes` from `from` to `to`; the last one only where the line ends there. */
  function* parts(
    bytes: Buffer,
    from: number,
    { to, ends }: { to: number; ends: boolean },
  ): Generator<LogLine, number> {
    let at = from;
    while (to - at > partBytes) {
      const cut = characterStart(bytes, at + partBytes);
      yield toLine(bytes.toString('utf8', at, cut), number, part);
      part += 1;
      at = cut;
    }
    if (ends && (to > at || part === 0)) yield toLine(bytes.toString('utf8', at, to), number, part);
    return at;
  }

  return {
    *push(chunk) {
      const bytes = Buffer.concat([rest, chunk]);
      let from = 0;
      let end = bytes.indexOf(lineEnd, rest.length);
      for (; end !== -1; end = bytes.indexOf(lineEnd, from)) {
        yield* parts(bytes, from, { to: end, ends: true });
        number += 1;
        part = 0;
        from = end + 1;
      }
      from = yield* parts(bytes, from, { to: bytes.length, ends: false });
      rest = Buffer.from(bytes.subarray(from));
    },
    *end() {
      if (rest.length > 0) yield* parts(rest, 0, { to: rest.length, ends: true });
      rest = Buffer.alloc(0);
    },
  };
}

/** UTF-8 is not cut inside a character. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}

function toLine(raw: string, number: number, part: number): LogLine {
  const found = part === 0 ? stamp.exec(raw) : null;
  const parsed = found ? Date.parse(found[1] ?? '') : Number.NaN;
  const time = Number.isNaN(parsed) ? undefined : parsed;
  return { number, part, time, raw, text: clean(found ? raw.slice(found[0].length) : raw) };
}

/** Without colours; of a line that was written over several times, such as a progress bar, what stood there at last. */
export function clean(text: string): string {
  const plain = text.includes('\u001b') ? text.replaceAll(escapes, '') : text;
  const shown = plain.startsWith('\uFEFF') ? plain.slice(1) : plain;
  if (!shown.includes('\r')) return shown;
  return shown.replace(/\r+$/, '').split('\r').at(-1) ?? '';
}
