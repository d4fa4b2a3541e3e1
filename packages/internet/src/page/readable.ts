import { copyDocument, copyElement } from './copy-tree.ts';
import { type DomDocument, type DomElement, type DomNode, elementsIn, isElement } from './dom.ts';

const most = { elements: 30_000, depth: 300 };

/** The elements that Readability takes for the article; none on a page that is too large or too deep for it. */
export async function readableElements(document: DomDocument): Promise<ReadonlySet<DomElement>> {
  const found = new Set<DomElement>();
  if (isTooLarge(document.body)) return found;
  // A bundle of CommonJS has no other name than `default`.
  const { Readability } = (await import('@mozilla/readability')).default;
  const origins = new Map<DomNode, DomNode>();
  const copy = copyDocument(document, origins);
  keepAsCopy(copy.body, origins);
  // Without an address each link would cost it an exception; what it makes of them is not used.
  Object.assign(copy, { baseURI: 'https://page.invalid/', documentURI: 'https://page.invalid/' });
  // Tells Readability that the name of an element may be changed in place.
  Object.defineProperty(copy.documentElement, '__JSDOMParser__', { value: true });
  const reader = new Readability(copy as never, {
    keepClasses: true,
    disableJSONLD: true,
    charThreshold: 200,
    serializer: (root) => {
      for (const element of elementsIn(root as unknown as DomElement)) {
        const origin = origins.get(element);
        if (origin) found.add(origin as DomElement);
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

/** Readability keeps the page as HTML to begin again with; a copy is made faster than HTML is written and read. */
function keepAsCopy(body: DomElement, origins: Map<DomNode, DomNode>): void {
  let kept: DomElement | undefined;
  Object.defineProperty(body, 'innerHTML', {
    get() {
      kept = copyElement(body, origins);
      return '';
    },
    set() {
      body.textContent = '';
      for (const node of kept ? copyElement(kept, origins).childNodes : []) body.appendChild(node);
    },
  });
}

function isTooLarge(body: DomElement): boolean {
  let count = 0;
  for (const element of elementsIn(body)) {
    count += 1;
    if (count > most.elements || (element.firstChild === null && depthOf(element) > most.depth)) return true;
  }
  return false;
}

function depthOf(element: DomElement): number {
  let depth = 0;
  for (let node: DomNode | null = element; isElement(node); node = node.parentNode) depth += 1;
  return depth;
}
