import type { DomElement } from './dom.ts';
import type { Measures } from './measure.ts';

/** One cell of the page, standing in every place it spans. */
export interface Cell {
  element: DomElement;
  isHeader: boolean;
  /** Whether this place is where the cell begins in its row; false for the rest of a colspan. */
  first: boolean;
}

export interface Grid {
  caption?: DomElement;
  /** Rows of column titles, then the rest; `undefined` where a row is short. */
  header: (Cell | undefined)[][];
  rows: (Cell | undefined)[][];
  columns: number;
  /** Rows left out because the table has too many cells. */
  omitted: number;
}

const limits = { cells: 50_000, columns: 200, span: 1_000 };

/** Rows and columns of a table with colspan and rowspan resolved. */
export function readGrid(table: DomElement): Grid {
  const rows: (Cell | undefined)[][] = [];
  const inHead: boolean[] = [];
  let pending: { cell: Cell; left: number }[] = [];
  let cells = 0;
  let omitted = 0;
  for (const { row, head } of rowsOf(table)) {
    if (cells > limits.cells) {
      omitted += 1;
      continue;
    }
    const line: (Cell | undefined)[] = [];
    const next: typeof pending = [];
    const carry = (): void => {
      for (let above = pending[line.length]; above; above = pending[line.length]) {
        if (above.left > 1) next[line.length] = { cell: above.cell, left: above.left - 1 };
        line.push(above.cell);
      }
    };
    for (const element of row.children) {
      if (element.localName !== 'td' && element.localName !== 'th') continue;
      carry();
      const isHeader = element.localName === 'th';
      const across = span(element, 'colspan', limits.columns);
      const down = span(element, 'rowspan', limits.span);
      for (let step = 0; step < across && line.length < limits.columns; step += 1) {
        const cell = { element, isHeader, first: step === 0 };
        if (down > 1) next[line.length] = { cell, left: down - 1 };
        line.push(cell);
      }
    }
    carry();
    pending.forEach((above, at) => {
      if (at < line.length) return;
      line[at] = above.cell;
      if (above.left > 1) next[at] = { cell: above.cell, left: above.left - 1 };
    });
    pending = next;
    cells += line.length;
    if (line.length > 0) {
      rows.push(Array.from(line));
      inHead.push(head);
    }
  }
  const titles = countTitles(rows, inHead);
  const caption = [...table.children].find(({ localName }) => localName === 'caption');
  return {
    ...(caption && { caption }),
    header: rows.slice(0, titles),
    rows: rows.slice(titles),
    columns: rows.reduce((most, row) => Math.max(most, row.length), 0),
    omitted,
  };
}

function* rowsOf(table: DomElement): Generator<{ row: DomElement; head: boolean }> {
  for (const child of table.children) {
    if (child.localName === 'tr') yield { row: child, head: false };
    if (!/^(thead|tbody|tfoot)$/.test(child.localName)) continue;
    for (const row of child.children) if (row.localName === 'tr') yield { row, head: child.localName === 'thead' };
  }
}

function span(element: DomElement, name: string, most: number): number {
  const value = Number.parseInt(element.getAttribute(name) ?? '', 10);
  return Number.isFinite(value) && value > 0 ? Math.min(value, most) : 1;
}

/** Rows of `<thead>`, or else the first rows that have title cells only. */
function countTitles(rows: readonly (Cell | undefined)[][], inHead: readonly boolean[]): number {
  const head = inHead.findIndex((isHead) => !isHead);
  if (inHead[0]) return Math.min(head < 0 ? rows.length : head, 4);
  let count = 0;
  while (count < 3 && (rows[count]?.length ?? 0) > 1 && rows[count]?.every((cell) => cell?.isHeader)) count += 1;
  return count < rows.length ? count : Math.min(count, 1);
}

/** Whether a table shows data; tables that only place things on the page are read cell by cell. */
export function isDataTable(table: DomElement, measures: Measures): boolean {
  const role = table.getAttribute('role');
  if (role === 'presentation' || role === 'none') return false;
  const text = measures.get(table)?.text ?? 0;
  const inner = table.querySelector('table');
  if (inner && (measures.get(inner)?.text ?? 0) * 3 > text) return false;
  if (table.querySelector('pre') && text > 200) return false;
  if (table.querySelector('th,caption,thead')) return true;
  if (inner || table.querySelector('h1,h2,h3,h4,form,ul ul')) return false;
  const { rows, columns } = readGrid(table);
  if (rows.length < 2 || columns < 2) return false;
  const cells = rows.flat().filter((cell) => cell?.first);
  const longest = cells.reduce((most, cell) => Math.max(most, cell ? (measures.get(cell.element)?.text ?? 0) : 0), 0);
  return longest < 600;
}
