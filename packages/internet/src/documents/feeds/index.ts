export type { Feed, FeedItem, FeedOptions, HtmlToBlocks } from './feed.ts';
export * from './read-feed.ts';
