export type { Counts } from './counters.ts';
export { type CacheLimits, defaultLimits } from './limits.ts';
export { noCache } from './none.ts';
export { type Cache, type CacheHealth, type OpenCacheOptions, openCache } from './open.ts';
export { type CachedRows, cachedRows, type Load } from './rows.ts';
export type { CachingDatabase, CachingTransaction } from './writes.ts';
