import type { Block } from '../../page/block.ts';

export interface FeedItem {
  /** As the feed gives it, else the address. */
  id: string;
  /** Absolute; absent when the item has none. */
  url?: string;
  title: string;
  authors: readonly string[];
  /** ISO 8601 in UTC. */
  published?: string;
  updated?: string;
  /** Plain text. */
  summary?: string;
  /** The full text, where the feed carries it. */
  content: readonly Block[];
  categories: readonly string[];
  /** Sound, film or pictures that belong to it. */
  media: readonly { url: string; type?: string }[];
}

export interface Feed {
  format: 'rss' | 'atom' | 'json';
  title: string;
  /** Plain text. */
  description?: string;
  /** Address of the site. */
  home?: string;
  language?: string;
  updated?: string;
  items: FeedItem[];
  /** True when it had more items than were asked for. */
  cut: boolean;
}

/** HTML -> blocks; links in it count from `url`. */
export type HtmlToBlocks = (html: string, url: string) => readonly Block[] | Promise<readonly Block[]>;

export interface FeedOptions {
  htmlToBlocks: HtmlToBlocks;
  /** Items at most; 100 by default. */
  limit?: number;
}

/** An item before its content was made into blocks. */
export interface RawItem extends Omit<FeedItem, 'content'> {
  html?: string;
  /** Content that is not HTML. */
  text?: string;
  /** What links inside the content count from. */
  base: string;
}

export interface RawFeed extends Omit<Feed, 'items'> {
  items: RawItem[];
}
