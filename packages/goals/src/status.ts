import type { Log } from '@mcp-servers/core';
import type { Metrics } from '@mcp-servers/core/metrics';
import type { Database } from '@mcp-servers/core/postgres';
import type { GoalsSettings } from './config.ts';
import { version } from './version.ts';

export interface StatusParts {
  config: GoalsSettings & { home: string };
  database: Database;
  metrics: Metrics;
  log: Log;
  instance: string;
  startedAt: Date;
}

/** Opens the status endpoint and keeps this process's row in the database, after the protocol answers: loaded late on purpose. */
export function startStatus(parts: StatusParts): { close(): Promise<void> } {
  let stopped = false;
  const opening = new Promise<void>((resolve) => setImmediate(resolve).unref()).then(() =>
    stopped ? undefined : open(parts),
  );
  return {
    async close() {
      stopped = true;
      const closers = await opening;
      await Promise.all(closers?.map((closer) => closer.close()) ?? []);
    },
  };
}

async function open({ config, database, metrics, log, instance, startedAt }: StatusParts) {
  const { createHealth, diskCheck, memoryCheck, openStatus, recordInstance } = await import('@mcp-servers/core/status');
  const redis = config.REDIS_URL || config.REDIS_HOST ? await openRedis(config, log) : undefined;
  const pool = (name: 'size' | 'idle' | 'waiting', help: string) =>
    metrics.gauge(`goal_database_pool_${name}`, help, async () => (await database.health()).pool[name]);
  pool('size', 'Open database connections');
  pool('idle', 'Idle database connections');
  pool('waiting', 'Calls waiting for a database connection');
  const health = createHealth({
    server: 'goals',
    version,
    instance,
    startedAt,
    metrics,
    checks: {
      database: async () => ({ ...(await database.health()), store: database.describe() }),
      redis: async () => (redis ? { ...(await redis.health()) } : { status: 'healthy', configured: false }),
      disk: diskCheck(config.home),
      memory: memoryCheck(),
    },
  });
  const endpoint = await openStatus({ home: config.home, server: 'goals', instance, health, metrics, log });
  const row = recordInstance({ database, instance, health, log });
  return [endpoint, row, ...(redis ? [redis] : [])];
}

/** Only its health is read so far; ioredis is loaded by nobody without a REDIS_URL. */
async function openRedis(config: GoalsSettings, log: Log) {
  const { connectRedis } = await import('@mcp-servers/core/redis');
  return connectRedis(config, { log });
}
