import { ValidationError } from '@mcp-servers/core';
import { decodeText } from '../../page/charset.ts';
import { gunzip, isGzip } from '../gunzip.ts';
import { localName, readXml } from '../xml.ts';

export interface SitemapEntry {
  url: string;
  /** ISO 8601, as precise as the site gives it. */
  lastModified?: string;
  changeFrequency?: string;
  /** 0 to 1. */
  priority?: number;
}

export interface SitemapFile {
  entries: SitemapEntry[];
  /** Of an index: the sitemaps it names. */
  sitemaps: SitemapEntry[];
  /** True when a limit ended it early. */
  cut: boolean;
}

/** What the protocol allows in a file. */
const maxEntries = 50_000;
export const maxSitemapBytes = 50 * 1024 * 1024;
/** Of a packed file, unpacked: as text and as bytes it is in memory at once. */
const maxUnpackedBytes = 16 * 1024 * 1024;
const maxUrlChars = 2_048;

/**
 * Reads a sitemap, an index of sitemaps, a feed or a list of addresses, packed or not; relative addresses count from `url`.
 * Throws ValidationError for what is none of these or declares entities.
 */
export async function parseSitemap(body: Uint8Array, url: string, headers?: Headers): Promise<SitemapFile> {
  const unpacked = isGzip(body) ? await gunzip(body, maxUnpackedBytes) : { body, cut: body.length > maxSitemapBytes };
  const text = decodeText(unpacked.body.subarray(0, maxSitemapBytes), headers)
    .text.replace(/^\ufeff/, '')
    .trimStart();
  const file = text.startsWith('<') ? parseXml(text, url) : parseLines(text);
  return { ...file, cut: file.cut || unpacked.cut };
}

const holders: ReadonlySet<string> = new Set(['url', 'sitemap', 'item', 'entry']);
const roots: ReadonlySet<string> = new Set(['urlset', 'sitemapindex', 'rss', 'feed', 'rdf']);

function parseXml(text: string, base: string): SitemapFile {
  const file: SitemapFile = { entries: [], sitemaps: [], cut: false };
  let root = '';
  let holder = '';
  let depth = 0;
  let fields = new Map<string, string>();
  let value = '';
  for (const event of readXml(text)) {
    if (event.kind === 'text') {
      if (holder !== '' && depth === 1) value += event.text;
      continue;
    }
    const name = localName(event.name);
    if (event.kind === 'open') {
      if (root === '') {
        root = name;
        if (!roots.has(name)) throw notASitemap(`its first element is <${name.slice(0, 40)}>`);
      }
      if (holder !== '') {
        depth += 1;
        value = '';
        // Image and video extensions have names of their own inside.
        if (depth === 1 && name === 'link') keepLink(fields, event.attributes);
      } else if (holders.has(name)) [holder, depth, fields] = [name, 0, new Map()];
    } else if (holder !== '' && depth === 0) {
      const entry = toEntry(fields, base);
      if (entry) (holder === 'sitemap' ? file.sitemaps : file.entries).push(entry);
      holder = '';
      if (file.entries.length + file.sitemaps.length >= maxEntries) return { ...file, cut: true };
    } else if (holder !== '') {
      if (depth === 1 && !event.name.includes(':image')) keep(fields, event.name, value.trim());
      depth -= 1;
    }
  }
  return file;
}

function keep(fields: Map<string, string>, name: string, value: string): void {
  // `image:loc` and the like are not the page's.
  if (value !== '' && !/^(?:image|video|news|media):/.test(name) && !fields.has(localName(name))) {
    fields.set(localName(name), value);
  }
}

/** Atom keeps the address in an attribute. */
function keepLink(fields: Map<string, string>, attributes: ReadonlyMap<string, string>): void {
  const href = attributes.get('href');
  const isMain = (attributes.get('rel') ?? 'alternate') === 'alternate' && !attributes.has('hreflang');
  if (href && isMain && !fields.has('link')) fields.set('link', href);
}

function toEntry(fields: ReadonlyMap<string, string>, base: string): SitemapEntry | undefined {
  const address = fields.get('loc') ?? fields.get('link');
  if (!address || address.length > maxUrlChars) return undefined;
  const url = URL.parse(address, base);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  const date = fields.get('lastmod') ?? fields.get('updated') ?? fields.get('pubdate') ?? fields.get('date');
  const lastModified = date === undefined ? undefined : toIso(date);
  const priority = Number(fields.get('priority') ?? Number.NaN);
  const frequency = fields.get('changefreq')?.toLowerCase();
  return {
    url: url.href,
    ...(lastModified !== undefined && { lastModified }),
    ...(frequency !== undefined && { changeFrequency: frequency }),
    ...(priority >= 0 && priority <= 1 && { priority }),
  };
}

/** W3C dates stay as precise as they are; the dates of feeds become ISO. */
function toIso(date: string): string | undefined {
  if (Number.isNaN(Date.parse(date))) return undefined;
  return /^\d{4}(?:-\d\d(?:-\d\d(?:T\S+)?)?)?$/.test(date) ? date : new Date(date).toISOString();
}

/** One address a line. */
function parseLines(text: string): SitemapFile {
  const entries: SitemapEntry[] = [];
  let lines = 0;
  for (const [line] of text.matchAll(/\S[^\r\n]*/g)) {
    if (entries.length >= maxEntries) return { entries, sitemaps: [], cut: true };
    lines += 1;
    const url = /^https?:\/\/\S+$/i.test(line.trim()) ? URL.parse(line.trim()) : null;
    if (url && url.href.length <= maxUrlChars) entries.push({ url: url.href });
    else if (lines >= 20 && entries.length === 0) break;
  }
  if (entries.length === 0) throw notASitemap('it holds no addresses');
  return { entries, sitemaps: [], cut: false };
}

const notASitemap = (why: string) =>
  new ValidationError(`This is no sitemap: ${why}.`, {
    hint: 'Look into robots.txt of the site for the right address.',
  });
