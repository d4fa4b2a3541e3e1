import type { Redis, RedisOptions } from 'ioredis';
import type { RedisSettings } from '../config.ts';
import type { Log } from '../log.ts';

export interface RedisHealth {
  status: 'healthy' | 'degraded';
  /** Of a PING, when it was answered. */
  latencyMs?: number;
  reason?: string;
}

export interface RedisConnection {
  /** Answers within 200 ms. Never unhealthy: everything works without Redis, only slower. */
  health(): Promise<RedisHealth>;
  close(): void;
}

/** A Redis that is away must cost a caller nothing but the command's timeout; the defaults hang for over 8 s. */
const options = {
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

/**
 * Connects in the background to `REDIS_URL` (`rediss://` for TLS, password in the URL), else `REDIS_HOST`.
 * Undefined when neither is set, and then ioredis is not loaded. Never throws because Redis is away or refuses.
 */
export async function connectRedis(
  settings: Partial<RedisSettings>,
  { log }: { log: Log },
): Promise<RedisConnection | undefined> {
  const { REDIS_URL: url, REDIS_HOST: host, REDIS_PORT: port = 6379 } = settings;
  if (url === undefined && host === undefined) return undefined;
  const { Redis } = await import('ioredis');
  const redis = url === undefined ? new Redis({ ...options, host: host as string, port }) : new Redis(url, options);

  let reason = 'connecting';
  let announced = false;
  redis.on('ready', () => {
    log.info('redis_connected');
    announced = false;
  });
  redis.on('error', (error: Error) => {
    reason = error.message;
    if (!announced) log.warn({ reason }, 'redis_unreachable');
    announced = true;
  });
  redis.connect().catch(() => {}); // The error listener has it, and the client goes on trying.
  return {
    health: () => health(redis, () => reason),
    close: () => redis.disconnect(),
  };
}

async function health(redis: Redis, reason: () => string): Promise<RedisHealth> {
  if (redis.status !== 'ready') return { status: 'degraded', reason: reason() };
  const asked = performance.now();
  try {
    await redis.ping();
    return { status: 'healthy', latencyMs: Number((performance.now() - asked).toFixed(2)) };
  } catch (error) {
    const timedOut = (error as Error).message === 'Command timed out';
    return {
      status: 'degraded',
      reason: timedOut ? `no answer within ${options.commandTimeout} ms` : 'connection lost',
    };
  }
}
