import { toPlain } from '../page/plain.ts';
import { canonicalUrl, siteOf, toPageUrl } from './canonical-url.ts';
import { dateRange, readDay } from './dates.ts';
import { isPublicHost } from './public-host.ts';
import type { RawHit, SearchHits, SearchProvider, SearchQuery } from './types.ts';

/** A result that may be shown: plain text, an http address of the public web. */
export interface Hit {
  url: string;
  /** Canonical address, the same for the same page. */
  page: string;
  title: string;
  snippet: string;
  site: string;
  /** YYYY-MM-DD */
  date?: string;
}

/** Why a result of a provider is not shown. */
export type DropReason = 'not_a_web_address' | 'private_address' | 'other_site' | 'other_date' | 'other_type';
export type Dropped = Partial<Record<DropReason, number>>;

export interface CleanOptions {
  provider: Pick<SearchProvider, 'markup'>;
  query: SearchQuery;
  today: Date;
  /** By default those with a public host. */
  allowsUrl?: (url: URL) => boolean;
}

const titleLength = 200;
const snippetLength = 500;
/** No provider gives more on a page. */
const mostHits = 100;

/** What a provider answered as it may be shown, in its order; what the query excludes and the provider let through is dropped. */
export function cleanHits(answer: SearchHits, options: CleanOptions): { hits: Hit[]; dropped: Dropped } {
  const { provider, query, allowsUrl = ({ hostname }: URL) => isPublicHost(hostname) } = options;
  const rules = toRules(answer, options);
  const dropped: Dropped = {};
  const hits = answer.hits.slice(0, mostHits).flatMap((raw): Hit[] => {
    const hit = toHit(raw, provider.markup);
    const reason =
      hit === undefined
        ? 'not_a_web_address'
        : allowsUrl(new URL(hit.url))
          ? dropReason(hit, { query, ...rules })
          : 'private_address';
    if (reason !== undefined) dropped[reason] = (dropped[reason] ?? 0) + 1;
    return hit === undefined || reason !== undefined ? [] : [hit];
  });
  return { hits, dropped };
}

function toHit(raw: RawHit, markup: 'html' | 'text'): Hit | undefined {
  const url = toPageUrl(raw.url);
  const page = url && canonicalUrl(url);
  if (url === undefined || page === undefined) return undefined;
  const date = readDay(raw.date);
  const title = toPlain(raw.title, { markup, length: titleLength });
  const snippet = toPlain(raw.snippet, { markup, length: snippetLength });
  return { url, page, title: title || url, snippet, site: siteOf(url), ...(date && { date }) };
}

interface Rules {
  range: { since: string; until: string } | undefined;
  /** Only when the provider did not look for the type itself: an address need not end in it. */
  isTypeInName: boolean;
}

const toRules = ({ unsupported }: SearchHits, { query, today }: CleanOptions): Rules => ({
  range: dateRange(query, today),
  isTypeInName: unsupported.includes('file_type'),
});

function dropReason(hit: Hit, { query, range, isTypeInName }: Rules & { query: SearchQuery }): DropReason | undefined {
  const { sites, excludeSites, fileType } = query;
  if (sites.length > 0 && !sites.some((site) => isWithin(hit.url, site))) return 'other_site';
  if (excludeSites.some((site) => isWithin(hit.url, site))) return 'other_site';
  if (range && hit.date && (hit.date < range.since || hit.date > range.until)) return 'other_date';
  const isOther = fileType !== undefined && !new URL(hit.url).pathname.toLowerCase().endsWith(`.${fileType}`);
  return isTypeInName && isOther ? 'other_type' : undefined;
}

/** A site is a host, whose subdomains are meant too, and may go on with the beginning of a path. */
function isWithin(url: string, site: string): boolean {
  const { hostname, pathname } = new URL(url);
  const [host = '', ...path] = site.split('/');
  const isHost = hostname === host || hostname.endsWith(`.${host}`);
  return isHost && (path.length === 0 || `${pathname}/`.startsWith(`/${path.join('/')}/`));
}
