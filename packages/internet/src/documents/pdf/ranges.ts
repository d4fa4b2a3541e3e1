/** "1-3,7,20-" -> page numbers in that order, each once, within the document. Throws RangeError for what names no page. */
export function parsePages(text: string, total: number): number[] {
  const pages = new Set<number>();
  for (const part of text.split(',')) {
    const [, from = '', dash, to = ''] = /^\s*(\d*)\s*(?:([-–])\s*(\d*)\s*)?$/.exec(part) ?? [];
    const first = from === '' ? 1 : Number(from);
    const last = dash === undefined ? first : to === '' ? Math.max(first, total) : Number(to);
    if ((from === '' && to === '') || first < 1 || last < first) {
      throw new RangeError(`"${text.slice(0, 100)}" is no list of pages.`);
    }
    for (let page = first; page <= Math.min(last, total); page += 1) pages.add(page);
  }
  if (pages.size > 0) return [...pages];
  throw new RangeError(`The PDF has ${total} pages, so "${text.slice(0, 100)}" names none of them.`);
}
