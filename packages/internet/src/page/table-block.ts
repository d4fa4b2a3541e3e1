import type { DomElement } from './dom.ts';
import { type Writing, writeInline } from './inline.ts';
import { type Cell, type Grid, readGrid } from './tables.ts';

/** A table as data. A cell that spans several places stands in each of them. */
export interface TableData {
  caption?: string;
  /** Titles of the columns; empty when the table has none. Titles above titles are joined by ` / `. */
  header: string[];
  rows: string[][];
  /** Rows left out of a table that is too large. */
  omittedRows?: number;
  headings: readonly string[];
}

/** A data table -> a Markdown table (or lines with ` | ` between cells), and on demand its rows of plain text. */
export function toTable(
  element: DomElement,
  writing: Writing,
): { data: () => TableData; text: string; caption?: string } {
  const grid = readGrid(element);
  const bare = { ...writing, plain: true };
  const inPlain = new Map<DomElement, string>();
  const plain = (cell: Cell | undefined): string => {
    if (!cell) return '';
    const known = inPlain.get(cell.element);
    if (known !== undefined) return known;
    const text = writeInline(cell.element.childNodes, bare).replace(/\s+/g, ' ');
    inPlain.set(cell.element, text);
    return text;
  };
  const caption = grid.caption && writeInline(grid.caption.childNodes, bare).replace(/\s+/g, ' ');
  const data = (): TableData => ({
    ...(caption && { caption }),
    header: titles(grid, plain),
    rows: grid.rows
      .map((row) => Array.from({ length: grid.columns }, (_, at) => plain(row[at])))
      .filter((row) => row.some((cell) => cell !== '')),
    ...(grid.omitted > 0 && { omittedRows: grid.omitted }),
    headings: [],
  });
  const text = writing.plain ? linesOf(data()) : markdownOf(grid, writing);
  return { data, text, ...(caption && { caption }) };
}

function titles(grid: Grid, write: (cell: Cell | undefined) => string): string[] {
  if (grid.header.length === 0) return [];
  return Array.from({ length: grid.columns }, (_, at) => {
    const parts = grid.header.map((row) => write(row[at])).filter((text) => text !== '');
    return [...new Set(parts)].join(' / ');
  });
}

const linesOf = ({ header, rows }: TableData): string =>
  [...(header.length > 0 ? [header] : []), ...rows].map((row) => row.join(' | ')).join('\n');

function markdownOf(grid: Grid, writing: Writing): string {
  const seen = new Map<DomElement, string>();
  const write = (cell: Cell | undefined): string => {
    if (!cell) return '';
    const known = seen.get(cell.element);
    if (known !== undefined) return known;
    const text = writeInline(cell.element.childNodes, writing)
      .replace(/(?<!\\)\|/g, '\\|')
      .replace(/\s*\n+\s*/g, '<br>');
    seen.set(cell.element, text);
    return text;
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = grid.rows
    // The rest of a colspan stays empty here, or the words would be told several times.
    .map((row) => Array.from({ length: grid.columns }, (_, at) => (row[at]?.first ? write(row[at]) : '')))
    .filter((row) => row.some((cell) => cell !== ''));
  const header = titles(grid, write);
  const head = header.length > 0 ? header : Array.from({ length: grid.columns }, () => '');
  if (rows.length === 0 && header.every((title) => title === '')) return '';
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
