/** A run of characters as the PDF places it; the origin is at the bottom left. */
export interface TextItem {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
  /** Direction of writing in quarter turns: 0 to 3. */
  turn: number;
}

/** Characters side by side without a wide gap; several make a line of a table. */
export interface Segment {
  text: string;
  left: number;
  right: number;
  /** Of the baseline. */
  y: number;
  size: number;
}

/** A wider gap than this many times the size separates columns or cells. */
const wideGap = 1.6;
const spaceGap = 0.18;

/** Items in the order of the file -> segments in the order of reading; text that runs in another direction comes last. */
export function toSegments(items: readonly TextItem[]): Segment[] {
  const byTurn = [0, 1, 2, 3].map((turn) => items.filter((item) => item.turn === turn).map((item) => upright(item)));
  const weight = (some: readonly TextItem[]) => some.reduce((sum, { text }) => sum + text.length, 0);
  return byTurn
    .filter((some) => some.length > 0)
    .sort((a, b) => weight(b) - weight(a))
    .flatMap((some) => inReadingOrder(joinItems(some)));
}

/** Turned back so that it runs from left to right. */
function upright(item: TextItem): TextItem {
  const { x, y, turn } = item;
  if (turn === 1) return { ...item, x: y, y: -x };
  if (turn === 2) return { ...item, x: -x, y: -y };
  return turn === 3 ? { ...item, x: -y, y: x } : item;
}

function joinItems(items: readonly TextItem[]): Segment[] {
  const segments: Segment[] = [];
  let open: Segment | undefined;
  for (const { text, x, y, width, size } of items) {
    if (text.trim() === '') continue;
    const gap = open ? x - open.right : 0;
    const height = Math.max(size, open?.size ?? 0) || 1;
    const sameLine =
      open !== undefined && Math.abs(open.y - y) < height * 0.5 && gap > -height && gap < height * wideGap;
    if (open && sameLine) {
      const spaced = gap > height * spaceGap && !/\s$/.test(open.text) && !/^\s/.test(text);
      open.text += (spaced ? ' ' : '') + text;
      open.right = Math.max(open.right, x + width);
      // A superscript neither raises nor shrinks the line it stands in.
      if (size > open.size) [open.size, open.y] = [size, y];
    } else {
      open = { text, left: x, right: x + width, y, size };
      segments.push(open);
    }
  }
  return segments.map((segment) => ({ ...segment, text: segment.text.replace(/\s+/g, ' ').trim() }));
}

/** Fewer lines on a side are no column. */
const columnLines = 4;
/** Cells of tables are shorter than lines of text. */
const columnChars = 16;

/** Column after column where the page has columns of text; full-width lines part them. Else from top to bottom. */
function inReadingOrder(segments: readonly Segment[]): Segment[] {
  const gutter = findGutter(segments);
  const sorted = segments.toSorted((a, b) =>
    Math.abs(a.y - b.y) < Math.min(a.size, b.size) * 0.5 ? a.left - b.left : b.y - a.y,
  );
  if (gutter === undefined) return sorted;
  const ordered: Segment[] = [];
  let [left, right]: [Segment[], Segment[]] = [[], []];
  const flush = () => {
    ordered.push(...inReadingOrder(left), ...inReadingOrder(right));
    [left, right] = [[], []];
  };
  for (const segment of sorted) {
    if (segment.right <= gutter) left.push(segment);
    else if (segment.left >= gutter) right.push(segment);
    else {
      flush();
      ordered.push(segment);
    }
  }
  flush();
  return ordered;
}

/** The middle of a vertical strip that hardly any line crosses, with text like a column on both sides. */
function findGutter(segments: readonly Segment[]): number | undefined {
  if (segments.length < 2 * columnLines) return undefined;
  const left = Math.min(...segments.map((segment) => segment.left));
  const right = Math.max(...segments.map((segment) => segment.right));
  const starts = [...new Set(segments.map((segment) => Math.round(segment.left)))].sort((a, b) => a - b);
  let best: { x: number; gap: number } | undefined;
  for (const start of starts) {
    if (start < left + (right - left) * 0.15 || start > left + (right - left) * 0.85) continue;
    const before = segments.filter((segment) => segment.right <= start + 1);
    const after = segments.filter((segment) => segment.left >= start - 1);
    const crossing = segments.length - before.length - after.length;
    if (crossing > segments.length * 0.3 || !isColumn(before) || !isColumn(after)) continue;
    const gap = start - Math.max(...before.map((segment) => segment.right));
    if (gap > 4 && gap > (best?.gap ?? 0)) best = { x: start - gap / 2, gap };
  }
  return best?.x;
}

function isColumn(segments: readonly Segment[]): boolean {
  if (segments.length < columnLines) return false;
  const lengths = segments.map(({ text }) => text.length).sort((a, b) => a - b);
  return (lengths[Math.floor(lengths.length / 2)] ?? 0) >= columnChars;
}
