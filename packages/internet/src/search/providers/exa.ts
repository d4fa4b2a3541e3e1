import type { AppError } from '@mcp-servers/core';
import * as z from 'zod';
import { dateRange } from '../dates.ts';
import { notPossible, outOfQuota } from '../failures.ts';
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
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      publishedDate: z.string().nullish(),
      highlights: z.array(z.string()).nullish().catch(undefined),
    }),
  ),
  costDollars: z.object({ total: z.number().nonnegative() }).nullish().catch(undefined),
});

const Refusal = z.object({ error: z.string().catch(''), tag: z.string().catch('') });

const keyHint = 'Check EXA_API_KEY at https://dashboard.exa.ai.';

/** https://exa.ai/docs/reference/search */
export function createExa(apiKey: string, { fetch, today, url }: ProviderOptions): SearchProvider {
  const vendor: Vendor = { title: 'Exa', secrets: [apiKey], fetch };
  const endpoint = new URL('/search', url ?? 'https://api.exa.ai');
  let used = 0;
  return {
    name: 'exa',
    markup: 'text',
    limit: { calls: 5, seconds: 1 },
    async search(query, { signal }) {
      const { body, unsupported } = toBody(query, today());
      const answer = await askVendor(vendor, {
        url: endpoint,
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json', 'x-api-key': apiKey },
        body: JSON.stringify(body),
        signal,
      });
      if (answer.status !== 200) throw toFailure(vendor, answer, today());
      const { results, costDollars } = parseAnswer(vendor, answer, Answer);
      used += costDollars?.total ?? 0;
      const hits = results.map(({ title, url: address, publishedDate, highlights }) => ({
        title: title ?? '',
        url: address,
        snippet: highlights?.join(' … ') ?? '',
        date: publishedDate ?? undefined,
      }));
      return { hits, unsupported, more: false, quota: { unit: 'dollars', used }, notes: [] };
    },
  };
}

function toBody(query: SearchQuery, today: Date): { body: Record<string, unknown>; unsupported: SearchOption[] } {
  const { text, sites, excludeSites, language, region, safe, fileType } = query;
  if (sites.length > 0 && excludeSites.length > 0) {
    throw notPossible('Exa takes sites to search in or sites to leave out, not both.');
  }
  const unsupported: SearchOption[] = [];
  if (language) unsupported.push('language');
  if (fileType) unsupported.push('file_type');
  const range = dateRange(query, today);
  const body = {
    query: text,
    type: 'auto',
    numResults: 20,
    contents: { highlights: true },
    ...(sites.length > 0 && { includeDomains: sites }),
    ...(excludeSites.length > 0 && { excludeDomains: excludeSites }),
    ...(range && {
      startPublishedDate: `${range.since}T00:00:00.000Z`,
      endPublishedDate: `${range.until}T23:59:59.999Z`,
    }),
    ...(region && { userLocation: region }),
    ...(safe && safe !== 'off' && { moderation: true }),
  };
  return { body, unsupported };
}

function toFailure(vendor: Vendor, answer: VendorAnswer, now: Date): AppError {
  const { error, tag } = Refusal.safeParse(parseJson(answer.text)).data ?? {};
  const message = vendorMessage(vendor, error || tag);
  if (answer.status === 402 || /^(?:NO_MORE_CREDITS|API_KEY_BUDGET_EXCEEDED)$/.test(tag ?? '')) {
    return outOfQuota(`${vendor.title}: the credits are used up. It says: ${message || 'nothing'}`, {
      hint: 'Add credits, or raise the budget of the key, at https://dashboard.exa.ai.',
    });
  }
  return statusFailure(vendor, answer, { message, now, keyHint });
}
