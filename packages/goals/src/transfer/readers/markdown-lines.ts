export type MarkdownLine =
  | { kind: 'heading'; at: number; level: number; text: string }
  /** `mark` is what stands in the box; undefined for an entry of a list without one. */
  | { kind: 'item'; at: number; indent: number; mark: string | undefined; text: string; raw: string }
  | { kind: 'text'; at: number; indent: number; raw: string }
  | { kind: 'blank'; at: number }
  /** A line of one sign: a break between parts, or what makes a heading of the text above. */
  | { kind: 'rule'; at: number; sign: string };

const heading = /^(#{1,6})(?:[ \t]+(.*))?$/;
const item = /^(?:[-*+]|\d{1,9}[.)])[ \t]+(.*)$/;
const box = /^\[(.?)\](?:[ \t]+(.*))?$/u;

/** Lines -> what they are. Comments are taken out; a fence is text, whatever it looks like. `unclosed` is told a comment's line. */
export function* markdownLines(
  lines: readonly string[],
  { first, unclosed }: { first: number; unclosed: (line: number) => void },
): Generator<MarkdownLine> {
  let fence: { mark: string; indent: number } | undefined;
  let comment: number | undefined;
  for (const [index, line] of lines.entries()) {
    const at = first + index;
    let text = line.trim();
    const indent = indentOf(line);
    if (fence) {
      yield { kind: 'text', at, indent: Math.max(indent, fence.indent), raw: line };
      if (text.startsWith(fence.mark) && text.replaceAll(fence.mark.charAt(0), '') === '') fence = undefined;
      continue;
    }
    if (comment !== undefined) {
      if (text.includes('-->')) comment = undefined;
      continue;
    }
    if (text.startsWith('<!--') && !text.includes('-->')) {
      comment = at;
      continue;
    }
    text = withoutComments(text);
    const fenceMark = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(text)?.[0];
    if (fenceMark) {
      fence = { mark: fenceMark, indent };
      yield { kind: 'text', at, indent, raw: line };
    } else if (text !== '') yield classify(text, { at, indent, raw: text === line.trim() ? line : text });
    else if (line.trim() === '') yield { kind: 'blank', at };
  }
  if (comment !== undefined) unclosed(comment);
}

function classify(text: string, { at, indent, raw }: { at: number; indent: number; raw: string }): MarkdownLine {
  const title = indent < 4 ? heading.exec(text) : null;
  if (title?.[1]) return { kind: 'heading', at, level: title[1].length, text: withoutHashes(title[2] ?? '') };
  if (/^(?:-{3,}|\*{3,}|_{3,}|={3,})$/.test(text)) return { kind: 'rule', at, sign: text.charAt(0) };
  const entry = item.exec(text)?.[1];
  if (entry === undefined) return { kind: 'text', at, indent, raw };
  const boxed = box.exec(entry);
  return { kind: 'item', at, indent, mark: boxed?.[1], text: boxed ? (boxed[2] ?? '') : entry, raw };
}

/** Comments that begin and end on this line; one that does not end is text, as in `use <!-- here`. */
function withoutComments(text: string): string {
  let left = text;
  let done = '';
  for (let start = left.indexOf('<!--'); start >= 0; start = left.indexOf('<!--')) {
    const end = left.indexOf('-->', start + 4);
    const isCode = (left.slice(0, start).split('`').length - 1) % 2 === 1;
    if (end < 0) break;
    done += isCode ? left.slice(0, end + 3) : left.slice(0, start);
    left = left.slice(end + 3);
  }
  return (done + left).trim();
}

/** `## Title ##` is closed by hashes that belong to nothing. */
function withoutHashes(text: string): string {
  const title = text.trim();
  let end = title.length;
  while (title.charAt(end - 1) === '#') end--;
  if (end === 0) return '';
  return end < title.length && /\s/.test(title.charAt(end - 1)) ? title.slice(0, end).trim() : title;
}

/** Columns of white space at the start; a tab goes to the next multiple of four. */
export function indentOf(line: string): number {
  let column = 0;
  for (const character of line) {
    if (character === ' ') column++;
    else if (character === '\t') column += 4 - (column % 4);
    else break;
  }
  return column;
}

/** The line without that many columns of white space. */
export function dedent(line: string, columns: number): string {
  let column = 0;
  let index = 0;
  for (; index < line.length && column < columns; index++) {
    const character = line.charAt(index);
    if (character === ' ') column++;
    else if (character === '\t') column += 4 - (column % 4);
    else break;
  }
  return line.slice(index).trimEnd();
}
