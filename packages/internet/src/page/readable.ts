import { type DomDocument, type DomElement, elementsIn } from './dom.ts';

const mark = 'data-readable-mark';
const mostElements = 30_000;

/** The elements that Readability takes for the article; none on a page that is too large or too deep for it. */
export async function readableElements(document: DomDocument): Promise<ReadonlySet<DomElement>> {
  const elements = [...elementsIn(document.body)];
  if (elements.length > mostElements) return new Set();
  const { Readability } = await import('@mozilla/readability');
  for (const [index, element] of elements.entries()) element.setAttribute(mark, String(index));
  const copy = document.cloneNode(true);
  const found = new Set<DomElement>();
  const reader = new Readability(copy as never, {
    keepClasses: true,
    disableJSONLD: true,
    charThreshold: 200,
    serializer: (root) => {
      for (const element of elementsIn(root as unknown as DomElement)) {
        const original = elements[Number(element.getAttribute(mark) ?? Number.NaN)];
        if (original) found.add(original);
      }
      return '';
    },
  });
  reader.parse();
  return found;
}
