import type { AnyTool, Log } from '@mcp-servers/core';
import type { Metrics } from '@mcp-servers/core/metrics';
import type { ConnectionSource, Database } from '@mcp-servers/core/postgres';
import type { StoreCache } from './cache/cached.ts';
import type { GoalsSettings } from './config.ts';
import { version } from './version.ts';
import type { Store } from './work/store.ts';

export interface Parts {
  config: GoalsSettings & { home: string };
  source: ConnectionSource;
  store: Store;
  database: Database;
  cache: Pick<StoreCache, 'health'> | undefined;
  metrics: Metrics;
  /** Those this process offers. */
  tools: readonly AnyTool<never>[];
  log: Log;
  instance: string;
  startedAt: Date;
}

const notConfigured = { status: 'healthy', configured: false, state: 'not configured' } as const;

/** A client's first question comes at once; what is loaded before it is answered delays it. */
const afterFirstReplyMs = 150;

/**
 * What a server does beside answering: the status endpoint, this process's row in the database, ended leases, the copy of the day.
 * Loaded after the protocol answers.
 */
export function startBackground(parts: Parts): { close(): Promise<void> } {
  let opening: ReturnType<typeof open> | undefined;
  const timer = setTimeout(() => {
    opening = open(parts);
    opening.catch((err: unknown) => parts.log.warn({ err }, 'background_not_started'));
  }, afterFirstReplyMs).unref();
  return {
    async close() {
      clearTimeout(timer);
      const started = await opening?.catch(() => []);
      await Promise.all(started?.map((part) => part.close()) ?? []);
    },
  };
}

async function open(parts: Parts): Promise<{ close(): unknown }[]> {
  const { config, database, cache, metrics, log, instance, startedAt } = parts;
  const { createHealth, describeTools, diskCheck, memoryCheck, openStatus, recordInstance } = await import(
    '@mcp-servers/core/status'
  );
  const redis = cache && (await openRedis(config, log));
  const pool = (name: 'size' | 'idle' | 'waiting', help: string) =>
    metrics.gauge(`goal_database_pool_${name}`, help, () => database.counts()[name]);
  pool('size', 'Open database connections');
  pool('idle', 'Idle database connections');
  pool('waiting', 'Calls waiting for a database connection');
  const offered = describeTools(parts.tools);
  const health = createHealth({
    server: 'goals',
    version,
    instance,
    startedAt,
    metrics,
    tools: offered.size,
    checks: {
      database: async () => ({ ...(await database.health()), store: database.describe() }),
      redis: async () => (redis ? { ...(await redis.health()) } : notConfigured),
      cache: async () => (cache ? { ...cache.health() } : notConfigured),
      disk: diskCheck(config.home),
      memory: memoryCheck(),
    },
  });
  const details = () => ({ tools: offered.list(), calls: metrics.recent().map((call) => ({ ...call })) });
  const endpoint = await openStatus({ home: config.home, server: 'goals', instance, health, metrics, details, log });
  const row = recordInstance({ database, instance, health, log });
  const writing = config.GOALS_READ_ONLY ? [] : await startWriting(parts);
  return [endpoint, row, ...writing, ...(redis ? [redis] : [])];
}

async function startWriting({
  config,
  source,
  store,
  database,
  instance,
  log,
}: Parts): Promise<{ close(): unknown }[]> {
  const [{ startSweep }, { startDailyCopies }] = await Promise.all([
    import('./work/sweep.ts'),
    import('@mcp-servers/core/transfer'),
  ]);
  return [startSweep({ store, database, instance, log }), startDailyCopies({ source, home: config.home, log })];
}

/** For its health; ioredis is loaded by nobody without a REDIS_URL. */
async function openRedis(config: GoalsSettings, log: Log) {
  const { connectRedis } = await import('@mcp-servers/core/redis');
  return connectRedis(config, { log });
}
