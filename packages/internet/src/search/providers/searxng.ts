import type { AppError } from '@mcp-servers/core';
import * as z from 'zod';
import { rangeSince } from '../dates.ts';
import { blocked, changed, down, keyRefused } from '../failures.ts';
import { withOperators } from '../operators.ts';
import type { SearchOption, SearchProvider, SearchQuery } from '../types.ts';
import { askVendor, parseAnswer, retryAfter, statusFailure, type Vendor, type VendorAnswer } from '../vendor.ts';
import type { ProviderOptions } from './options.ts';

const Answer = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string().nullish(),
      content: z.string().nullish(),
      /** SearXNG has a time here; searx has "3 hours ago", and the time in `pubdate`. */
      publishedDate: z.string().nullish().catch(undefined),
      pubdate: z.string().nullish().catch(undefined),
    }),
  ),
  unresponsive_engines: z
    .array(z.union([z.string(), z.array(z.union([z.string(), z.null()]))]))
    .default([])
    .catch([]),
});

const safeLevels = { off: '0', moderate: '1', strict: '2' } as const;

/** https://docs.searxng.org/dev/search_api.html. A name and password in the address go into a header. */
export function createSearxng(
  address: string,
  { fetch, today, name = 'searxng' }: ProviderOptions & { name?: string },
): SearchProvider {
  const base = new URL(address);
  const login = [base.username, base.password].map(decode);
  base.username = base.password = base.search = base.hash = '';
  const authorization = login[0] && `Basic ${Buffer.from(login.join(':')).toString('base64')}`;
  const secrets = [login[1] ?? '', new URL(address).password, authorization ? authorization.slice(6) : ''];
  const vendor: Vendor = { title: `SearXNG at ${base.host}`, secrets, fetch };
  const endpoint = `${base.href.replace(/\/(?:search\/?)?$/, '')}/search`;
  return {
    name,
    markup: 'text',
    limit: { calls: 120, seconds: 60 },
    async search(query, { signal }) {
      const { parameters, unsupported } = toParameters(query, today());
      const answer = await askVendor(vendor, {
        url: new URL(`${endpoint}?${parameters}`),
        method: 'GET',
        headers: { accept: 'application/json', ...(authorization && { authorization }) },
        signal,
      });
      if (answer.status !== 200) throw toFailure(vendor, answer, today());
      const { results, unresponsive_engines } = parseAnswer(vendor, answer, Answer);
      const hits = results.flatMap(({ title, url, content, pubdate, publishedDate }) =>
        url ? [{ title: title ?? '', url, snippet: content ?? '', date: pubdate || publishedDate || undefined }] : [],
      );
      const silent = unresponsive_engines.map(toSentence).slice(0, 10).join(', ');
      if (hits.length === 0 && silent !== '' && query.page === 1) {
        throw down(`${vendor.title} found nothing, and engines of it did not answer: ${silent}.`, {
          retryAfterSeconds: 30,
          hint: 'Look at the engines in its preferences, or enable others.',
        });
      }
      const notes = silent === '' ? [] : [`${vendor.title}: engines that did not answer: ${silent}.`];
      return { hits, unsupported, more: hits.length > 0 && query.page < 20, notes };
    },
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A percent sign that stands for itself.
  }
}

const toSentence = (engine: string | (string | null)[]): string =>
  typeof engine === 'string' ? engine : `${engine[0] ?? '?'}${engine[1] ? ` (${engine[1]})` : ''}`;

/** Sites and file types are operators that most engines know; whatever they let through is filtered afterwards. */
function toParameters(query: SearchQuery, today: Date): { parameters: URLSearchParams; unsupported: SearchOption[] } {
  const unsupported: SearchOption[] = [];
  const { since, until, within, language, region, safe, page } = query;
  const parameters = new URLSearchParams({
    q: withOperators(query, ['sites', 'exclude_sites', 'file_type']),
    format: 'json',
    categories: 'general',
    pageno: String(page),
  });
  const range = within ?? (since && rangeSince(since, today));
  if (range) parameters.set('time_range', range);
  if (since) unsupported.push('since');
  if (until) unsupported.push('until');
  if (language) parameters.set('language', region ? `${language}-${region}` : language);
  else if (region) unsupported.push('region');
  if (safe) parameters.set('safesearch', safeLevels[safe]);
  return { parameters, unsupported };
}

function toFailure(vendor: Vendor, answer: VendorAnswer, now: Date): AppError {
  const { status, headers } = answer;
  if (status === 403) {
    return blocked(`${vendor.title} answered HTTP 403: its JSON output is off.`, {
      hint: 'In its settings.yml set "search: formats: [html, json]" and restart it. If json is there, its limiter or a proxy refuses this machine.',
      retryAfterSeconds: 60,
    });
  }
  if (status === 401)
    return keyRefused(`${vendor.title} asks for a login.`, {
      hint: 'Write it as https://name:password@host in SEARXNG_URL.',
    });
  if (status === 404)
    return changed(`${vendor.title} has no /search.`, { hint: 'SEARXNG_URL is the address of its start page.' });
  if (status === 429) {
    return blocked(`${vendor.title} answered HTTP 429: its limiter takes us for a robot, or the calls are too many.`, {
      hint: 'Pass this machine in its limiter.toml (botdetection.ip_lists.pass_ip), or switch the limiter off.',
      retryAfterSeconds: retryAfter(headers, now) ?? 60,
    });
  }
  return statusFailure(vendor, answer, { message: '', now, keyHint: 'Check the login in SEARXNG_URL.' });
}
