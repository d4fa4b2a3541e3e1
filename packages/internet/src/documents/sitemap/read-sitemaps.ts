import { AppError, CancelledError, NotFoundError } from '@mcp-servers/core';
import type { FetchPage } from '../../fetch/fetched.ts';
import { statusError } from '../../fetch/status-error.ts';
import type { Robots } from '../../robots/index.ts';
import { type SitemapFilter, toFilter } from './filter.ts';
import { maxSitemapBytes, parseSitemap, type SitemapEntry } from './parse.ts';

export interface SitemapOptions {
  /** A page of the site, or the address of a sitemap (a path that ends in .xml, .xml.gz, .gz or .txt). */
  url: string;
  fetch: FetchPage;
  robots: Pick<Robots, 'sitemaps'>;
  signal: AbortSignal;
  filter?: SitemapFilter;
  /** Entries returned; 1,000 by default. */
  limit?: number;
  /** Files read; 50 by default. */
  maxFiles?: number;
  /** Levels of indexes; 3 by default. */
  maxDepth?: number;
  /** Also reads sitemaps that an index names on other hosts. False by default. */
  otherHosts?: boolean;
}

export interface ListedEntry extends SitemapEntry {
  /** True when it is on another host than the site. */
  otherHost?: true;
}

export interface Sitemaps {
  entries: ListedEntry[];
  /** Entries that passed the filter, also those beyond the limit. */
  matched: number;
  /** Files that were read, and how many entries each had. */
  files: { url: string; entries: number; sitemaps: number }[];
  /** What was left out, one sentence each. */
  problems: string[];
}

interface Todo {
  url: string;
  depth: number;
  /** Guessed addresses may be missing without a word. */
  guessed: boolean;
}

const maxProblems = 20;
/** Addresses that pass the filter and are told apart, a file more or less. */
const maxMatched = 100_000;

/**
 * Lists the addresses a site publishes: from the sitemaps that robots.txt names, else /sitemap.xml and /sitemap_index.xml.
 * Throws NotFoundError when there is none, what kept it from being read when that may pass (a limit, an outage), and CancelledError;
 * a file that fails among others is a problem in the answer.
 */
export async function readSitemaps(options: SitemapOptions): Promise<Sitemaps> {
  const { url, filter = {}, limit = 1_000, maxFiles = 50, maxDepth = 3, otherHosts = false } = options;
  const site = new URL(url);
  const passes = toFilter(filter);
  const found: Sitemaps = { entries: [], matched: 0, files: [], problems: [] };
  const problem = (text: string) => found.problems.length < maxProblems && found.problems.push(text);
  const todo = await starts(site, options);
  const asked = new Set(todo.map((one) => one.url));
  const seen = new Set<string>();
  let failure: AppError | undefined;

  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    if (found.files.length >= maxFiles) {
      problem(`Only ${maxFiles} files were read; ${todo.length + 1} more were named.`);
      break;
    }
    if (found.matched >= maxMatched) {
      problem(`There are more than ${maxMatched} addresses: ${todo.length + 1} more files were not read. Narrow it.`);
      break;
    }
    if (next.guessed && found.files.length > 0) continue;
    const file = await read(next, options).catch((error: unknown) => {
      if (!(error instanceof AppError) || error instanceof CancelledError) throw error;
      if (!next.guessed || error.code !== 'not_found')
        problem(error.message.includes(next.url) ? error.message : `${next.url}: ${error.message}`);
      if (failure === undefined || (isAbsence(failure) && !isAbsence(error))) failure = error;
      return undefined;
    });
    if (!file) continue;
    found.files.push({ url: next.url, entries: file.entries.length, sitemaps: file.sitemaps.length });
    if (file.cut) problem(`${next.url} is larger than what is read of one file and was read in part.`);
    for (const entry of file.entries) {
      if (seen.has(entry.url) || !passes(entry)) continue;
      seen.add(entry.url);
      found.matched += 1;
      if (found.entries.length < limit)
        found.entries.push(isSameSite(entry.url, site) ? entry : { ...entry, otherHost: true });
    }
    for (const child of file.sitemaps) {
      if (asked.has(child.url)) continue;
      asked.add(child.url);
      if (!otherHosts && !isSameSite(child.url, site)) problem(`${child.url} is on another host and was not read.`);
      else if (next.depth >= maxDepth) problem(`${child.url} lies deeper than ${maxDepth} levels and was not read.`);
      else if (!isTooOld(child, filter)) todo.push({ url: child.url, depth: next.depth + 1, guessed: false });
    }
  }
  if (found.files.length === 0) throw noSitemap(site, failure);
  return found;
}

/** An index says when each of its files changed, so old ones need no reading. */
const isTooOld = ({ url, lastModified }: SitemapEntry, { since }: SitemapFilter): boolean =>
  since !== undefined && lastModified !== undefined && !toFilter({ since })({ url, lastModified });

async function starts(site: URL, { robots, signal }: SitemapOptions): Promise<Todo[]> {
  if (/\.(?:xml|gz|txt|rss|atom)$/i.test(site.pathname)) return [{ url: site.href, depth: 0, guessed: false }];
  const named = await robots.sitemaps(site.origin, signal);
  if (named.length > 0) return named.map((url) => ({ url, depth: 0, guessed: false }));
  return ['/sitemap.xml', '/sitemap_index.xml'].map((path) => ({ url: site.origin + path, depth: 0, guessed: true }));
}

async function read({ url }: Todo, { fetch, signal }: SitemapOptions) {
  const fetched = await fetch({
    url,
    signal,
    accept: 'application/xml, text/xml, application/gzip, text/plain;q=0.8, */*;q=0.5',
    maxBytes: maxSitemapBytes,
  });
  if (fetched.status >= 300) throw statusError(fetched);
  return parseSitemap(fetched.body, fetched.url, fetched.headers);
}

/** The same host, with or without www. */
function isSameSite(url: string, site: URL): boolean {
  const bare = (host: string) => host.replace(/^www\./, '');
  return bare(new URL(url).host) === bare(site.host);
}

/** There is nothing, or something else: it will be so the next time as well. */
const isAbsence = ({ code }: AppError): boolean => code === 'not_found' || code === 'validation';

function noSitemap(site: URL, cause: AppError | undefined): AppError {
  const message = `No sitemap of ${site.origin} could be read${cause ? `: ${cause.message}` : '.'}`;
  if (cause === undefined || isAbsence(cause)) {
    const hint = 'Crawl the site from its start page instead, or give the address of the sitemap itself.';
    return new NotFoundError(message, { hint, cause });
  }
  const { code, hint, retryable, retryAfterSeconds, details } = cause;
  return new AppError(code, message, {
    ...{ cause, retryable },
    hint: hint ?? 'Whether it has one is not known: try later.',
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(details && { details }),
  });
}
