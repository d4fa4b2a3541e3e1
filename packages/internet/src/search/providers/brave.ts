import type { AppError } from '@mcp-servers/core';
import * as z from 'zod';
import { dateRange } from '../dates.ts';
import { keyRefused, notPossible, outOfQuota, tooFast } from '../failures.ts';
import { withOperators } from '../operators.ts';
import type { Quota, SearchOption, SearchProvider, SearchQuery } from '../types.ts';
import {
  askVendor,
  parseAnswer,
  parseJson,
  statusFailure,
  type Vendor,
  type VendorAnswer,
  vendorMessage,
} from '../vendor.ts';
import { braveCountries, braveLanguages } from './brave-locales.ts';
import type { ProviderOptions } from './options.ts';

const Answer = z.object({
  type: z.string(),
  query: z.object({ more_results_available: z.boolean().optional() }).optional(),
  web: z
    .object({
      results: z.array(
        z.object({
          title: z.string(),
          url: z.string(),
          description: z.string().nullish(),
          page_age: z.string().nullish(),
        }),
      ),
    })
    .nullish(),
});

const Refusal = z.object({
  error: z.object({
    code: z.string().catch(''),
    detail: z.string().catch(''),
    meta: z
      .object({ quota_limit: z.number().nullish(), quota_current: z.number().nullish() })
      .nullish()
      .catch(undefined),
  }),
});

const keyHint = 'Check BRAVE_API_KEY at https://api-dashboard.search.brave.com: it needs a plan for web search.';
const pageSize = 20;
const lastPage = 10;

/** https://api-dashboard.search.brave.com/app/documentation/web-search */
export function createBrave(apiKey: string, { fetch, today, url }: ProviderOptions): SearchProvider {
  const vendor: Vendor = { title: 'Brave Search', secrets: [apiKey], fetch };
  const endpoint = new URL('/res/v1/web/search', url ?? 'https://api.search.brave.com');
  return {
    name: 'brave',
    markup: 'html',
    limit: { calls: 1, seconds: 1 },
    async search(query, { signal }) {
      const { parameters, unsupported } = toParameters(query, today());
      const answer = await askVendor(vendor, {
        url: new URL(`?${parameters}`, endpoint),
        method: 'GET',
        headers: { accept: 'application/json', 'x-subscription-token': apiKey },
        signal,
      });
      const quota = readQuota(answer.headers);
      if (answer.status !== 200) throw toFailure(vendor, answer, { quota, now: today() });
      const { web, query: about } = parseAnswer(vendor, answer, Answer);
      const hits = (web?.results ?? []).map(({ title, url: address, description, page_age }) => ({
        title,
        url: address,
        snippet: description ?? '',
        date: page_age ?? undefined,
      }));
      const more = hits.length > 0 && query.page < lastPage && (about?.more_results_available ?? true);
      return { hits, unsupported, more, quota, notes: [] };
    },
  };
}

function toParameters(query: SearchQuery, today: Date): { parameters: URLSearchParams; unsupported: SearchOption[] } {
  const unsupported: SearchOption[] = [];
  const q = withOperators(query, ['sites', 'exclude_sites', 'file_type']);
  if (q.length > 400 || q.split(/\s+/).length > 50) {
    throw notPossible('Brave Search takes 400 characters and 50 words, sites included.');
  }
  const parameters = new URLSearchParams({
    q,
    count: String(pageSize),
    offset: String(query.page - 1),
    result_filter: 'web',
    text_decorations: 'false',
  });
  if (query.safe !== undefined) parameters.set('safesearch', query.safe);
  const freshness = toFreshness(query, today);
  if (freshness !== undefined) parameters.set('freshness', freshness);
  const language = query.language && braveLanguages(query.language, query.region);
  if (language) parameters.set('search_lang', language);
  else if (query.language) unsupported.push('language');
  if (query.region && braveCountries.has(query.region)) parameters.set('country', query.region);
  else if (query.region) unsupported.push('region');
  return { parameters, unsupported };
}

function toFreshness(query: SearchQuery, today: Date): string | undefined {
  const { since, until, within } = query;
  if (within !== undefined && since === undefined && until === undefined) return `p${within[0]}`;
  const range = dateRange(query, today);
  return range && `${range.since}to${range.until}`;
}

/** `1, 15000` stands for the second and the month. */
function readQuota(headers: Headers): Quota {
  const last = (name: string) => {
    const value = headers.get(name)?.split(',').at(-1)?.trim() ?? '';
    return /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const limit = last('x-ratelimit-limit');
  const remaining = last('x-ratelimit-remaining');
  const resetsInSeconds = last('x-ratelimit-reset');
  return {
    unit: 'requests',
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetsInSeconds !== undefined && { resetsInSeconds }),
  };
}

function toFailure(vendor: Vendor, answer: VendorAnswer, { quota, now }: { quota: Quota; now: Date }): AppError {
  const refusal = Refusal.safeParse(parseJson(answer.text)).data?.error;
  const message = vendorMessage(vendor, refusal?.detail);
  const said = `${vendor.title} answered HTTP ${answer.status}. It says: ${message || 'nothing'}`;
  // A wrong key is a 422 here.
  if (refusal?.code.startsWith('SUBSCRIPTION_') || (answer.status === 422 && /subscription.token/i.test(answer.text))) {
    return keyRefused(said, { hint: keyHint });
  }
  if (answer.status !== 429) return statusFailure(vendor, answer, { message, now, keyHint });
  const { quota_limit: limit, quota_current: current } = refusal?.meta ?? {};
  const isSpent = limit && current ? current >= limit : quota.remaining === 0 && (quota.limit ?? 0) > 0;
  // A plan without a month's window has the second's in the last place.
  if (isSpent && (quota.resetsInSeconds ?? 3600) > 60) {
    return outOfQuota(`${vendor.title}: the requests of this month are used up. It says: ${message || 'nothing'}`, {
      retryAfterSeconds: quota.resetsInSeconds ?? 3600,
      hint: 'Raise the plan or its limit at https://api-dashboard.search.brave.com.',
    });
  }
  return tooFast(`${vendor.title} allows fewer requests a second. It says: ${message || 'nothing'}`);
}
