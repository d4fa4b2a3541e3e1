import { toTest } from './selector.ts';

/**
 * The tree of a page: the part of the DOM that is used here and by Readability, without what a browser needs besides. Nodes are
 * linked, so nothing is copied to walk along them; what is the same for a kind of node is not kept in each.
 */
export abstract class DomNode {
  abstract readonly nodeType: number;
  abstract readonly nodeName: string;
  abstract textContent: string;
  parentNode: DomParent | null = null;
  previousSibling: DomNode | null = null;
  nextSibling: DomNode | null = null;

  /** A new array: it stays as it is while the tree changes. */
  get childNodes(): DomNode[] {
    return [];
  }

  get nextElementSibling(): DomElement | null {
    let node = this.nextSibling;
    while (node && !(node instanceof DomElement)) node = node.nextSibling;
    return node;
  }

  get previousElementSibling(): DomElement | null {
    let node = this.previousSibling;
    while (node && !(node instanceof DomElement)) node = node.previousSibling;
    return node;
  }

  remove(): void {
    const parent = this.parentNode;
    if (!parent) return;
    if (this.previousSibling) this.previousSibling.nextSibling = this.nextSibling;
    else parent.firstChild = this.nextSibling;
    if (this.nextSibling) this.nextSibling.previousSibling = this.previousSibling;
    else parent.lastChild = this.previousSibling;
    this.parentNode = null;
    this.previousSibling = null;
    this.nextSibling = null;
  }
}

export class DomText extends DomNode {
  textContent: string;

  constructor(text: string) {
    super();
    this.textContent = text;
  }

  get nodeType(): number {
    return 3;
  }

  get nodeName(): string {
    return '#text';
  }
}

export class DomComment extends DomNode {
  textContent: string;

  constructor(text: string) {
    super();
    this.textContent = text;
  }

  get nodeType(): number {
    return 8;
  }

  get nodeName(): string {
    return '#comment';
  }
}

export abstract class DomParent extends DomNode {
  firstChild: DomNode | null = null;
  lastChild: DomNode | null = null;

  override get childNodes(): DomNode[] {
    const nodes: DomNode[] = [];
    for (let node = this.firstChild; node; node = node.nextSibling) nodes.push(node);
    return nodes;
  }

  get children(): DomElement[] {
    const elements: DomElement[] = [];
    for (let node = this.firstChild; node; node = node.nextSibling) {
      if (node instanceof DomElement) elements.push(node);
    }
    return elements;
  }

  get firstElementChild(): DomElement | null {
    return this.firstChild instanceof DomElement ? this.firstChild : (this.firstChild?.nextElementSibling ?? null);
  }

  get textContent(): string {
    let text = '';
    for (let node = this.firstChild; node; node = following(node, this)) {
      if (node instanceof DomText) text += node.textContent;
    }
    return text;
  }

  set textContent(text: string) {
    for (const node of this.childNodes) node.remove();
    if (text !== '') this.appendChild(new DomText(text));
  }

  append(...nodes: readonly DomNode[]): void {
    for (const node of nodes) this.appendChild(node);
  }

  appendChild<T extends DomNode>(node: T): T {
    node.remove();
    node.parentNode = this;
    node.previousSibling = this.lastChild;
    if (this.lastChild) this.lastChild.nextSibling = node;
    else this.firstChild = node;
    this.lastChild = node;
    return node;
  }

  insertBefore<T extends DomNode>(node: T, before: DomNode | null): T {
    if (!before) return this.appendChild(node);
    node.remove();
    node.parentNode = this;
    node.previousSibling = before.previousSibling;
    node.nextSibling = before;
    if (before.previousSibling) before.previousSibling.nextSibling = node;
    else this.firstChild = node;
    before.previousSibling = node;
    return node;
  }

  replaceChild<T extends DomNode>(node: DomNode, old: T): T {
    if (node === old) return old;
    this.insertBefore(node, old);
    old.remove();
    return old;
  }

  removeChild<T extends DomNode>(node: T): T {
    node.remove();
    return node;
  }

  querySelector(selector: string): DomElement | null {
    return this.#find(selector, 1)[0] ?? null;
  }

  querySelectorAll(selector: string): DomElement[] {
    return this.#find(selector, Number.POSITIVE_INFINITY);
  }

  getElementsByTagName(name: string): DomElement[] {
    return this.querySelectorAll(name.toLowerCase());
  }

  #find(selector: string, most: number): DomElement[] {
    const found: DomElement[] = [];
    const isWanted = toTest(selector);
    for (let node = this.firstChild; node; node = following(node, this)) {
      if (!(node instanceof DomElement) || !isWanted(node)) continue;
      found.push(node);
      if (found.length >= most) break;
    }
    return found;
  }
}

const none: readonly string[] = [];
/** Of one element; more are dropped, as looking one up goes through all. */
const mostAttributes = 200;

export class DomElement extends DomParent {
  localName: string;
  /** Names in lower case and values in turn: elements have few, and a map costs ten times as much. */
  #attributes: string[] | readonly string[] = none;

  constructor(name: string) {
    super();
    this.localName = name;
  }

  get nodeType(): number {
    return 1;
  }

  get tagName(): string {
    return this.localName.toUpperCase();
  }

  set tagName(name: string) {
    this.localName = name.toLowerCase();
  }

  get nodeName(): string {
    return this.tagName;
  }

  get attributes(): { name: string; value: string }[] {
    return Array.from({ length: this.#attributes.length / 2 }, (_, at) => ({
      name: this.#attributes[at * 2] ?? '',
      value: this.#attributes[at * 2 + 1] ?? '',
    }));
  }

  get id(): string {
    return this.getAttribute('id') ?? '';
  }

  get className(): string {
    return this.getAttribute('class') ?? '';
  }

  getAttribute(name: string): string | null {
    const all = this.#attributes;
    for (let at = 0; at < all.length; at += 2) if (all[at] === name) return all[at + 1] ?? null;
    return null;
  }

  hasAttribute(name: string): boolean {
    return this.getAttribute(name) !== null;
  }

  setAttribute(name: string, value: string): void {
    const all = this.#attributes === none ? [] : (this.#attributes as string[]);
    this.#attributes = all;
    let at = 0;
    while (at < all.length && all[at] !== name) at += 2;
    if (at >= mostAttributes * 2) return;
    all[at] = name;
    all[at + 1] = value;
  }

  removeAttribute(name: string): void {
    const all = this.#attributes as string[];
    for (let at = 0; at < all.length; at += 2) {
      if (all[at] !== name) continue;
      all.splice(at, 2);
      return;
    }
  }

  /** The element alone, without its children. */
  shallow(): DomElement {
    const copy = new DomElement(this.localName);
    if (this.#attributes.length > 0) copy.#attributes = [...this.#attributes];
    return copy;
  }
}

export class DomDocument extends DomParent {
  readonly documentElement: DomElement;
  readonly head: DomElement;
  readonly body: DomElement;

  constructor(parts: { root: DomElement; head: DomElement; body: DomElement }) {
    super();
    this.documentElement = parts.root;
    this.head = parts.head;
    this.body = parts.body;
    this.appendChild(parts.root);
    parts.root.append(parts.head, parts.body);
  }

  get nodeType(): number {
    return 9;
  }

  get nodeName(): string {
    return '#document';
  }

  get title(): string {
    return (this.querySelector('title')?.textContent ?? '').replace(/\s+/g, ' ').trim();
  }

  createElement(name: string): DomElement {
    return new DomElement(name.toLowerCase());
  }

  createTextNode(text: string): DomText {
    return new DomText(text);
  }
}

/** The next node below `root` in document order. */
export function following(node: DomNode, root: DomNode): DomNode | null {
  if (node instanceof DomParent && node.firstChild) return node.firstChild;
  for (let at: DomNode | null = node; at && at !== root; at = at.parentNode) if (at.nextSibling) return at.nextSibling;
  return null;
}
