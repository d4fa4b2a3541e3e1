/** The part of the DOM that is used here; the compiler's own DOM types stay out of a server. */
export interface DomNode {
  readonly nodeType: number;
  readonly parentNode: DomNode | null;
  readonly childNodes: ArrayLike<DomNode> & Iterable<DomNode>;
  textContent: string | null;
  remove(): void;
}

export interface DomElement extends DomNode {
  readonly localName: string;
  readonly children: ArrayLike<DomElement> & Iterable<DomElement>;
  readonly attributes: Iterable<{ name: string; value: string }>;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  setAttribute(name: string, value: string): void;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  append(...nodes: DomNode[]): void;
}

export interface DomDocument extends DomNode {
  readonly documentElement: DomElement;
  readonly body: DomElement;
  createElement(name: string): DomElement;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  cloneNode(deep: boolean): DomDocument;
}

const elementNode = 1;
const textNode = 3;
const cdataNode = 4;
const commentNode = 8;

export const isElement = (node: DomNode | null): node is DomElement => node?.nodeType === elementNode;
export const isText = (node: DomNode): boolean => node.nodeType === textNode || node.nodeType === cdataNode;
export const isComment = (node: DomNode): boolean => node.nodeType === commentNode;

/** Lower-case words of an attribute such as `class`, `rel` or `role`. */
export const wordsOf = (element: DomElement, attribute: string): string[] =>
  element.getAttribute(attribute)?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];

/** Every element below a node in document order, without recursion. */
export function* elementsIn(root: DomNode): Generator<DomElement> {
  const open: Iterator<DomNode>[] = [root.childNodes[Symbol.iterator]()];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { value, done } = top.next();
    if (done) open.pop();
    else if (isElement(value)) {
      yield value;
      open.push(value.childNodes[Symbol.iterator]());
    }
  }
}

export function* ancestorsOf(node: DomNode): Generator<DomElement> {
  for (let parent = node.parentNode; isElement(parent); parent = parent.parentNode) yield parent;
}

/** HTML -> document with one `head` and one `body` that holds everything visible, and attribute names in lower case. */
export async function parseDocument(html: string): Promise<DomDocument> {
  const { parseHTML } = await import('linkedom/worker');
  const parse = (text: string): DomDocument => (parseHTML(text) as unknown as { document: DomDocument }).document;
  const closed = closeHeadings(html);
  const asIs = /<html[\s>]/i.test(closed) ? parse(closed) : undefined;
  const isWhole = (asIs?.documentElement as DomElement | null | undefined)?.localName === 'html';
  const document = asIs && isWhole ? asIs : parse(`<!doctype html><html>${closed}</html>`);
  if (/\s[a-z-]*[A-Z][\w-]*\s*=/.test(html)) lowerAttributeNames(document);
  gatherBody(document);
  return document;
}

/** Any end tag of a heading ends the open heading, as in a browser; else `<h1>…</h2>` would take in the rest of the page. */
function closeHeadings(html: string): string {
  let open = '';
  return html.replace(/<(\/?)h([1-6])(?=[\s>])/gi, (tag: string, slash: string, level: string) => {
    if (slash === '') open = level;
    return slash === '' || open === '' ? tag : `</h${open}`;
  });
}

function lowerAttributeNames(document: DomDocument): void {
  for (const element of elementsIn(document)) {
    for (const { name, value } of [...element.attributes]) {
      const lower = name.toLowerCase();
      if (lower !== name && !element.hasAttribute(lower)) element.setAttribute(lower, value);
    }
  }
}

const headOnly = new Set(['title', 'meta', 'link', 'base', 'style', 'script']);

/** Broken pages have no body, two of them, or text around it; a browser shows it all. */
function gatherBody(document: DomDocument): void {
  const root = document.documentElement;
  const tops = [...document.childNodes].flatMap((node) =>
    isElement(node) && node.localName === 'html' ? [...node.childNodes] : [node],
  );
  const named = (name: string): DomElement[] => tops.filter(isElement).filter(({ localName }) => localName === name);
  const head = named('head')[0] ?? document.createElement('head');
  const body = named('body')[0] ?? document.createElement('body');
  const visible: DomNode[] = [];
  for (const node of tops) {
    if (node === head || node === root) continue;
    if (isElement(node) && (node.localName === 'body' || node.localName === 'head')) visible.push(...node.childNodes);
    else if (isElement(node) && headOnly.has(node.localName)) head.append(node);
    else if (isElement(node) || isComment(node) || (isText(node) && (node.textContent ?? '').trim() !== ''))
      visible.push(node);
  }
  body.append(...visible);
  for (const node of [...root.childNodes]) if (node !== head && node !== body) node.remove();
  root.append(head, body);
}

/** Words of `class` and `id`, split at dashes, underscores and capitals: `postComments-list` -> post, comments, list. */
export const nameWords = (element: DomElement): string[] =>
  `${element.getAttribute('class') ?? ''} ${element.getAttribute('id') ?? ''}`
    .slice(0, 1_000)
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
