import type { Resolve } from './addresses.ts';
import { toIsoDate } from './dates.ts';
import type { DomDocument, DomElement } from './dom.ts';
import { readStructuredData, type StructuredData } from './json-ld.ts';

/** What a page says of itself. Dates are ISO 8601, addresses absolute. */
export interface Metadata {
  title?: string;
  byline?: string;
  siteName?: string;
  description?: string;
  language?: string;
  published?: string;
  modified?: string;
  canonicalUrl?: string;
  image?: string;
  /** Types of schema.org and Open Graph, for example `NewsArticle`. */
  types: string[];
}

const longest = 1_000;

/** Meta elements first, then JSON-LD, then what stands in the text. */
export function readMetadata(document: DomDocument, resolve: Resolve): Metadata {
  const meta = readMeta(document);
  const data = readStructuredData(document);
  const pick = (...names: string[]): string | undefined => names.map((name) => meta.get(name)).find(Boolean);
  const ogType = pick('og:type');
  const { published, modified } = readDates(document, pick, data);
  const siteName = pick('og:site_name', 'application-name') ?? data.publisher;
  const values: Omit<Metadata, 'types'> = {};
  assign(values, 'title', readTitle(document, pick('og:title', 'twitter:title') ?? data.headline, siteName));
  assign(values, 'byline', readByline(document, pick, data));
  assign(values, 'siteName', siteName);
  assign(
    values,
    'description',
    pick('og:description', 'description', 'twitter:description', 'dc.description') ?? data.description,
  );
  assign(values, 'language', readLanguage(document, pick, data));
  assign(values, 'published', published);
  assign(values, 'modified', modified);
  const canonical = document.querySelector('link[rel~="canonical" i][href]')?.getAttribute('href');
  assign(values, 'canonicalUrl', webAddress(resolve, canonical) ?? webAddress(resolve, pick('og:url')));
  assign(values, 'image', webAddress(resolve, pick('og:image', 'og:image:url', 'twitter:image') ?? data.image));
  return { ...values, types: [...new Set([...data.types, ...(ogType ? [ogType] : [])])] };
}

function assign(target: Omit<Metadata, 'types'>, key: keyof Omit<Metadata, 'types'>, value: string | undefined): void {
  const text = tidy(value);
  if (text) target[key] = text;
}

const tidy = (value: string | null | undefined): string => (value ?? '').replace(/\s+/g, ' ').trim().slice(0, longest);

function webAddress(resolve: Resolve, address: string | null | undefined): string | undefined {
  const absolute = address ? resolve(address) : undefined;
  return absolute?.startsWith('http') ? absolute : undefined;
}

/** Names in lower case; the first of a name wins. */
function readMeta(document: DomDocument): Map<string, string> {
  const found = new Map<string, string>();
  for (const meta of document.querySelectorAll('meta[content]')) {
    const names = [meta.getAttribute('property'), meta.getAttribute('name'), meta.getAttribute('itemprop')];
    for (const name of names.flatMap((words) => words?.toLowerCase().split(/\s+/) ?? [])) {
      const content = meta.getAttribute('content')?.trim();
      if (content && name && !found.has(name) && found.size < 500) found.set(name, content);
    }
  }
  return found;
}

/** `<title>` often carries the site's name; the page's one heading or the Open Graph title says which part it is. */
function readTitle(document: DomDocument, known: string | undefined, siteName: string | undefined): string | undefined {
  const full = tidy(document.querySelector('head > title, title')?.textContent);
  if (known) return known;
  const headings = [...document.querySelectorAll('h1')].map((heading) => tidy(heading.textContent)).filter(Boolean);
  const heading = headings.length === 1 ? headings[0] : undefined;
  if (!full) return headings[0];
  if (heading && heading.length > 3 && full.includes(heading)) return heading;
  const parts = full.split(/\s+[|\-–—·»:]\s+/);
  if (parts.length > 1 && siteName) {
    const rest = parts.filter((part) => part.toLowerCase() !== siteName.toLowerCase());
    if (rest.length === parts.length - 1) return rest.join(' - ');
  }
  return full;
}

type Pick = (...names: string[]) => string | undefined;

function readByline(document: DomDocument, pick: Pick, data: StructuredData): string | undefined {
  const named = pick('author', 'article:author', 'dc.creator', 'citation_author', 'parsely-author', 'byl');
  if (named && !/^https?:/.test(named)) return named.replace(/^by\s+/i, '');
  if (data.author) return data.author;
  const marked = document.querySelector(
    '[rel~="author"],[itemprop~="author"] [itemprop~="name"],[itemprop~="author"],.byline,.author-name,.author',
  );
  const text = tidy(marked?.textContent).replace(/^(written\s+)?by:?\s+/i, '');
  return text.length > 1 && text.length < 80 ? text : undefined;
}

function readLanguage(document: DomDocument, pick: Pick, data: StructuredData): string | undefined {
  const root = document.documentElement;
  const language =
    root.getAttribute('lang') ??
    root.getAttribute('xml:lang') ??
    document.body.getAttribute('lang') ??
    document.querySelector('meta[http-equiv="content-language" i]')?.getAttribute('content') ??
    pick('og:locale', 'dc.language', 'language') ??
    data.language;
  return language?.trim().replaceAll('_', '-').split(/[,\s]/)[0];
}

function readDates(
  document: DomDocument,
  pick: Pick,
  data: StructuredData,
): { published: string | undefined; modified: string | undefined } {
  const published =
    toIsoDate(
      pick(
        'article:published_time',
        'datepublished',
        'date',
        'dc.date',
        'dc.date.issued',
        'dcterms.created',
        'citation_publication_date',
        'citation_date',
        'pubdate',
        'publish-date',
        'parsely-pub-date',
        'sailthru.date',
      ),
    ) ?? toIsoDate(data.published);
  const modified =
    toIsoDate(
      pick('article:modified_time', 'og:updated_time', 'datemodified', 'dcterms.modified', 'last-modified', 'revised'),
    ) ?? toIsoDate(data.modified);
  const times = [...document.querySelectorAll('time')].slice(0, 200);
  const dateOf = (time: DomElement): string | undefined => toIsoDate(time.getAttribute('datetime') ?? time.textContent);
  const marked = (pattern: RegExp): string | undefined => {
    const found = times.find((time) =>
      pattern.test(
        `${time.getAttribute('itemprop')} ${time.getAttribute('class')} ${time.parentNode && 'getAttribute' in time.parentNode ? (time.parentNode as DomElement).getAttribute('class') : ''}`,
      ),
    );
    return found ? dateOf(found) : undefined;
  };
  const changed = /modif|updat|revis/i;
  const first =
    times.find((time) => time.hasAttribute('pubdate')) ??
    times.find((time) => isInHeader(time)) ??
    (times.length === 1 ? times[0] : undefined);
  const isChange =
    first &&
    changed.test(
      `${first.getAttribute('itemprop')} ${first.getAttribute('class')} ${(first.parentNode?.textContent ?? '').slice(0, 40)}`,
    );
  return {
    published:
      published ?? marked(/datepublished|publish|entry-date/i) ?? (first && !isChange ? dateOf(first) : undefined),
    modified: modified ?? marked(changed) ?? (first && isChange ? dateOf(first) : undefined),
  };
}

/** Of the article's own header, not of a comment or a teaser. */
function isInHeader(time: DomElement): boolean {
  for (let parent = time.parentNode as DomElement | null, steps = 0; parent && steps < 4; steps += 1) {
    if (parent.localName === 'header' || /byline|meta|dateline/i.test(parent.getAttribute?.('class') ?? ''))
      return true;
    if (parent.localName === 'article' || parent.localName === 'li') return false;
    parent = parent.parentNode as DomElement | null;
  }
  return false;
}
