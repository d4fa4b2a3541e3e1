import type { Log } from '@mcp-servers/core';
import type { Metrics } from '@mcp-servers/core/metrics';
import type { ConnectionSource, Database } from '@mcp-servers/core/postgres';
import type { HealthCheck, HealthReport } from '@mcp-servers/core/status';
import type { StoreCache } from './cache/cached.ts';
import type { GoalsSettings } from './config.ts';
import type { Store } from './work/store.ts';

const notConfigured = { status: 'healthy', configured: false, state: 'not configured' } as const;

export function addPoolGauges(metrics: Metrics, database: Database): void {
  const pool = (name: 'size' | 'idle' | 'waiting', help: string) =>
    metrics.gauge(`goal_database_pool_${name}`, help, () => database.counts()[name]);
  pool('size', 'Open database connections');
  pool('idle', 'Idle database connections');
  pool('waiting', 'Calls waiting for a database connection');
}

/** The checks of the database, Redis and the cache. */
export function goalsChecks({
  config,
  database,
  cache,
  log,
}: {
  config: GoalsSettings;
  database: Database;
  cache: Pick<StoreCache, 'health'> | undefined;
  log: Log;
}): { open(): Promise<Record<string, HealthCheck>>; close(): void } {
  let redis: { close(): void } | undefined;
  return {
    async open() {
      const connected = cache && (await openRedis(config, log));
      redis = connected;
      return {
        database: async () => ({ ...(await database.health()), store: database.describe() }),
        redis: async () => (connected ? { ...(await connected.health()) } : notConfigured),
        cache: async () => (cache ? { ...cache.health() } : notConfigured),
      };
    },
    close: () => redis?.close(),
  };
}

/** For its health; ioredis is loaded by nobody without a REDIS_URL. */
async function openRedis(config: GoalsSettings, log: Log) {
  const { connectRedis } = await import('@mcp-servers/core/redis');
  return connectRedis(config, { log });
}

export interface BackgroundParts {
  config: GoalsSettings & { home: string };
  source: ConnectionSource;
  store: Store;
  database: Database;
  instance: string;
  health: () => Promise<HealthReport>;
  log: Log;
}

/** Beside answering: this process's row in the database, ended leases, the copy of the day. */
export async function startGoalsBackground(parts: BackgroundParts): Promise<{ close(): unknown }[]> {
  const { config, source, store, database, instance, health, log } = parts;
  const { recordInstance } = await import('@mcp-servers/core/status');
  const row = recordInstance({ database, instance, health, log });
  if (config.GOALS_READ_ONLY) return [row];
  const [{ startSweep }, { startDailyCopies }] = await Promise.all([
    import('./work/sweep.ts'),
    import('@mcp-servers/core/transfer'),
  ]);
  return [row, startSweep({ store, database, instance, log }), startDailyCopies({ source, home: config.home, log })];
}
