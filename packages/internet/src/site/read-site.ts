import { decodeCursor, encodeCursor, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { readSitemaps, type Sitemaps } from '../documents/sitemap/index.ts';
import type { FetchPage } from '../fetch/fetched.ts';
import type { Robots } from '../robots/index.ts';

export interface SiteRequest {
  url?: string | undefined;
  path?: string | undefined;
  since?: string | undefined;
  other_hosts?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface SiteAnswer {
  entries: { url: string; last_modified?: string; other_host?: boolean }[];
  /** Entries that passed the filter, in all. */
  total: number;
  files: { url: string; entries: number; sitemaps: number }[];
  /** What robots.txt says about the address. */
  robots: { allowed: boolean; why: string; crawl_delay_s?: number };
  problems?: string[];
  next_cursor?: string;
}

export type ReadSite = (request: SiteRequest, call: { signal: AbortSignal; maxChars: number }) => Promise<SiteAnswer>;

const Place = z.tuple([
  z.string().max(5000),
  z.string().max(500).nullable(),
  z.string().max(40).nullable(),
  z.boolean(),
  z.int().min(0).max(100_000),
]);

/** Entries that a walk through the pages of an answer can reach. */
const mostEntries = 20_000;
/** JSON around an address. */
const overheadChars = 60;

/** What a site says of itself: its sitemaps, filtered, and what robots.txt says. Pages of an answer read the kept copies of the files. */
export function createReadSite({ fetch, robots }: { fetch: FetchPage; robots: Robots }): ReadSite {
  return async ({ limit, cursor, ...asked }, { signal, maxChars }) => {
    const { url, path, since, otherHosts, from } = cursor === undefined ? first(asked) : goOn(cursor);
    const filter = {
      ...(path !== undefined && (path.includes('*') || !path.startsWith('/') ? { pattern: path } : { prefix: path })),
      ...(since !== undefined && { since: new Date(since) }),
    };
    const [found, verdict] = await Promise.all([
      readSitemaps({ ...{ url, fetch, robots, signal, filter, otherHosts }, limit: mostEntries }),
      robots.check(url, signal),
    ]);
    const entries = takeEntries(found.entries.slice(from, from + limit), maxChars);
    const next = from + entries.length;
    return {
      entries,
      ...{ total: found.matched, files: found.files.slice(0, 20) },
      robots: {
        ...{ allowed: verdict.allowed, why: verdict.why },
        ...(verdict.crawlDelay !== undefined && { crawl_delay_s: verdict.crawlDelay }),
      },
      ...(found.problems.length > 0 && { problems: found.problems.slice(0, 10) }),
      ...(next < found.entries.length && {
        next_cursor: encodeCursor([url, path ?? null, since ?? null, otherHosts, next]),
      }),
    };
  };
}

function first({ url, path, since, other_hosts: otherHosts = false }: Omit<SiteRequest, 'limit' | 'cursor'>) {
  const start = URL.parse(url ?? '');
  if (start === null || !/^https?:$/.test(start.protocol))
    throw new ValidationError('url: give the address of a site or of a sitemap, like https://example.com/.');
  return { url: start.href, path, since, otherHosts, from: 0 };
}

function goOn(cursor: string) {
  const [url, path, since, otherHosts, from] = decodeCursor(Place, cursor);
  return { url, path: path ?? undefined, since: since ?? undefined, otherHosts, from };
}

function takeEntries(entries: Sitemaps['entries'], maxChars: number): SiteAnswer['entries'] {
  let used = 0;
  const taken: SiteAnswer['entries'] = [];
  for (const { url, lastModified, otherHost } of entries) {
    used += url.length + overheadChars;
    if (used > maxChars && taken.length > 0) break;
    taken.push({ url, ...(lastModified && { last_modified: lastModified }), ...(otherHost && { other_host: true }) });
  }
  return taken;
}
