import type { Redis, RedisOptions } from 'ioredis';
import type { RedisSettings } from '../config.ts';

/** A Redis that is away must cost a caller nothing but the command's timeout; the defaults hang for over 8 s. */
export const redisOptions = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 200,
  connectTimeout: 1000,
  // Until `close()` gives up on a server that hangs.
  disconnectTimeout: 200,
  retryStrategy: (attempt: number) => Math.min(attempt * 50, 250),
  lazyConnect: true,
} satisfies RedisOptions;

export const isRedisConfigured = ({ REDIS_URL, REDIS_HOST }: Partial<RedisSettings>): boolean =>
  REDIS_URL !== undefined || REDIS_HOST !== undefined;

/** A client that is not yet connecting: `REDIS_URL` (`rediss://` for TLS, password in the URL), else `REDIS_HOST`. ioredis is loaded here. */
export async function createRedis(settings: Partial<RedisSettings>): Promise<Redis> {
  const { REDIS_URL: url, REDIS_HOST: host = '127.0.0.1', REDIS_PORT: port = 6379 } = settings;
  // Through the default export, which a bundled CommonJS module has alone; how it is typed depends on who resolves it.
  const { Redis } = (await import('ioredis')).default as unknown as typeof import('ioredis');
  return url === undefined ? new Redis({ ...redisOptions, host, port }) : new Redis(url, redisOptions);
}
