import { ValidationError } from '@mcp-servers/core';
import { type ProviderName, providerNames, type SearchSettings } from '../settings.ts';
import type { SearchProvider } from '../types.ts';
import { createBrave } from './brave.ts';
import { createDuckDuckGo } from './duckduckgo.ts';
import { createExa } from './exa.ts';
import { createGoogle } from './google.ts';
import type { ProviderOptions } from './options.ts';
import { createSearxng } from './searxng.ts';
import { createTavily } from './tavily.ts';

export type ConfiguredProviders = {
  /** In the order in which they are asked. */
  providers: SearchProvider[];
  /** Known ones that are not asked, and the setting that would add each. */
  missing: { name: ProviderName; setting: string }[];
};

/** Setting that adds a provider. */
const needs: Readonly<Record<ProviderName, string>> = {
  searxng: 'SEARXNG_URL',
  brave: 'BRAVE_API_KEY',
  tavily: 'TAVILY_API_KEY',
  exa: 'EXA_API_KEY',
  google: 'GOOGLE_API_KEY and GOOGLE_CSE_ID',
  duckduckgo: 'WEB_SEARCH_DUCKDUCKGO=true',
};

/**
 * The providers that are configured. Throws ValidationError when `WEB_SEARCH_PROVIDERS` names one without its setting, or when a
 * setting of Google is without the other.
 */
export function createProviders(
  settings: SearchSettings,
  { fetch, today, urls = {} }: Omit<ProviderOptions, 'url'> & { urls?: Partial<Record<ProviderName, string>> },
): ConfiguredProviders {
  const at = (name: ProviderName): ProviderOptions => ({ fetch, today, ...(urls[name] && { url: urls[name] }) });
  const { GOOGLE_API_KEY: apiKey, GOOGLE_CSE_ID: engine, BRAVE_API_KEY, TAVILY_API_KEY, EXA_API_KEY } = settings;
  if ((apiKey === undefined) !== (engine === undefined)) {
    const absent = apiKey === undefined ? 'GOOGLE_API_KEY' : 'GOOGLE_CSE_ID';
    throw new ValidationError('GOOGLE_API_KEY and GOOGLE_CSE_ID belong together.', { hint: `Set ${absent} as well.` });
  }
  const make: Record<ProviderName, () => SearchProvider[]> = {
    searxng: () =>
      (settings.SEARXNG_URL ?? []).map((address, n) =>
        createSearxng(address, { ...at('searxng'), name: n === 0 ? 'searxng' : `searxng-${n + 1}` }),
      ),
    brave: () => (BRAVE_API_KEY ? [createBrave(BRAVE_API_KEY, at('brave'))] : []),
    tavily: () => (TAVILY_API_KEY ? [createTavily(TAVILY_API_KEY, at('tavily'))] : []),
    exa: () => (EXA_API_KEY ? [createExa(EXA_API_KEY, at('exa'))] : []),
    google: () => (apiKey && engine ? [createGoogle({ apiKey, engine }, at('google'))] : []),
    duckduckgo: () => (settings.WEB_SEARCH_DUCKDUCKGO ? [createDuckDuckGo(at('duckduckgo'))] : []),
  };
  const asked = settings.WEB_SEARCH_PROVIDERS;
  const order = asked === undefined ? [...providerNames] : withLastResort(asked);
  const made = new Map(order.map((name) => [name, make[name]()]));
  const unusable = (asked ?? []).filter((name) => made.get(name)?.length === 0);
  if (unusable.length > 0) {
    throw new ValidationError(`WEB_SEARCH_PROVIDERS names ${unusable.join(', ')}, not configured.`, {
      hint: unusable.map((name) => `${name} needs ${needs[name]}`).join('; '),
    });
  }
  const missing = providerNames
    .filter((name) => !made.get(name)?.length)
    .map((name) => ({ name, setting: needs[name] }));
  return { providers: [...made.values()].flat(), missing };
}

/** DuckDuckGo comes last even when the list leaves it out; `WEB_SEARCH_DUCKDUCKGO=false` does without it. */
const withLastResort = (names: readonly ProviderName[]): ProviderName[] =>
  names.includes('duckduckgo') ? [...names] : [...names, 'duckduckgo'];
