import type { RedisSettings } from '../config.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Database } from '../postgres/index.ts';
import { isRedisConfigured } from '../redis/client.ts';
import { type Counts, createCounters } from './counters.ts';
import { createKeeper } from './keeper.ts';
import { type CacheLimits, defaultLimits } from './limits.ts';
import { openLink } from './link.ts';
import { noCache } from './none.ts';
import { createPlaceOf } from './place.ts';
import { createReads } from './reads.ts';
import type { CachedRows, Load } from './rows.ts';
import { watchState } from './state.ts';
import { type CachingDatabase, cachingDatabase } from './writes.ts';

export interface CacheHealth {
  readonly status: 'healthy' | 'degraded';
  readonly state: 'not configured' | 'on' | 'off' | 'starting' | 'unreachable' | 'other redis' | 'unconfirmed';
  readonly reason?: string;
  readonly epoch?: number;
  readonly counts?: Counts;
}

export interface Cache {
  /**
   * Rows by id: from Redis, else by `load`, which gets the ids that are missing. Never older than a change acknowledged
   * before the call. Not inside a transaction, which must see its own changes. Throws only what `load` throws.
   */
  read<T>(rows: CachedRows<T>, ids: readonly string[], load: Load<T>): Promise<Map<string, T>>;
  /** The database to write through: its transactions have `touch`. */
  readonly database: CachingDatabase;
  health(): CacheHealth;
  close(): void;
}

export interface OpenCacheOptions {
  /** Closed by its owner, after the cache. */
  readonly database: Database;
  readonly log: Log;
  readonly metrics?: Pick<Metrics, 'counter'>;
  /** Label `cache` of the counters. */
  readonly name: string;
  /** For a role that may not write: it uses the cache and never switches it. */
  readonly readOnly?: boolean;
  readonly limits?: Partial<CacheLimits>;
  readonly random?: () => number;
}

/**
 * Synchronous: Redis is connected in the background, and until then reads go to the database. Without Redis settings
 * everything is passed through, nothing is contacted and ioredis is not loaded.
 */
export function openCache(settings: Partial<RedisSettings>, options: OpenCacheOptions): Cache {
  const { database, log, name, readOnly = false, random = Math.random } = options;
  if (!isRedisConfigured(settings)) return noCache(database);
  const limits: CacheLimits = { ...defaultLimits, ...options.limits };
  const counters = createCounters(name, options.metrics);
  const link = openLink(settings, { log });
  const placeOf = createPlaceOf(link);
  const keep = readOnly ? undefined : createKeeper({ database, link, limits, log });
  let known: boolean | undefined;
  const watch = watchState({
    ...{ database, limits, log },
    onState(state, current) {
      if (known !== state.off) log.info({ epoch: state.epoch }, state.off ? 'cache_off' : 'cache_on');
      known = state.off;
      keep?.(state, current);
    },
  });

  function health(): CacheHealth {
    const { state, late } = watch.last() ?? {};
    const facts = { ...(state && { epoch: state.epoch }), counts: counters.totals() };
    const not = (kind: CacheHealth['state'], reason: string): CacheHealth => ({
      ...{ status: 'degraded', state: kind, reason },
      ...facts,
    });
    if (link.id() === undefined) return not(link.reason() === 'connecting' ? 'starting' : 'unreachable', link.reason());
    if (state === undefined) return not('starting', 'PostgreSQL was not asked yet');
    if (state.standby) return not('off', 'PostgreSQL is a standby, which lags behind');
    if (state.off) return not('off', 'a writer could not reach Redis, or the cache was not switched on yet');
    if (placeOf(state) === undefined) return not('other redis', 'another Redis than that of this process is in use');
    if (performance.now() < watch.readableFrom()) return not('starting', 'Redis or the store is new to this process');
    if (late) return not('unconfirmed', 'PostgreSQL does not answer');
    return { status: 'healthy', state: 'on', ...facts };
  }

  return {
    read: createReads({ link, placeOf, watch, counters, limits, random }),
    database: cachingDatabase({ database, link, placeOf, watch, limits, log, random }),
    health,
    close() {
      watch.close();
      link.close();
    },
  };
}
