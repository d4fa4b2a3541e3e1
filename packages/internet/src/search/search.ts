import { createSharedCalls, type Log, type RedisSettings, ValidationError } from '@mcp-servers/core';
import type { Metrics } from '@mcp-servers/core/metrics';
import { createRateLimiter, type RateLimiter } from '@mcp-servers/core/rate-limit';
import { type Clock, type PolicyEvent, systemClock } from '@mcp-servers/core/resilience';
import { LRUCache } from 'lru-cache';
import { type SearchAnswer, toAnswer, toFailure } from './answer.ts';
import { add, askAll, askInOrder, askOne, type FailoverOptions, type Round } from './failover.ts';
import { createPool, type Pool } from './pool.ts';
import type { ConfiguredProviders } from './providers/index.ts';
import { planSearch, type SearchPlan, type SearchRequest } from './request.ts';
import { createSource, type SourceState } from './source.ts';

export interface SearchOptions extends Partial<Pick<ConfiguredProviders, 'missing'>> {
  /** In the order in which they are asked. */
  providers: ConfiguredProviders['providers'];
  /** `next` goes on when a provider finds nothing; failures always go on. */
  onEmpty?: 'stop' | 'next';
  log: Log;
  clock?: Clock;
  today?: () => Date;
  random?: () => number;
  redis?: Partial<RedisSettings>;
  metrics?: Pick<Metrics, 'counter'>;
  /** In place of the one this makes of the providers' own limits. */
  limiter?: Pick<RateLimiter<string>, 'take' | 'close'>;
  /** Of every provider's policy, see `policyMetrics`. */
  onEvent?: (policy: string, event: PolicyEvent) => void;
  /** Which links may be shown; by default those with a public host. */
  allowsUrl?: (url: URL) => boolean;
}

export interface SearchState {
  providers: SourceState[];
  /** Not configured, and the setting that would add each. */
  missing: ConfiguredProviders['missing'];
  on_empty: 'stop' | 'next';
  /** Searches whose results are kept for their next pages. */
  kept: number;
}

export interface Search {
  /**
   * One page of merged results. An answer without results is one: it says who found nothing. Throws ValidationError, CancelledError,
   * or UnavailableError when no provider answered, with what each said in its details.
   */
  search(request: SearchRequest, call: { signal: AbortSignal }): Promise<SearchAnswer>;
  state(): SearchState;
  close(): void;
}

const keptSearches = 100;
const keptSeconds = 600;
/** Pages of the providers that one call may go on to. */
const mostRounds = 4;

export function createSearch(options: SearchOptions): Search {
  const { providers, missing = [], onEmpty = 'stop', log, clock = systemClock, today = () => new Date() } = options;
  const limiter = options.limiter ?? createLimiter(options);
  const sources = providers.map((provider) => createSource(provider, { ...options, clock, today, limiter }));
  const failover: FailoverOptions = {
    sources,
    onEmpty,
    today,
    ...(options.allowsUrl && { allowsUrl: options.allowsUrl }),
  };
  const kept = new LRUCache<string, Pool>({
    ...{ max: keptSearches, ttl: keptSeconds * 1000, ttlResolution: 0 },
    perf: { now: () => clock.now() + 1 }, // It takes 0 for no time.
  });
  const shared = createSharedCalls();

  /** The providers asked for by name; `searxng` means all its instances. */
  function choose(names: readonly string[]): FailoverOptions {
    const chosen = sources.filter(({ name }) => names.includes(name) || names.includes(name.replace(/-\d+$/, '')));
    const known = sources.map(({ name }) => name);
    const unknown = names.filter(
      (name) => !chosen.some((source) => source.name.replace(/-\d+$/, '') === name.replace(/-\d+$/, '')),
    );
    if (unknown.length === 0) return { ...failover, sources: chosen };
    const setting = missing.find(({ name }) => name === unknown[0])?.setting;
    throw new ValidationError(`Not a configured search provider: ${unknown.join(', ')}.`, {
      hint: `There are: ${known.join(', ') || 'none'}.${setting ? ` ${unknown[0]} needs ${setting}.` : ''}`,
    });
  }

  async function begin(plan: SearchPlan, signal: AbortSignal): Promise<Pool> {
    const all: Round = { asked: [], lists: [], tracks: [], failures: [] };
    const ask = plan.providers ? askAll : askInOrder;
    const from = plan.providers ? choose(plan.providers) : failover;
    const rounds = await Promise.all(plan.queries.map((query, number) => ask(from, { query, number, signal })));
    for (const round of rounds) add(all, round);
    if (all.lists.length === 0) throw toFailure(all, { missing, configured: sources.length });
    const isPartial = rounds.some(({ lists }) => lists.length === 0) || (plan.providers && all.failures.length > 0);
    const pool = createPool(all, { at: clock.now(), isPartial: isPartial === true });
    kept.set(plan.key, pool);
    return pool;
  }

  async function goOn(pool: Pool, signal: AbortSignal): Promise<Round> {
    const all: Round = { asked: [], lists: [], tracks: [], failures: [] };
    const rounds = await Promise.all(
      pool.tracks.map(async (track) => {
        const { source, query, number } = track;
        const round = await askOne(source, failover, { query, number, signal, retries: true });
        // What failed now may work in the next call.
        return round.failures.length > 0 ? { ...round, tracks: [track] } : round;
      }),
    );
    for (const round of rounds) add(all, round);
    pool.grow(all);
    return all;
  }

  /** Asks for more until the page is full. Throws when there is nothing for it because nobody answered. */
  async function fill(pool: Pool, plan: SearchPlan, signal: AbortSignal): Promise<void> {
    for (let n = 0; n < mostRounds; n += 1) {
      if (pool.rows.length >= plan.position + plan.limit || pool.tracks.length === 0) return;
      const round = await shared.run(`${plan.key}#${pool.asked.length}`, signal, (inner) => goOn(pool, inner));
      if (round.failures.length === 0) continue;
      const hasNothing = pool.rows.length <= plan.position && round.lists.length === 0 && plan.position > 0;
      if (hasNothing) throw toFailure(round, { missing, configured: sources.length });
      return;
    }
  }

  return {
    async search(request, { signal }) {
      const plan = planSearch(request);
      const known = kept.get(plan.key);
      const usable = known !== undefined && (plan.position > 0 || !known.isPartial) ? known : undefined;
      const pool = usable ?? (await shared.run(plan.key, signal, (inner) => begin(plan, inner)));
      const before = plan.position > 0 && usable ? pool.asked.length : 0;
      await fill(pool, plan, signal);
      const age = Math.floor((clock.now() - pool.at) / 1000);
      const answer = toAnswer(pool, plan, {
        ageSeconds: usable && age,
        isRepeated: plan.position > 0 && !usable,
        before,
      });
      log.debug({ results: answer.results.length, asked: answer.asked.length, age_s: age }, 'search_answered');
      return answer;
    },
    state: () => ({
      providers: sources.map((source) => source.state()),
      missing,
      on_empty: onEmpty,
      kept: [...kept.keys()].length,
    }),
    close: () => limiter.close(),
  };
}

function createLimiter({ providers, log, redis, metrics }: SearchOptions): RateLimiter<string> {
  return createRateLimiter<string>({
    limits: Object.fromEntries(providers.map(({ name, limit }) => [name, limit])),
    log,
    ...(redis && { redis }),
    ...(metrics && { metrics }),
  });
}
