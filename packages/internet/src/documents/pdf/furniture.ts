import type { Segment } from './lines.ts';

export interface PageText {
  page: number;
  /** In points. */
  height: number;
  segments: Segment[];
}

/** Share of the page at either end where headers and footers stand. */
const margin = 0.12;
const fewestPages = 3;

/** The pages without what stands at the edge of many of them: running titles, page numbers. Numbers may count up. */
export function withoutFurniture(pages: readonly PageText[]): PageText[] {
  if (pages.length < fewestPages) return [...pages];
  const counts = new Map<string, number>();
  for (const page of pages) {
    const keys = new Set(page.segments.filter((segment) => isAtEdge(segment, page)).map(keyOf));
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  // Odd and even pages often differ, and chapters change the title.
  const often = Math.max(fewestPages, pages.length * 0.3);
  return pages.map((page) => ({
    ...page,
    segments: page.segments.filter((segment) => !isAtEdge(segment, page) || (counts.get(keyOf(segment)) ?? 0) < often),
  }));
}

function isAtEdge({ y }: Segment, { segments, height }: PageText): boolean {
  const top = Math.max(...segments.map((segment) => segment.y));
  const bottom = Math.min(...segments.map((segment) => segment.y));
  return y > top - height * margin * 0.5 || y < bottom + height * margin * 0.5;
}

const keyOf = ({ text, size }: Segment): string =>
  `${Math.round(size)} ${text
    .toLowerCase()
    .replace(/\d+/g, '#')
    .replace(/^[ivxlc]+$/, '#')}`;
