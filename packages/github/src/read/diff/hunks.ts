/** A run of changed lines with what stands around them. */
export interface Hunk {
  /** Number within its file, from 1. */
  readonly hunk: number;
  /** `@@ -1,3 +1,4 @@ function`. */
  readonly header: string;
  readonly old_start: number;
  readonly new_start: number;
  /** Lines that begin with a blank, + or -, as in the patch, without the header. */
  readonly text: string;
}

const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@.*$/;

/** The patch of one file as GitHub gives it -> its hunks. */
export function hunksOf(patch: string): Hunk[] {
  const hunks: (Omit<Hunk, 'text'> & { lines: string[] })[] = [];
  for (const line of patch.split('\n')) {
    const found = head.exec(line);
    if (found) {
      const [header, old_start, new_start] = found;
      hunks.push({
        hunk: hunks.length + 1,
        header,
        old_start: Number(old_start),
        new_start: Number(new_start),
        lines: [],
      });
    } else hunks.at(-1)?.lines.push(line);
  }
  return hunks.map(({ lines, ...hunk }) => ({ ...hunk, text: lines.join('\n') }));
}

/** The lines of a hunk with their numbers: those of the new side, and of the old one where a line was taken away. */
export function numbered({ old_start, new_start, text }: Pick<Hunk, 'old_start' | 'new_start' | 'text'>): string {
  let before = old_start;
  let after = new_start;
  const width = String(Math.max(old_start, new_start) + text.split('\n').length).length;
  const lines = text.split('\n').map((line) => {
    const [sign = ' '] = line;
    if (sign === '\\') return `${''.padStart(width)}   ${line}`;
    const number = sign === '-' ? `-${before}` : String(after);
    if (sign !== '+') before += 1;
    if (sign !== '-') after += 1;
    return `${number.padStart(width + 1)} ${line}`;
  });
  return lines.join('\n');
}
