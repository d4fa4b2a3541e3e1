import type { AppError } from '@mcp-servers/core';
import * as z from 'zod';
import { outOfQuota } from '../failures.ts';
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
import { tavilyCountries } from './tavily-countries.ts';

const Answer = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      content: z.string().nullish(),
      published_date: z.string().nullish(),
    }),
  ),
  usage: z.object({ credits: z.number().nonnegative() }).nullish().catch(undefined),
});

/** The older notation has a bare string. */
const Refusal = z.object({
  detail: z.union([z.string(), z.object({ error: z.string() }).transform(({ error }) => error)]),
});

const keyHint = 'Check TAVILY_API_KEY at https://app.tavily.com.';

/** https://docs.tavily.com/documentation/api-reference/endpoint/search */
export function createTavily(apiKey: string, { fetch, today, url }: ProviderOptions): SearchProvider {
  const vendor: Vendor = { title: 'Tavily', secrets: [apiKey], fetch };
  const endpoint = new URL('/search', url ?? 'https://api.tavily.com');
  let used = 0;
  return {
    name: 'tavily',
    markup: 'text',
    limit: { calls: 90, seconds: 60 },
    async search(query, { signal }) {
      const { body, unsupported } = toBody(query);
      const answer = await askVendor(vendor, {
        url: endpoint,
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify(body),
        signal,
      });
      if (answer.status !== 200) throw toFailure(vendor, answer, today());
      const { results, usage } = parseAnswer(vendor, answer, Answer);
      used += usage?.credits ?? 1;
      const hits = results.map(({ title, url: address, content, published_date }) => ({
        title: title ?? '',
        url: address,
        snippet: content ?? '',
        date: published_date ?? undefined,
      }));
      return { hits, unsupported, more: false, quota: { unit: 'credits', used }, notes: [] };
    },
  };
}

function toBody(query: SearchQuery): { body: Record<string, unknown>; unsupported: SearchOption[] } {
  const { text, sites, excludeSites, since, until, within, language, region, safe, fileType } = query;
  const unsupported: SearchOption[] = [];
  const country = region && tavilyCountries[region];
  if (region && !country) unsupported.push('region');
  if (language) unsupported.push('language');
  // Moderate is what it does anyway; the switch for more is sold apart.
  if (safe === 'strict') unsupported.push('safe');
  if (fileType) unsupported.push('file_type');
  const body = {
    query: text,
    search_depth: 'basic',
    max_results: 20,
    include_usage: true,
    ...(sites.length > 0 && { include_domains: sites }),
    ...(excludeSites.length > 0 && { exclude_domains: excludeSites }),
    ...(since && { start_date: since }),
    ...(until && { end_date: until }),
    ...(within && !since && !until && { time_range: within }),
    ...(country && { country }),
  };
  if (within && (since || until)) unsupported.push('within');
  return { body, unsupported };
}

/** 432 and 433 are its own: the limits of the plan and of pay-as-you-go. */
function toFailure(vendor: Vendor, answer: VendorAnswer, now: Date): AppError {
  const message = vendorMessage(vendor, Refusal.safeParse(parseJson(answer.text)).data?.detail);
  if (answer.status === 432 || answer.status === 433) {
    const limit = answer.status === 432 ? 'the limit of the plan or the key' : 'the pay-as-you-go limit';
    return outOfQuota(`${vendor.title}: ${limit} is reached. It says: ${message || 'nothing'}`, {
      hint: 'Raise it at https://app.tavily.com.',
    });
  }
  return statusFailure(vendor, answer, { message, now, keyHint });
}
