import { setting } from '@mcp-servers/core';
import * as z from 'zod';

/** In the order in which they are asked when `WEB_SEARCH_PROVIDERS` says nothing. */
export const providerNames = ['searxng', 'brave', 'tavily', 'exa', 'google', 'duckduckgo'] as const;
export type ProviderName = (typeof providerNames)[number];

const isProvider = (name: string): name is ProviderName => providerNames.some((known) => known === name);

const order = setting.names.transform((names, context): ProviderName[] => {
  const asked = [...new Set(names.map((name) => name.toLowerCase()))];
  const unknown = asked.filter((name) => !isProvider(name));
  if (unknown.length > 0) {
    context.addIssue({
      code: 'custom',
      message: `${unknown.join(', ')} is no search provider. There are: ${providerNames.join(', ')}.`,
    });
  }
  return asked.filter(isProvider);
});

const addresses = setting.names.transform((names, context) => {
  if (names.some((name) => !/^https?:\/\//i.test(name) || !URL.canParse(name))) {
    context.addIssue({ code: 'custom', message: 'every address must begin with http:// or https://.' });
  }
  return names;
});

const key = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[\x21-\x7e]+$/, 'must be one word of printable ASCII.');

/** Settings of the web search; the names are the ones these services use themselves. */
export const searchSettings = {
  SEARXNG_URL: addresses.optional().describe('Address of a SearXNG, or several, separated by commas'),
  BRAVE_API_KEY: key.optional().describe('Key of the Brave Search API'),
  TAVILY_API_KEY: key.optional().describe('Key of Tavily'),
  EXA_API_KEY: key.optional().describe('Key of Exa'),
  GOOGLE_API_KEY: key.optional().describe('Key of the Google Custom Search JSON API, with GOOGLE_CSE_ID'),
  GOOGLE_CSE_ID: key.optional().describe('Search engine id (cx), with GOOGLE_API_KEY'),
  WEB_SEARCH_PROVIDERS: order
    .optional()
    .describe(`Search providers in the order to ask them (default: those configured of ${providerNames.join(', ')})`),
  WEB_SEARCH_DUCKDUCKGO: setting.flag
    .default(true)
    .describe('false leaves out DuckDuckGo, the last resort that needs no key'),
  WEB_SEARCH_ON_EMPTY: z
    .enum(['stop', 'next'])
    .default('stop')
    .describe('next asks the next provider when one finds nothing'),
};

export const SearchSettings = z.object(searchSettings);
export type SearchSettings = z.infer<typeof SearchSettings>;
