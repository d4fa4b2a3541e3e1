import { DomComment, type DomDocument, DomElement, type DomNode, DomText, following } from './tree.ts';

export type { DomDocument, DomElement, DomNode };

export const isElement = (node: DomNode | null): node is DomElement => node instanceof DomElement;
export const isText = (node: DomNode): boolean => node instanceof DomText;
export const isComment = (node: DomNode): boolean => node instanceof DomComment;

/** Lower-case words of an attribute such as `class`, `rel` or `role`. */
export const wordsOf = (element: DomElement, attribute: string): string[] =>
  element.getAttribute(attribute)?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];

/** Every element below a node in document order; the tree must stay as it is meanwhile. */
export function* elementsIn(root: DomElement | DomDocument): Generator<DomElement> {
  for (let node = root.firstChild; node; node = following(node, root)) if (node instanceof DomElement) yield node;
}

export function* ancestorsOf(node: DomNode): Generator<DomElement> {
  for (let parent = node.parentNode; parent instanceof DomElement; parent = parent.parentNode) yield parent;
}

/** Words of `class` and `id`, split at dashes, underscores and capitals: `postComments-list` -> post, comments, list. */
export const nameWords = (element: DomElement): string[] =>
  `${element.getAttribute('class') ?? ''} ${element.getAttribute('id') ?? ''}`
    .slice(0, 1_000)
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
