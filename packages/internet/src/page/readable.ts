import { type DomDocument, type DomElement, type DomNode, elementsIn } from './dom.ts';

const mark = 'data-readable-mark';
const most = { elements: 30_000, depth: 300 };

/** The elements that Readability takes for the article; none on a page that is too large or too deep for it. */
export async function readableElements(document: DomDocument): Promise<ReadonlySet<DomElement>> {
  const elements = [...elementsIn(document.body)];
  const found = new Set<DomElement>();
  if (elements.length > most.elements || depthOf(elements) > most.depth) return found;
  // A bundle of CommonJS has no other name than `default`.
  const { Readability } = (await import('@mozilla/readability')).default;
  for (const [index, element] of elements.entries()) element.setAttribute(mark, String(index));
  const reader = new Readability(document.cloneNode(true) as never, {
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
  try {
    reader.parse();
  } catch {
    return new Set(); // It trips over some broken pages; the page's structure has to do then.
  }
  return found;
}

/** Of the deepest element; the elements come in document order. */
function depthOf(elements: readonly DomElement[]): number {
  const depths = new Map<DomNode, number>();
  let deepest = 0;
  for (const element of elements) {
    const depth = ((element.parentNode && depths.get(element.parentNode)) ?? 0) + 1;
    depths.set(element, depth);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
