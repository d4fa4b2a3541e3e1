import { ValidationError } from '@mcp-servers/core';
import { toIsoDate } from './dates.ts';
import type { RawFeed, RawItem } from './feed.ts';
import { defined, toLine } from './plain.ts';
import { absolute } from './tree.ts';

type Fields = Record<string, unknown>;

/** JSON Feed 1.0 and 1.1; values of the wrong type are as if they were not there. Throws ValidationError for other JSON. */
export function readJsonFeed(source: string, url: string, limit: number): RawFeed {
  const feed = parse(source);
  if (!isFields(feed) || !Array.isArray(feed.items))
    throw new ValidationError('This JSON is no JSON Feed: it has no items.');
  const items = feed.items.filter(isFields);
  const feedAuthors = authorsOf(feed);
  return {
    format: 'json',
    title: toLine(string(feed.title)) ?? '',
    items: items.slice(0, limit).map((item) => toItem(item, url, feedAuthors)),
    cut: items.length > limit,
    ...defined({
      description: toLine(string(feed.description)),
      home: absolute(string(feed.home_page_url), url),
      language: string(feed.language),
    }),
  };
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new ValidationError('The JSON of the feed is damaged.', { cause });
  }
}

function toItem(item: Fields, feedUrl: string, feedAuthors: readonly string[]): RawItem {
  const url = absolute(string(item.url) ?? string(item.external_url), feedUrl);
  const html = string(item.content_html);
  const text = string(item.content_text);
  const own = authorsOf(item);
  const summary = toLine(string(item.summary));
  return {
    // Numbers are common though the format asks for strings.
    id: string(item.id) ?? (typeof item.id === 'number' ? String(item.id) : (url ?? '')),
    title: toLine(string(item.title)) ?? toLine(text ?? html)?.slice(0, 80) ?? '',
    authors: own.length > 0 ? own : feedAuthors,
    categories: list(item.tags).flatMap((tag) => string(tag) ?? []),
    media: list(item.attachments).flatMap((one) => {
      const address = isFields(one) ? absolute(string(one.url), feedUrl) : undefined;
      return address === undefined
        ? []
        : [{ url: address, ...defined({ type: isFields(one) ? string(one.mime_type) : undefined }) }];
    }),
    base: url ?? feedUrl,
    ...defined({
      url,
      published: toIsoDate(string(item.date_published)),
      updated: toIsoDate(string(item.date_modified)),
      summary,
      html,
      text: html === undefined ? text : undefined,
    }),
  };
}

/** Version 1.0 has one author, 1.1 a list. */
const authorsOf = (fields: Fields): string[] =>
  [...list(fields.authors), fields.author].flatMap((author) => (isFields(author) ? (string(author.name) ?? []) : []));

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const string = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
