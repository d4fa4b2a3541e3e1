import type { Redis } from 'ioredis';
import type { RedisSettings } from '../config.ts';
import type { Log } from '../log.ts';
import { createRedis, isRedisConfigured, redisOptions } from './client.ts';

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

/**
 * Connects in the background to `REDIS_URL` (`rediss://` for TLS, password in the URL), else `REDIS_HOST`.
 * Undefined when neither is set, and then ioredis is not loaded. Never throws because Redis is away or refuses.
 */
export async function connectRedis(
  settings: Partial<RedisSettings>,
  { log }: { log: Log },
): Promise<RedisConnection | undefined> {
  if (!isRedisConfigured(settings)) return undefined;
  const redis = await createRedis(settings);

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
      reason: timedOut ? `no answer within ${redisOptions.commandTimeout} ms` : 'connection lost',
    };
  }
}
