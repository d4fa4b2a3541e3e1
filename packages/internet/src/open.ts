import type { Log } from '@mcp-servers/core';
import {
  checkUrl,
  createGuardedFetch,
  createGuardPolicy,
  type GuardedFetch,
  type GuardPolicy,
  type Network,
  type ProxyEnvironment,
} from '@mcp-servers/core/http';
import type { Metrics } from '@mcp-servers/core/metrics';
import { createRateLimiter } from '@mcp-servers/core/rate-limit';
import { policyMetrics, systemClock } from '@mcp-servers/core/resilience';
import type { HealthCheck } from '@mcp-servers/core/status';
import type { InternetSettings } from './config.ts';
import { createCrawls } from './crawl/index.ts';
import { createCopies } from './fetch/copies.ts';
import { createHosts } from './fetch/hosts.ts';
import { createPages } from './fetch/pages.ts';
import { createPageReader } from './page/index.ts';
import { createReadDocument } from './read/read-document.ts';
import { createRobots } from './robots/index.ts';
import { createProviders, createSearch } from './search/index.ts';
import { createReadSite } from './site/read-site.ts';
import type { InternetDeps } from './tools/deps.ts';
import { version } from './version.ts';

export interface Internet {
  deps: InternetDeps;
  checks: Record<string, HealthCheck>;
  close(): Promise<void>;
}

export interface OpenOptions {
  log: Log;
  metrics: Metrics;
  /** Where proxies are named. */
  env?: ProxyEnvironment;
  /** In place of the real network. */
  network?: Network;
}

const megabyte = 1_000_000;
/** Of all pages of one step of a crawl. */
const crawlBytes = 100 * megabyte;

/** Everything the tools work with. Nothing is contacted, and nothing heavy loaded, before the first call. */
export function openInternet(config: InternetSettings, { log, metrics, env = {}, network }: OpenOptions): Internet {
  const userAgent = config.WEB_USER_AGENT ?? `mcp-internet/${version}`;
  const onEvent = policyMetrics(metrics);
  const read = metrics.counter('web_pages_total', 'Pages read, by where they came from', ['source'] as const);
  const providers = createProviders(config, { fetch, today: () => new Date() });
  const limiter = createRateLimiter<string>({
    limits: {
      page: { calls: config.WEB_HOST_CALLS_PER_MINUTE, seconds: 60 },
      ...Object.fromEntries(providers.providers.map(({ name, limit }) => [name, limit])),
    },
    ...{ redis: config, log, metrics },
  });
  const guardPolicy = createGuardPolicy({
    ports: config.WEB_PORTS,
    ...(config.WEB_ALLOW_DOMAINS && { allowDomains: config.WEB_ALLOW_DOMAINS }),
    ...(config.WEB_DENY_DOMAINS && { denyDomains: config.WEB_DENY_DOMAINS }),
    ...(config.WEB_ALLOW_PRIVATE && { allowPrivate: config.WEB_ALLOW_PRIVATE }),
  });
  const timeoutMs = config.WEB_TIMEOUT_S * 1000;
  const guarded = createGuardedFetch({
    ...{ policy: guardPolicy, userAgent, env, trustProxy: config.WEB_TRUST_PROXY },
    ...{ maxBytes: config.WEB_MAX_BYTES, totalTimeoutMs: timeoutMs },
    ...(network && { network }),
  });
  const hosts = createHosts({ timeoutMs, onEvent });
  const copies = createCopies({ maxBytes: config.WEB_CACHE_MB * megabyte });
  const pages = createPages({ guarded, hosts, copies, limiter, onPage: (source) => read.inc({ source }) });
  const robots = createRobots({ fetch: pages, userAgent, clock: systemClock });
  const asked = config.WEB_ROBOTS ? robots : undefined;
  const page = createPageReader();
  const readDocument = createReadDocument({
    fetch: pages,
    robots: asked,
    checkUrl: (url) => checkUrl(url, guardPolicy),
    page,
  });
  const search = createSearch({
    ...providers,
    allowsUrl: (url) => isAllowed(url, guardPolicy),
    onEmpty: config.WEB_SEARCH_ON_EMPTY,
    log,
    limiter,
    onEvent,
  });
  const crawls = createCrawls({ read: readDocument, robots: asked, clock: systemClock, maxBytes: crawlBytes });

  const status = (): Record<string, unknown> => ({
    search: search.state(),
    pages: {
      resting_hosts: hosts.resting().map(({ name, retryAfterSeconds }) => ({ name, retry_after_s: retryAfterSeconds })),
      copies: copies.state(),
      crawls: crawls.state().kept,
    },
    policy: rulesOf(config, userAgent, guarded.state()),
  });

  return {
    deps: { read: readDocument, search, crawls, site: createReadSite({ fetch: pages, robots }), status },
    checks: { search: () => searchCheck(search.state().providers) },
    async close() {
      limiter.close();
      search.close();
      await Promise.all([page[Symbol.asyncDispose](), guarded.close()]);
    },
  };
}

/** What holds for every page, as `web_status` tells it. */
function rulesOf(
  config: InternetSettings,
  userAgent: string,
  { route, note, ports, privateOpenings, allowDomains, denyDomains }: ReturnType<GuardedFetch['state']>,
): Record<string, unknown> {
  return {
    ...{ user_agent: userAgent, robots_txt: config.WEB_ROBOTS ? 'honoured' : 'ignored', route },
    ...{ note, ports, private_blocks_open: privateOpenings },
    ...(allowDomains.length > 0 && { only_domains: allowDomains }),
    ...(denyDomains.length > 0 && { never_domains: denyDomains }),
    ...{ max_bytes: config.WEB_MAX_BYTES, timeout_s: config.WEB_TIMEOUT_S },
    host_calls_per_minute: config.WEB_HOST_CALLS_PER_MINUTE,
  };
}

/** A result that could not be fetched anyway is not shown. */
function isAllowed({ href }: URL, policy: GuardPolicy): boolean {
  try {
    checkUrl(href, policy);
    return true;
  } catch {
    return false; // It says why, which nobody asked.
  }
}

/** Degraded while no provider would be asked. */
function searchCheck(providers: readonly { name: string; ready: boolean }[]) {
  const ready = providers.filter((provider) => provider.ready).map(({ name }) => name);
  const facts = { providers: providers.length, ready: ready.length };
  if (ready.length > 0) return { status: 'healthy', ...facts } as const;
  const reason = providers.length === 0 ? 'no search provider is configured' : 'no search provider answers now';
  return { status: 'degraded', reason, ...facts } as const;
}
