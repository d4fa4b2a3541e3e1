import { toIsoDate } from './dates.ts';
import type { RawFeed, RawItem } from './feed.ts';
import { defined, isHtml, toLine } from './plain.ts';
import { absolute, child, childrenOf, type Node, textOf } from './tree.ts';

/** RSS 0.9x, 1.0 (where items stand beside the channel) and 2.0. */
export function readRss(root: Node, limit: number): RawFeed {
  const channel = child(root, 'channel') ?? root;
  const items = [...childrenOf(channel, 'item'), ...(channel === root ? [] : childrenOf(root, 'item'))];
  const self = childrenOf(channel, 'atom:link').find(({ attributes }) => attributes.get('rel') === 'alternate');
  return {
    format: 'rss',
    title: toLine(textOf(channel, 'title')) ?? '',
    items: items.slice(0, limit).map(toItem),
    cut: items.length > limit,
    ...defined({
      description: toLine(textOf(channel, 'description', 'itunes:summary')),
      home: absolute(textOf(channel, 'link') ?? self?.attributes.get('href'), channel.base),
      language: textOf(channel, 'language', 'dc:language'),
      updated: toIsoDate(textOf(channel, 'lastbuilddate', 'pubdate', 'dc:date')),
    }),
  };
}

function toItem(item: Node): RawItem {
  const guid = child(item, 'guid');
  const guidText = guid?.text.trim();
  // A guid is the address unless it says that it is not.
  const permalink =
    guid?.attributes.get('ispermalink') !== 'false' && /^https?:/i.test(guidText ?? '') ? guidText : undefined;
  const about = item.attributes.get('rdf:about');
  const atomLink = childrenOf(item, 'atom:link').find(
    ({ attributes }) => (attributes.get('rel') ?? 'alternate') === 'alternate',
  );
  const url = absolute(textOf(item, 'link') ?? atomLink?.attributes.get('href') ?? permalink ?? about, item.base);
  const description = textOf(item, 'description');
  const html =
    textOf(item, 'content:encoded', 'xhtml:body', 'body') ??
    (description && isHtml(description) ? description : undefined);
  const published = toIsoDate(
    textOf(item, 'pubdate', 'dc:date', 'dcterms:created', 'dcterms:issued', 'atom:published'),
  );
  const title = toLine(textOf(item, 'title', 'media:title'));
  const summary = toLine(description ?? textOf(item, 'itunes:summary', 'media:description'));
  return {
    id: guidText || about || url || title || '',
    title: title ?? summary?.slice(0, 80) ?? '',
    authors: authorsOf(item),
    categories: childrenOf(item, 'category', 'dc:subject').flatMap(({ text }) => toLine(text) ?? []),
    media: mediaOf(item),
    base: url ?? item.base,
    ...defined({
      url,
      published,
      updated: toIsoDate(textOf(item, 'atom:updated', 'dcterms:modified')),
      summary,
      html,
    }),
  };
}

/** RSS has "mail@host (Name)"; nobody needs the address. */
const authorsOf = (item: Node): string[] => {
  const names = childrenOf(item, 'dc:creator', 'author', 'itunes:author').flatMap(({ text }) => {
    const plain = toLine(text);
    return plain === undefined ? [] : [/^\S+@\S+\s+\((.+)\)$/.exec(plain)?.[1] ?? plain];
  });
  return [...new Set(names)];
};

function mediaOf(item: Node): { url: string; type?: string }[] {
  const groups = [item, ...childrenOf(item, 'media:group')];
  const nodes = groups.flatMap((group) => childrenOf(group, 'enclosure', 'media:content'));
  return nodes.flatMap(({ attributes, base }) => {
    const url = absolute(attributes.get('url'), base);
    return url === undefined ? [] : [{ url, ...defined({ type: attributes.get('type') }) }];
  });
}
