import { type DomNode, isElement, isText } from './dom.ts';

/** Of an element and all below it. */
export interface Measure {
  /** Characters of text, white space counted once. */
  text: number;
  /** Characters of these inside links. */
  linked: number;
  /** Whether something below it starts a line of its own. */
  hasBlock: boolean;
  /** Names of the elements below it that decide how it is written. */
  holds: ReadonlySet<string>;
}

export type Measures = ReadonlyMap<DomNode, Measure>;

export const blockNames: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hgroup hr li listing main menu nav ol optgroup option p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp html caption'
  ).split(' '),
);

const telling = new Set('h1 h2 h3 h4 h5 h6 pre table ul ol dl blockquote'.split(' '));
const nothing: ReadonlySet<string> = new Set();

/** Measures every element below `root` in one pass without recursion. */
export function measure(root: DomNode): Measures {
  const measures = new Map<DomNode, Measure>();
  const open: { node: DomNode; own: Measure; children: Iterator<DomNode>; inLink: boolean }[] = [];
  const enter = (node: DomNode): void => {
    const inLink =
      (open.at(-1)?.inLink ?? false) || (isElement(node) && node.localName === 'a' && node.hasAttribute('href'));
    const own = { text: 0, linked: 0, hasBlock: false, holds: nothing };
    open.push({ node, own, children: node.childNodes[Symbol.iterator](), inLink });
  };
  enter(root);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { value, done } = top.children.next();
    if (!done) {
      if (isElement(value)) enter(value);
      else if (isText(value)) {
        const length = (value.textContent ?? '').replace(/\s+/g, ' ').trim().length;
        top.own.text += length;
        if (top.inLink) top.own.linked += length;
      }
      continue;
    }
    open.pop();
    measures.set(top.node, top.own);
    const parent = open.at(-1);
    if (!parent) continue;
    parent.own.text += top.own.text;
    parent.own.linked += top.own.linked;
    parent.own.holds = merge(parent.own.holds, top);
    parent.own.hasBlock ||= top.own.hasBlock || (isElement(top.node) && blockNames.has(top.node.localName));
  }
  return measures;
}

function merge(above: ReadonlySet<string>, { node, own }: { node: DomNode; own: Measure }): ReadonlySet<string> {
  const name = isElement(node) ? (node.getAttribute('role') === 'heading' ? 'h2' : node.localName) : '';
  const added = telling.has(name) ? [name, ...own.holds] : own.holds;
  if (added === nothing || above === added) return above;
  if (above === nothing && added === own.holds) return own.holds;
  const wanted = [...added].filter((word) => !above.has(word));
  return wanted.length === 0 ? above : new Set([...above, ...wanted]);
}

/** Share of text that is links, 0 to 1. */
export const linkDensity = ({ text, linked }: Pick<Measure, 'text' | 'linked'>): number =>
  text === 0 ? 0 : linked / text;
