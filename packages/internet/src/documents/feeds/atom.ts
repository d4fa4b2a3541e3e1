import { toIsoDate } from './dates.ts';
import type { RawFeed, RawItem } from './feed.ts';
import { defined, toLine } from './plain.ts';
import { absolute, child, childrenOf, type Node, textOf } from './tree.ts';

/** Atom 1.0, and the 0.3 that came before. */
export function readAtom(root: Node, limit: number): RawFeed {
  const entries = childrenOf(root, 'entry');
  return {
    format: 'atom',
    title: plainText(child(root, 'title')) ?? '',
    items: entries.slice(0, limit).map((entry) => toItem(entry, namesOf(root))),
    cut: entries.length > limit,
    ...defined({
      description: plainText(child(root, 'subtitle', 'tagline')),
      home: linkOf(root),
      language: root.attributes.get('xml:lang'),
      updated: toIsoDate(textOf(root, 'updated', 'modified')),
    }),
  };
}

function toItem(entry: Node, feedAuthors: readonly string[]): RawItem {
  const content = child(entry, 'content');
  const url = linkOf(entry) ?? absolute(content?.attributes.get('src'), content?.base ?? entry.base);
  const own = namesOf(entry);
  const source = child(entry, 'source');
  const body = content && textOfConstruct(content);
  return {
    id: textOf(entry, 'id') ?? url ?? '',
    title: plainText(child(entry, 'title')) ?? '',
    authors: own.length > 0 ? own : source ? namesOf(source) : feedAuthors,
    categories: childrenOf(entry, 'category').flatMap(
      ({ attributes }) => attributes.get('label') ?? attributes.get('term') ?? [],
    ),
    media: childrenOf(entry, 'link').flatMap(({ attributes, base }) => {
      const href = attributes.get('rel') === 'enclosure' ? absolute(attributes.get('href'), base) : undefined;
      return href === undefined ? [] : [{ url: href, ...defined({ type: attributes.get('type') }) }];
    }),
    // An xml:base counts before the address of the entry.
    base: content?.base ?? url ?? entry.base,
    ...defined({
      url,
      published: toIsoDate(textOf(entry, 'published', 'issued', 'created')),
      updated: toIsoDate(textOf(entry, 'updated', 'modified')),
      summary: plainText(child(entry, 'summary', 'media:description')),
      html: body?.html,
      text: body?.text,
    }),
  };
}

/** The page that an entry or the feed is about: relation "alternate" or none, HTML before other types. */
function linkOf(node: Node): string | undefined {
  const links = childrenOf(node, 'link').filter(
    ({ attributes }) => (attributes.get('rel') ?? 'alternate') === 'alternate',
  );
  const best = links.find(({ attributes }) => (attributes.get('type') ?? 'text/html').includes('html')) ?? links[0];
  return best && absolute(best.attributes.get('href'), best.base);
}

const namesOf = (node: Node): string[] =>
  childrenOf(node, 'author').flatMap((author) => textOf(author, 'name', 'email') ?? []);

/** Content is text, HTML as text, or XHTML as elements. */
function textOfConstruct(node: Node): { html?: string; text?: string } {
  const type = node.attributes.get('type') ?? 'text';
  const mode = node.attributes.get('mode');
  if (type === 'xhtml' || (type.includes('html') && mode === 'xml')) return { html: withoutPrefix(node.inner) };
  if (type.includes('html')) return { html: node.text };
  // Base64 and other media are not text to read.
  return type === 'text' || type.startsWith('text/') ? { text: node.text } : {};
}

/** `<xh:p>` is a paragraph as well. */
const withoutPrefix = (xhtml: string): string =>
  xhtml.replace(/<!\[CDATA\[|\]\]>/g, '').replace(/<(\/?)[a-z][\w.-]*:(?=[a-z])/gi, '<$1');

function plainText(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  const { html, text } = textOfConstruct(node);
  return html === undefined ? text?.replace(/\s+/g, ' ').trim() || undefined : toLine(html);
}
