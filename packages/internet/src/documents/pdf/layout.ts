import { type Block, maxBlockChars } from '../../page/block.ts';
import type { PageText } from './furniture.ts';

interface Line {
  cells: string[];
  left: number;
  right: number;
  y: number;
  size: number;
  page: number;
}

const headingRatio = 1.15;
const headingChars = 200;
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const bullet = /^(?:[•▪◦●‣·∙–*-]|\(?(?:\d{1,2}|[a-z])[.)])\s+/u;

/** Lines of all pages -> blocks: headings by size, paragraphs across lines and pages, lists, tables by aligned cells. */
export function toBlocks(pages: readonly PageText[]): Block[] {
  const lines = pages.flatMap(toLines);
  const body = bodySize(lines);
  const sizes = headingSizes(lines, body);
  const blocks: Block[] = [];
  const above: { level: number; title: string }[] = [];
  for (const group of toGroups(lines, body)) {
    const [first] = group;
    if (first === undefined) continue;
    const level = sizes.indexOf(rounded(first.size)) + 1;
    const text = isTable(group) ? toTable(group) : joinLines(group);
    if (text === '') continue;
    if (level > 0 && text.length <= headingChars && !isTable(group)) {
      while ((above.at(-1)?.level ?? 0) >= level) above.pop();
      const headings = above.map(({ title }) => title);
      blocks.push({ kind: 'heading', text: `${'#'.repeat(level)} ${text}`, level, headings, page: first.page });
      above.push({ level, title: text });
      continue;
    }
    const kind = isTable(group) ? 'table' : bullet.test(text) ? 'list' : 'paragraph';
    const headings = above.map(({ title }) => title);
    const shown = kind === 'list' ? text.replace(/^[•▪◦●‣·∙–*]\s+/u, '- ') : text;
    for (const part of splitLong(shown)) blocks.push({ kind, text: part, headings, page: first.page });
  }
  return mergeLists(blocks);
}

function toLines({ page, segments }: PageText): Line[] {
  const lines: Line[] = [];
  for (const { text, left, right, y, size } of segments) {
    const open = lines.at(-1);
    if (open && Math.abs(open.y - y) < size * 0.5 && left >= open.right) {
      open.cells.push(text);
      open.right = right;
    } else lines.push({ cells: [text], left, right, y, size, page });
  }
  return lines;
}

const rounded = (size: number): number => Math.round(size * 2) / 2;

/** The size most characters have. */
function bodySize(lines: readonly Line[]): number {
  const counts = new Map<number, number>();
  for (const { cells, size } of lines) {
    counts.set(rounded(size), (counts.get(rounded(size)) ?? 0) + cells.join('').length);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** Sizes of headings, largest first; the place is the level. */
const headingSizes = (lines: readonly Line[], body: number): number[] =>
  [...new Set(lines.map(({ size }) => rounded(size)))]
    .filter((size) => size >= body * headingRatio)
    .sort((a, b) => b - a)
    .slice(0, 6);

/** Lines that belong together: a paragraph, a heading of several lines, the rows of a table. */
function toGroups(lines: readonly Line[], body: number): Line[][] {
  const leading = usualGap(lines) || body * 1.2;
  const groups: Line[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && belongs(group, last, { line, leading })) group.push(line);
    else groups.push([line]);
  }
  return groups;
}

function belongs(group: readonly Line[], last: Line, { line, leading }: { line: Line; leading: number }): boolean {
  if (Math.abs(rounded(line.size) - rounded(last.size)) > 1) return false;
  if (line.cells.length > 1 || last.cells.length > 1)
    return line.cells.length === last.cells.length && line.page === last.page;
  const text = line.cells[0] ?? '';
  if (bullet.test(text)) return false;
  const before = last.cells[0] ?? '';
  const goesOn = /^[\p{Ll}\d(]/u.test(text) || cjk.test(text[0] ?? '');
  const open = !/[.!?:。！？：]["'”’)]?$/.test(before);
  // The next page or column: a sentence that is not over.
  if (line.page !== last.page || line.y > last.y) return open && goesOn;
  const gap = last.y - line.y;
  if (gap > Math.max(leading * 1.35, line.size * 1.5)) return false;
  // The nearest lines tell the width; all of them would make a document without full stops slow.
  const near = group.slice(-12);
  const width = Math.max(...near.map(({ right }) => right)) - Math.min(...near.map(({ left }) => left));
  const indented =
    line.left > last.left + line.size * 0.8 && group.length > 1 && !bullet.test(group[0]?.cells[0] ?? '');
  const short = last.right < Math.max(line.right, last.left + width) - width * 0.25 && !open;
  return !indented && !short;
}

function usualGap(lines: readonly Line[]): number {
  const gaps: number[] = [];
  for (const [at, line] of lines.entries()) {
    const next = lines[at + 1];
    const gap = next && next.page === line.page ? line.y - next.y : 0;
    if (gap > 0 && gap < line.size * 3) gaps.push(gap);
  }
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 0;
}

const isTable = (group: readonly Line[]): boolean => group.length >= 2 && (group[0]?.cells.length ?? 0) >= 2;

function toTable(group: readonly Line[]): string {
  const row = ({ cells }: Line) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const [head, ...rest] = group;
  if (head === undefined) return '';
  return [row(head), `|${' --- |'.repeat(head.cells.length)}`, ...rest.map(row)].join('\n');
}

/** One text of several lines: words that were parted at the end of a line are whole again. */
function joinLines(group: readonly Line[]): string {
  // Parts, since looking at the end of a text that grows copies it each time.
  const parts: string[] = [];
  let last = '';
  for (const { cells } of group) {
    const next = cells.join('  ');
    const parted = last.endsWith('\u00ad') || (/\p{L}[-‐]$/u.test(last) && /^\p{Ll}/u.test(next));
    if (parted) parts[parts.length - 1] = last.slice(0, -1);
    else if (last !== '' && !(cjk.test(last.at(-1) ?? '') && cjk.test(next[0] ?? ''))) parts.push(' ');
    parts.push(next);
    last = next;
  }
  return parts.join('').replaceAll('\u00ad', '').normalize('NFC').trim();
}

/** Points that follow one another are one list. */
function mergeLists(blocks: readonly Block[]): Block[] {
  const merged: Block[] = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    const joins =
      last?.kind === 'list' && block.kind === 'list' && last.text.length + block.text.length < maxBlockChars;
    if (joins) merged[merged.length - 1] = { ...last, text: `${last.text}\n${block.text}` };
    else merged.push(block);
  }
  return merged;
}

function splitLong(text: string): string[] {
  if (text.length <= maxBlockChars) return [text];
  const parts: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const head = rest.slice(0, maxBlockChars);
    const cut = rest.length <= maxBlockChars ? rest.length : lastBreak(head);
    parts.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trimStart();
  }
  return parts;
}

/** After a line, else a sentence, else a word, else wherever a character ends. */
function lastBreak(text: string): number {
  for (const pattern of [/^[\s\S]*\n/, /^[\s\S]*[.!?。！？]["'”’)]*(?:\s|(?<=[。！？]))/u, /^[\s\S]*\s/]) {
    const length = pattern.exec(text)?.[0].length ?? 0;
    if (length > text.length / 2) return length;
  }
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
}
