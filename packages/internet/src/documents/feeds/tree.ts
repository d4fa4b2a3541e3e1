import { ValidationError } from '@mcp-servers/core';
import { localName, readXml } from '../xml.ts';

/** An element of a feed. */
export interface Node {
  /** Qualified, in lower case, with the prefixes feeds use whatever the document calls them: `content:encoded`, `dc:date`. */
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: Node[];
  /** Text of its own and of its descendants. */
  text: string;
  /** What is between its tags, as it is written. */
  inner: string;
  /** What relative addresses in it count from. */
  base: string;
}

const prefixes: Readonly<Record<string, string>> = {
  'http://purl.org/rss/1.0/modules/content/': 'content:',
  'http://purl.org/dc/elements/1.1/': 'dc:',
  'http://purl.org/dc/terms/': 'dcterms:',
  'http://search.yahoo.com/mrss/': 'media:',
  'http://search.yahoo.com/mrss': 'media:',
  'http://www.itunes.com/dtds/podcast-1.0.dtd': 'itunes:',
  'http://www.w3.org/2005/atom': 'atom:',
  'http://purl.org/atom/ns#': 'atom:',
  'http://purl.org/rss/1.0/': '',
  'http://my.netscape.com/rdf/simple/0.9/': '',
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#': 'rdf:',
  'http://www.w3.org/1999/xhtml': 'xhtml:',
};
const maxNodes = 300_000;

interface Open {
  node: Node;
  from: number;
  namespaces: ReadonlyMap<string, string>;
}

/**
 * XML -> its first element as a tree; with more than `maxItems` items or entries what comes after them is not read. Throws
 * ValidationError for no XML, for more than 300,000 elements, and as `readXml` does.
 */
export function toTree(source: string, url: string, maxItems = Number.POSITIVE_INFINITY): Node {
  const open: Open[] = [];
  let root: Node | undefined;
  let count = 0;
  let items = 0;
  for (const event of readXml(source)) {
    const parent = open.at(-1);
    if (event.kind === 'text') {
      if (parent) parent.node.text += event.text;
    } else if (event.kind === 'open') {
      if (root && !parent) break;
      if (open.length <= 2 && /^(?:item|entry)$/.test(localName(event.name)) && ++items > maxItems) break;
      if (++count > maxNodes) throw new ValidationError(`The feed has more than ${maxNodes} elements.`);
      const namespaces = withDeclared(parent?.namespaces ?? new Map(), event.attributes);
      const base = URL.parse(event.attributes.get('xml:base') ?? '', parent?.node.base ?? url)?.href ?? url;
      const name = canonical(event.name, namespaces);
      const node: Node = { name, attributes: event.attributes, children: [], text: '', inner: '', base };
      parent?.node.children.push(node);
      root ??= node;
      open.push({ node, from: event.to, namespaces });
    } else {
      const closed = open.pop();
      if (!closed) continue;
      closed.node.inner = source.slice(closed.from, event.from);
      const above = open.at(-1);
      // Only what may hold markup; the whole document's text is of no use.
      if (above && open.length > 2) above.node.text += closed.node.text;
    }
  }
  if (!root) throw new ValidationError('The feed holds no XML element.');
  return root;
}

function withDeclared(
  known: ReadonlyMap<string, string>,
  attributes: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const declared = [...attributes].filter(([key]) => key === 'xmlns' || key.startsWith('xmlns:'));
  if (declared.length === 0) return known;
  const all = new Map(known);
  for (const [key, value] of declared) {
    const prefix = prefixes[value.trim().toLowerCase()];
    if (prefix !== undefined) all.set(key === 'xmlns' ? '' : key.slice(6), prefix);
    else all.delete(key === 'xmlns' ? '' : key.slice(6));
  }
  return all;
}

function canonical(name: string, namespaces: ReadonlyMap<string, string>): string {
  const colon = name.indexOf(':');
  if (colon >= 0) {
    const prefix = name.slice(0, colon);
    const known = namespaces.get(prefix) ?? `${prefix}:`;
    return known === 'atom:' && !namespaces.has('') ? `atom:${name.slice(colon + 1)}` : known + name.slice(colon + 1);
  }
  const own = namespaces.get('') ?? '';
  // Elements of the format itself are known without a prefix.
  return own === 'atom:' || own === 'xhtml:' ? name : own + name;
}

export const child = (node: Node, ...names: readonly string[]): Node | undefined => {
  for (const name of names) {
    const found = node.children.find((one) => one.name === name);
    if (found) return found;
  }
  return undefined;
};

export const childrenOf = (node: Node, ...names: readonly string[]): Node[] =>
  node.children.filter(({ name }) => names.includes(name));

/** Text of the first child of these names that has any. */
export function textOf(node: Node, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const found of childrenOf(node, name)) {
      const text = found.text.trim();
      if (text !== '') return text;
    }
  }
  return undefined;
}

/** An address of the feed, absolute; undefined when it is no address or none of http and https. */
export function absolute(address: string | undefined, base: string): string | undefined {
  const url = address === undefined || address.trim() === '' ? null : URL.parse(address.trim(), base);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : undefined;
}
