import type { AppError } from '@mcp-servers/core';
import { dateRange } from '../dates.ts';
import { blocked, changed } from '../failures.ts';
import { withOperators } from '../operators.ts';
import type { SearchOption, SearchProvider, SearchQuery } from '../types.ts';
import { askVendor, statusFailure, type Vendor, type VendorAnswer } from '../vendor.ts';
import { isChallenge, readResultPage } from './duckduckgo-page.ts';
import type { ProviderOptions } from './options.ts';

const hint = 'Configure another provider: SEARXNG_URL, BRAVE_API_KEY, TAVILY_API_KEY or EXA_API_KEY.';
const safeLevels = { off: '-2', moderate: '-1', strict: '1' } as const;

/**
 * The page for browsers without scripts, which needs no key and has no promise: it may change, and often refuses programs. A refusal
 * is honoured and never worked around.
 */
export function createDuckDuckGo({ fetch, today, url }: ProviderOptions): SearchProvider {
  const vendor: Vendor = { title: 'DuckDuckGo', secrets: [], fetch };
  const endpoint = new URL('/html/', url ?? 'https://html.duckduckgo.com');
  return {
    name: 'duckduckgo',
    markup: 'text',
    limit: { calls: 20, seconds: 60 },
    async search(query, { signal }) {
      const { body, unsupported } = toBody(query, today());
      const answer = await askVendor(vendor, {
        url: endpoint,
        method: 'POST',
        headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
        signal,
      });
      if (answer.status !== 200) throw toFailure(vendor, answer, today());
      if (isChallenge(answer.text)) throw challenged(answer.status);
      const page = await readResultPage(answer.text);
      if (page === undefined) {
        throw changed(
          'DuckDuckGo answered with a page that has neither results nor the sentence that there are none.',
          { hint },
        );
      }
      const { hits, next } = page;
      return { hits, unsupported, more: next !== undefined, ...(next && { next }), notes: [] };
    },
  };
}

function toBody(query: SearchQuery, today: Date): { body: URLSearchParams; unsupported: SearchOption[] } {
  const unsupported: SearchOption[] = [];
  const { since, until, within, language, region, safe } = query;
  // DuckDuckGo has regions with a language, like de-de and ch-fr, and no language alone.
  const isPair = language !== undefined && region !== undefined;
  if (language && !isPair) unsupported.push('language');
  if (region && !isPair) unsupported.push('region');
  if (query.next !== undefined) return { body: new URLSearchParams(query.next), unsupported };
  const body = new URLSearchParams({ q: withOperators(query, ['sites', 'exclude_sites', 'file_type']), b: '' });
  if (isPair) body.set('kl', `${region.toLowerCase()}-${language}`);
  const range = dateRange(query, today);
  if (within && !since && !until) body.set('df', within.slice(0, 1));
  else if (range) body.set('df', `${range.since}..${range.until}`);
  if (safe) body.set('kp', safeLevels[safe]);
  return { body, unsupported };
}

const challenged = (status: number): AppError =>
  blocked(`DuckDuckGo asks for proof that a person searches (HTTP ${status}), so it gave no results.`, { hint });

function toFailure(vendor: Vendor, answer: VendorAnswer, now: Date): AppError {
  const { status, text } = answer;
  if (status === 202 || status === 403 || status === 418 || status === 429 || isChallenge(text))
    return challenged(status);
  return statusFailure(vendor, answer, { message: '', now, keyHint: hint });
}
