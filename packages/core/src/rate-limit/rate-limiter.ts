import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisSettings } from '../config.ts';
import { RateLimitError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createRedis, isRedisConfigured } from '../redis/client.ts';

export interface RateLimit {
  /** Calls allowed within `seconds`, counted from the first of them. */
  readonly calls: number;
  readonly seconds: number;
}

export interface RateLimiterOptions<Name extends string> {
  /** By name: `{ 'jira:write': { calls: 60, seconds: 60 } }`. */
  readonly limits: Readonly<Record<Name, RateLimit>>;
  /** With Redis all processes share the counts; while it is away each counts for itself. */
  readonly redis?: Partial<RedisSettings>;
  readonly log: Log;
  readonly metrics?: Pick<Metrics, 'counter'>;
}

export interface RateLimiter<Name extends string> {
  /**
   * Counts one call of `who` (a user, a host, a token's hash) against a limit. Throws RateLimitError with
   * `retryAfterSeconds` when there were too many; such a call is not to be made.
   */
  take(limit: Name, who: string): Promise<void>;
  /** `shared` while Redis counts. */
  state(): { counts: 'own' | 'shared'; refused: number };
  close(): void;
}

interface Counting {
  readonly own: RateLimiterAbstract;
  readonly shared: RateLimiterAbstract | undefined;
}

/** A Redis that failed is not asked again for so long. */
const pauseMs = 1000;

/** Nothing is contacted, and the library is not loaded, before the first call. */
export function createRateLimiter<Name extends string>(options: RateLimiterOptions<Name>): RateLimiter<Name> {
  const { limits, redis = {}, log } = options;
  const refusals = options.metrics?.counter('rate_limit_refused_total', 'Calls over a rate limit', ['limit'] as const);
  let counting: Promise<Map<string, Counting>> | undefined;
  let close = () => {};
  let closed = false;
  let refused = 0;
  let away = false;
  let askAgain = 0;

  async function open(): Promise<Map<string, Counting>> {
    // Through the default export: a bundled CommonJS module has no other.
    const { RateLimiterMemory, RateLimiterRedis } = (await import('rate-limiter-flexible')).default;
    const client = isRedisConfigured(redis) ? await createRedis(redis) : undefined;
    client?.on('error', () => {}); // A call that needs it tells.
    close = () => client?.disconnect();
    if (closed) close();
    else await client?.connect().catch(() => {}); // The client goes on trying.
    return new Map(
      Object.entries<RateLimit>(limits).map(([name, { calls: points, seconds: duration }]) => {
        const settings = { points, duration, keyPrefix: `mcp-limit:${name}` };
        const shared =
          client && new RateLimiterRedis({ ...settings, storeClient: client, rejectIfRedisNotReady: true });
        return [name, { own: new RateLimiterMemory(settings), shared }];
      }),
    );
  }

  async function count({ own, shared }: Counting, who: string): Promise<void> {
    if (shared !== undefined && performance.now() >= askAgain) {
      try {
        await shared.consume(who);
        if (away) log.info('rate_limit_shared_again');
        away = false;
        return;
      } catch (error) {
        // The library throws a count, not an Error, for a call too many.
        if (!(error instanceof Error)) throw error;
        askAgain = performance.now() + pauseMs;
        if (!away) log.warn({ reason: error.message }, 'rate_limit_counts_alone');
        away = true;
      }
    }
    await own.consume(who);
  }

  return {
    async take(limit, who) {
      counting ??= open();
      const found = (await counting).get(limit);
      if (found === undefined) throw new Error(`There is no rate limit "${limit}".`);
      try {
        await count(found, who);
      } catch (error) {
        if (error instanceof Error) throw error;
        refused += 1;
        refusals?.inc({ limit });
        throw tooMany(limits[limit], error as RateLimiterRes);
      }
    },
    state: () => ({ counts: isRedisConfigured(redis) && !away ? 'shared' : 'own', refused }),
    close() {
      closed = true;
      close();
    },
  };
}

function tooMany({ calls, seconds }: RateLimit, { msBeforeNext }: RateLimiterRes): RateLimitError {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new RateLimitError(`More than ${calls} calls in ${seconds} s.`, {
    retryAfterSeconds,
    hint: `Repeat the call in ${retryAfterSeconds} s.`,
  });
}
