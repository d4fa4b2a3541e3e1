import type { RedisSettings } from '@mcp-servers/core';
import { type OpenCacheOptions, openCache } from '@mcp-servers/core/cache';
import { type StoreCache, withCache, writeThrough } from './cached.ts';

/** The cache of goals and tasks in Redis, for `openStore`. */
export function openGoalsCache(settings: Partial<RedisSettings>, options: Omit<OpenCacheOptions, 'name'>): StoreCache {
  const cache = openCache(settings, { ...options, name: 'goals' });
  return {
    database: cache.database,
    cached: (repositories) => withCache(repositories, cache),
    writeThrough,
    health: () => cache.health(),
    close: () => cache.close(),
  };
}
