import type { AppError } from '@mcp-servers/core';
import * as z from 'zod';
import { dateRange } from '../dates.ts';
import { keyRefused, outOfQuota, tooFast } from '../failures.ts';
import { withOperators } from '../operators.ts';
import type { SearchOption, SearchProvider, SearchQuery } from '../types.ts';
import {
  askVendor,
  parseAnswer,
  parseJson,
  statusFailure,
  type Vendor,
  type VendorAnswer,
  vendorMessage,
} from '../vendor.ts';
import type { ProviderOptions } from './options.ts';

const Answer = z.object({
  kind: z.literal('customsearch#search'),
  queries: z.object({ nextPage: z.array(z.unknown()).optional() }).optional(),
  items: z
    .array(
      z.object({
        title: z.string(),
        link: z.string(),
        snippet: z.string().nullish(),
        pagemap: z
          .object({ metatags: z.array(z.object({ 'article:published_time': z.string().optional() })) })
          .optional()
          .catch(undefined),
      }),
    )
    .optional(),
});

const Refusal = z.object({
  error: z.object({
    message: z.string().catch(''),
    errors: z.array(z.object({ reason: z.string().catch('') })).catch([]),
    details: z.array(z.object({ reason: z.string().catch('') })).catch([]),
  }),
});

const keyHint =
  'Check GOOGLE_API_KEY and GOOGLE_CSE_ID, and that the Custom Search API is enabled for the project of the key.';
const pageSize = 10;
/** Results beyond the hundredth are never given. */
const lastPage = 10;

export interface GoogleKeys {
  apiKey: string;
  /** `cx`, the search engine of https://programmablesearchengine.google.com. */
  engine: string;
}

/** https://developers.google.com/custom-search/v1/reference/rest/v1/cse/list. The key goes in a header, because addresses are logged. */
export function createGoogle({ apiKey, engine }: GoogleKeys, { fetch, today, url }: ProviderOptions): SearchProvider {
  const vendor: Vendor = { title: 'Google Custom Search', secrets: [apiKey], fetch };
  const endpoint = new URL('/customsearch/v1', url ?? 'https://customsearch.googleapis.com');
  return {
    name: 'google',
    markup: 'text',
    limit: { calls: 90, seconds: 60 },
    async search(query, { signal }) {
      const { parameters, unsupported } = toParameters(query, today());
      parameters.set('cx', engine);
      const answer = await askVendor(vendor, {
        url: new URL(`?${parameters}`, endpoint),
        method: 'GET',
        headers: { accept: 'application/json', 'x-goog-api-key': apiKey },
        signal,
      });
      if (answer.status !== 200) throw toFailure(vendor, answer, today());
      const { items = [], queries } = parseAnswer(vendor, answer, Answer);
      const hits = items.map(({ title, link, snippet, pagemap }) => ({
        title,
        url: link,
        snippet: snippet ?? '',
        date: pagemap?.metatags[0]?.['article:published_time'],
      }));
      const more = hits.length > 0 && query.page < lastPage && queries?.nextPage !== undefined;
      return { hits, unsupported, more, notes: [] };
    },
  };
}

function toParameters(query: SearchQuery, today: Date): { parameters: URLSearchParams; unsupported: SearchOption[] } {
  const { sites, excludeSites, since, until, within, language, region, safe, fileType, page } = query;
  const [site] = sites;
  // The parameter takes one site, the query language any number.
  const isOne = sites.length + excludeSites.length === 1;
  const parameters = new URLSearchParams({
    q: isOne ? query.text : withOperators(query, ['sites', 'exclude_sites']),
    num: String(pageSize),
    start: String((page - 1) * pageSize + 1),
  });
  if (isOne) {
    parameters.set('siteSearch', site ?? excludeSites[0] ?? '');
    parameters.set('siteSearchFilter', site === undefined ? 'e' : 'i');
  }
  if (fileType !== undefined) parameters.set('fileType', fileType);
  if (safe !== undefined) parameters.set('safe', safe === 'off' ? 'off' : 'active');
  const language_ = language && (language === 'zh' ? `zh-${region === 'TW' ? 'TW' : 'CN'}` : language);
  if (language_) parameters.set('lr', `lang_${language_}`);
  if (region !== undefined) parameters.set('gl', region.toLowerCase());
  if (since !== undefined || until !== undefined) {
    const range = dateRange(query, today);
    if (range) parameters.set('sort', `date:r:${range.since.replaceAll('-', '')}:${range.until.replaceAll('-', '')}`);
  } else if (within !== undefined) parameters.set('dateRestrict', `${within[0]}1`);
  return { parameters, unsupported: [] };
}

/** Quotas are 429 and, with some reasons, 403; a wrong key is a 400. */
function toFailure(vendor: Vendor, answer: VendorAnswer, now: Date): AppError {
  const refusal = Refusal.safeParse(parseJson(answer.text)).data?.error;
  const message = vendorMessage(vendor, refusal?.message);
  const reasons = [...(refusal?.errors ?? []), ...(refusal?.details ?? [])].map(({ reason }) => reason);
  const said = `${vendor.title} answered HTTP ${answer.status}. It says: ${message || 'nothing'}`;
  if (reasons.some((reason) => /^API_KEY_|keyInvalid|keyExpired/i.test(reason)))
    return keyRefused(said, { hint: keyHint });
  const isDaily =
    reasons.some((reason) => /dailyLimit|quotaExceeded|billing/i.test(reason)) || /per day/i.test(message);
  if (isDaily) {
    return outOfQuota(`${vendor.title}: the queries of today are used up. It says: ${message || 'nothing'}`, {
      hint: 'Wait for midnight Pacific time, or enable billing for the project.',
    });
  }
  if (reasons.some((reason) => /rateLimit/i.test(reason))) return tooFast(said, { retryAfterSeconds: 10 });
  return statusFailure(vendor, answer, { message, now, keyHint });
}
