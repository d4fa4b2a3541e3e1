import { ValidationError } from '@mcp-servers/core';
import { type Block, maxBlockChars } from '../../page/block.ts';
import { decodeText } from '../../page/charset.ts';
import { localName } from '../xml.ts';
import { readAtom } from './atom.ts';
import type { Feed, FeedOptions, RawFeed, RawItem } from './feed.ts';
import { readJsonFeed } from './json-feed.ts';
import { readRss } from './rss.ts';
import { toTree } from './tree.ts';

/**
 * RSS, Atom or JSON Feed -> one shape, items in the order of the feed. Throws ValidationError for what is none of them, is damaged
 * beyond reading, or declares entities.
 */
export async function readFeed(
  { body, url, headers }: { body: Uint8Array; url: string; headers?: Headers },
  { htmlToBlocks, limit = 100 }: FeedOptions,
): Promise<Feed> {
  const raw = readRaw(decodeText(body, headers).text, url, limit);
  const items = [];
  for (const { html, text, base, ...item } of raw.items) {
    const content = html === undefined ? paragraphs(text, item) : await htmlToBlocks(html, base);
    items.push({ ...item, content });
  }
  return { ...raw, items };
}

function readRaw(source: string, url: string, limit: number): RawFeed {
  const start = source.replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('{')) return readJsonFeed(source, url, limit);
  // One more than wanted tells that there are more.
  const root = toTree(start, url, limit + 1);
  const name = localName(root.name);
  if (name === 'feed') return readAtom(root, limit);
  if (name === 'rss' || name === 'rdf') return readRss(root, limit);
  throw new ValidationError(`This is no feed: its first element is <${name.slice(0, 40)}>.`, {
    hint: 'Fetch the site itself; its metadata names its feeds.',
  });
}

/** Text that is not HTML: a block for each paragraph. */
function paragraphs(text: string | undefined, { title }: Pick<RawItem, 'title'>): Block[] {
  if (text === undefined) return [];
  const headings = title === '' ? [] : [title];
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => part.match(new RegExp(`[\\s\\S]{1,${maxBlockChars}}`, 'gu')) ?? [])
    .map((part) => ({ kind: 'paragraph' as const, text: part, headings }));
}
