import { DomComment, DomDocument, DomElement, type DomNode, type DomParent, DomText } from './tree.ts';

type Origins = Map<DomNode, DomNode>;

/** A copy with all below it. `origins` tells of each copy what it was first copied from. */
export function copyElement(element: DomElement, origins: Origins): DomElement {
  const top = copyOf(element, origins) as DomElement;
  let into: DomParent = top;
  for (let node: DomNode | null = element.firstChild; node && node !== element; ) {
    const copy: DomNode = into.appendChild(copyOf(node, origins));
    if (node instanceof DomElement && node.firstChild) {
      into = copy as DomElement;
      node = node.firstChild;
      continue;
    }
    while (node && node !== element && !node.nextSibling) {
      node = node.parentNode;
      into = into.parentNode ?? top;
    }
    if (node && node !== element) node = node.nextSibling;
  }
  return top;
}

export function copyDocument({ documentElement, head, body }: DomDocument, origins: Origins): DomDocument {
  const [root, ...parts] = [copyOf(documentElement, origins), copyElement(head, origins), copyElement(body, origins)];
  return new DomDocument({ root: root as DomElement, head: parts[0] as DomElement, body: parts[1] as DomElement });
}

function copyOf(node: DomNode, origins: Origins): DomNode {
  const copy =
    node instanceof DomElement
      ? node.shallow()
      : node instanceof DomText
        ? new DomText(node.textContent)
        : new DomComment(node.textContent);
  origins.set(copy, origins.get(node) ?? node);
  return copy;
}
