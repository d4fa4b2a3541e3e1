import { DomComment, DomDocument, DomElement, type DomNode, type DomParent, DomText } from './tree.ts';

/** How much of a page is built into a tree; what lies behind is left out. Generous for pages that people read. */
export const treeLimits = {
  /** Characters of HTML. */
  characters: 2_050_000,
  /** Elements, texts and comments. */
  nodes: 135_000,
  attributes: 135_000,
  /** Browsers put deeper elements beside each other, and so does this. */
  depth: 512,
  /** Elements left open at once, which no page has by mistake alone. */
  open: 5_000,
};

/** A document, and how many characters of its HTML it was made of. */
export interface Parsed {
  document: DomDocument;
  read: number;
}

/** HTML -> document with one `head` and one `body` that holds everything visible. Time and memory are bounded by `treeLimits`. */
export async function parseDocument(html: string): Promise<Parsed> {
  const { Parser } = await import('htmlparser2');
  const source = closeHeadings(html.slice(0, treeLimits.characters));
  const top = new DomElement('html');
  const names = createNames();
  const texts = createTexts();
  let at: DomParent = top;
  /** Open elements that stand beside their parent because of the depth. */
  let flat = 0;
  let depth = 0;
  let nodes = 0;
  let attributes = 0;
  let opened: DomElement | undefined;

  const flush = (): void => {
    const text = texts.take();
    if (text !== '') at.appendChild(new DomText(text));
  };
  const isTooMuch = (): boolean =>
    nodes > treeLimits.nodes || attributes > treeLimits.attributes || flat > treeLimits.open;
  const check = (): void => {
    if (isTooMuch()) parser.pause();
  };
  const parser = new Parser(
    {
      onopentagname(name) {
        flush();
        nodes += 1;
        opened = at.appendChild(new DomElement(names(name)));
        if (depth < treeLimits.depth) {
          at = opened;
          depth += 1;
        } else flat += 1;
        check();
      },
      onattribute(name, value) {
        attributes += 1;
        check();
        if (opened && !opened.hasAttribute(name)) opened.setAttribute(names(name), value);
      },
      ontext(text) {
        if (texts.add(text)) nodes += 1;
      },
      oncomment(text) {
        flush();
        nodes += 1;
        check();
        at.appendChild(new DomComment(text));
      },
      onclosetag() {
        flush();
        if (flat > 0) flat -= 1;
        else if (at.parentNode) {
          at = at.parentNode;
          depth -= 1;
        }
      },
    },
    { decodeEntities: true },
  );
  parser.write(source);
  const whole = !isTooMuch();
  if (whole) parser.end();
  flush();
  return { document: gather(top), read: Math.min(html.length, whole ? source.length : parser.endIndex + 1) };
}

/** Few names make up a page; each is kept once. */
function createNames(): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const same = known.get(name);
    if (same !== undefined) return same;
    if (known.size < 1_000) known.set(name, name);
    return name;
  };
}

/** The tokenizer gives each entity alone; joined in groups, because a chain of a million strings costs more than the text. */
function createTexts(): { add(text: string): boolean; take(): string } {
  let parts: string[] = [];
  const groups: string[] = [];
  const close = (): void => {
    groups.push(parts.join(''));
    parts = [];
  };
  return {
    /** True when a text begins. */
    add(text) {
      parts.push(text);
      if (parts.length === 1_000) close();
      return parts.length + groups.length === 1;
    },
    take() {
      if (parts.length <= 1 && groups.length === 0) return parts.pop() ?? '';
      close();
      return groups.splice(0).join('');
    },
  };
}

/** Any end tag of a heading ends the open heading, as in a browser; else `<h1>…</h2>` would take in the rest of the page. */
function closeHeadings(html: string): string {
  let open = '';
  return html.replace(/<(\/?)h([1-6])(?=[\s>])/gi, (tag: string, slash: string, level: string) => {
    if (slash === '') open = level;
    return slash === '' || open === '' ? tag : `</h${open}`;
  });
}

const headOnly = new Set(['title', 'meta', 'link', 'base', 'style', 'script']);

/** Broken pages have no body, two of them, or text around it; a browser shows it all. */
function gather(top: DomElement): DomDocument {
  const isNamed = (node: DomNode, name: string): node is DomElement =>
    node instanceof DomElement && node.localName === name;
  const root = top.children.find((element) => element.localName === 'html') ?? new DomElement('html');
  const tops = top.childNodes.flatMap((node) => (isNamed(node, 'html') ? node.childNodes : [node]));
  const head = tops.find((node) => isNamed(node, 'head')) ?? new DomElement('head');
  const body = tops.find((node) => isNamed(node, 'body')) ?? new DomElement('body');
  const visible: DomNode[] = [];
  for (const node of tops) {
    if (node === head) continue;
    if (isNamed(node, 'body') || isNamed(node, 'head')) for (const child of node.childNodes) visible.push(child);
    else if (node instanceof DomElement && headOnly.has(node.localName)) head.append(node);
    else if (!(node instanceof DomText) || node.textContent.trim() !== '') visible.push(node);
  }
  for (const node of visible) body.appendChild(node);
  for (const node of root.childNodes) node.remove();
  return new DomDocument({ root, head: head as DomElement, body: body as DomElement });
}
