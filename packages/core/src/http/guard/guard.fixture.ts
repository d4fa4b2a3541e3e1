import { type FarmOptions, type Site, type SiteFarm, withSites } from '../../testing/site-farm.ts';
import { createGuardedFetch, type GuardedAnswer, type GuardedFetch, type GuardedFetchSettings } from './fetch.ts';
import { createGuardPolicy, type GuardSettings } from './policy.ts';

export interface GuardOnFarm extends AsyncDisposable {
  farm: SiteFarm;
  guard: GuardedFetch;
  get(url: string, signal?: AbortSignal): Promise<GuardedAnswer>;
  text(url: string): Promise<string>;
}

export interface GuardOnFarmOptions {
  farm?: FarmOptions;
  policy?: GuardSettings;
  guard?: Partial<GuardedFetchSettings>;
}

/** A guarded fetch whose network is a farm of these sites. */
export async function guardOn(sites: Record<string, Site>, options: GuardOnFarmOptions = {}): Promise<GuardOnFarm> {
  const farm = await withSites(sites, options.farm);
  const policy = createGuardPolicy(options.policy);
  const guard = createGuardedFetch({ policy, userAgent: 'tester/1', network: farm.network, ...options.guard });
  const get = (url: string, signal = new AbortController().signal) => guard.fetch({ url, signal });
  return {
    farm,
    guard,
    get,
    text: async (url) => new TextDecoder().decode((await get(url)).body),
    async [Symbol.asyncDispose]() {
      await guard.close();
      await farm[Symbol.asyncDispose]();
    },
  };
}
