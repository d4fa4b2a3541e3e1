import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Log, ValidationError } from '@mcp-servers/core';
import { type ClientPlace, type OurServer, ourServers, watchConfigured } from '@mcp-servers/core/connect';
import { createMetrics } from '@mcp-servers/core/metrics';
import { connectionSource, openDatabase } from '@mcp-servers/core/postgres';
import { createRateLimiter } from '@mcp-servers/core/rate-limit';
import { connectRedis, isRedisConfigured } from '@mcp-servers/core/redis';
import { diskCheck, type HealthCheck, memoryCheck } from '@mcp-servers/core/status';
import { type Caller, openStore } from '@mcp-servers/goals';
import { openGoalsCache } from '@mcp-servers/goals/cache';
import type { DashboardSettings } from './config.ts';
import { dashboardHealth } from './health.ts';
import { allowedHosts, type GuardOptions, isLoopback } from './http/guard.ts';
import { operationsOf } from './http/route.ts';
import { openLive } from './live/live.ts';
import type { Parts } from './parts.ts';
import { routes } from './routes/index.ts';
import { listGoals } from './routes/items.ts';
import { createApp, type HttpLimits, listen } from './server.ts';
import { collectMetrics } from './servers/collect.ts';
import { allowConnecting } from './servers/connecting.ts';
import { watchServers } from './servers/servers.ts';
import { loadToken } from './token.ts';
import { version } from './version.ts';

/** Beside the built server, or at the top of the repository. */
const shipped = new URL('./migrations/', import.meta.url);
const migrations = existsSync(shipped) ? shipped : new URL('../../../migrations/', import.meta.url);
/** Beside the built server too. */
const shippedPage = new URL('./page/', import.meta.url);
const builtPage = fileURLToPath(existsSync(shippedPage) ? shippedPage : new URL('../dist/page/', import.meta.url));

const snapshotGoals = 50;

export interface StartOptions {
  config: DashboardSettings & { home: string };
  log: Log;
  limits?: HttpLimits;
  page?: string;
  /** In place of the disk and memory of this machine. */
  checks?: Partial<Record<'disk' | 'memory', HealthCheck>>;
  heartbeatMs?: number;
  /** Servers of this product, asleep while no client runs them. */
  ours?: readonly OurServer[];
  /** Where the clients' configurations lie; absent where they are out of reach, as in a container. */
  place?: ClientPlace | undefined;
}

export interface Dashboard {
  /** Without the token. */
  readonly url: string;
  readonly token: string;
  readonly parts: Parts;
  close(): Promise<void>;
}

/** Opens the database in the background, watches the servers, follows the events, and listens. Throws AppError when it cannot. */
export async function startDashboard({
  config,
  log,
  limits,
  page = builtPage,
  checks = {},
  heartbeatMs,
  ours = ourServers,
  place,
}: StartOptions): Promise<Dashboard> {
  const { home, DASHBOARD_HOST: host, DASHBOARD_CREATE_PER_MINUTE: createPerMinute } = config;
  if (!isLoopback(host) && config.DASHBOARD_TOKEN === undefined) {
    throw new ValidationError(`Listening on ${host} needs a token that you chose: others can reach it there.`, {
      hint: 'Set DASHBOARD_TOKEN (or DASHBOARD_TOKEN_FILE), or leave out DASHBOARD_HOST.',
    });
  }
  const token = config.DASHBOARD_TOKEN ?? (await loadToken(home));
  const startedAt = new Date();
  const metrics = createMetrics({
    prefix: 'dashboard',
    enabled: config.ENABLE_METRICS,
    operations: operationsOf(routes),
  });
  const source = connectionSource(config, { log, onProgress: (message) => log.info({ message }, 'database_progress') });
  const database = openDatabase({
    ...{ source, log, migrations, application: 'dashboard' },
    ...(config.DB_POOL_MAX !== undefined && { poolMax: config.DB_POOL_MAX }),
  });
  // It writes too: a writer that does not tell the cache has it switched off for all.
  const cache = isRedisConfigured(config) ? openGoalsCache(config, { database, log, metrics }) : undefined;
  const store = openStore(database, log, cache);
  const redis = await connectRedis(config, { log });
  const limiter = createRateLimiter({
    limits: { create: { calls: createPerMinute, seconds: 60 } },
    redis: config,
    log,
    metrics,
  });
  const servers = watchServers({
    ...{ home, database, log, ours },
    ...(place && { configured: watchConfigured(place, ours) }),
    onChange: (states) => live.serversChanged(states),
  });
  const live = openLive({
    ...{ store, database, metrics, log },
    ...(heartbeatMs !== undefined && { heartbeatMs }),
    async snapshot() {
      const { items, total } = await listGoals(store, { limit: snapshotGoals });
      return { goals: items, goals_total: total, servers: servers.states() };
    },
  });
  const health = dashboardHealth({
    ...{ version, startedAt, metrics },
    checks: {
      database: async () => ({ ...(await database.health()) }),
      redis: async () => (redis ? { ...(await redis.health()) } : { status: 'healthy', configured: false }),
      servers: () => servers.check(),
      disk: checks.disk ?? diskCheck(home),
      memory: checks.memory ?? memoryCheck(),
    },
  });
  let url = '';
  const parts: Parts = {
    ...{ store, database, servers, live, health, limiter, metrics, log, caller: callerOf(config) },
    about: { version, startedAt, home, createPerMinute },
    connecting: allowConnecting({
      home,
      servers: ours,
      place,
      hosts: [host, ...(config.DASHBOARD_ALLOWED_HOSTS ?? [])],
    }),
    url: () => url,
  };
  const collect = collectMetrics({ servers, log });
  const guard: GuardOptions = {
    ...{ token, scrapeToken: config.DASHBOARD_SCRAPE_TOKEN, cookieName: `mcp_dashboard_${config.DASHBOARD_PORT}` },
    hosts: allowedHosts(host, config.DASHBOARD_ALLOWED_HOSTS),
  };
  const metricsText = config.ENABLE_METRICS ? async () => collect(await metrics.text()) : undefined;
  const close = async (): Promise<void> => {
    await Promise.all([live.close(), servers.close()]);
    limiter.close();
    cache?.close();
    redis?.close();
    await database.close();
  };
  try {
    const listening = await listen(createApp({ parts, guard, page, metricsText }), {
      ...{ host, port: config.DASHBOARD_PORT },
      ...(limits && { limits }),
    });
    url = `http://${shownHost(host)}:${listening.port}/`;
    servers.start();
    database.ready().catch((err: unknown) => log.warn({ err }, 'database_not_ready'));
    return {
      ...{ url, token, parts },
      async close() {
        await Promise.all([live.close(), listening.close()]);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where a browser on this machine finds it. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '[::]') return 'localhost';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function callerOf({ GOALS_ACTOR }: DashboardSettings): Caller {
  return { actor: GOALS_ACTOR ?? userName(), client: 'dashboard', instance: randomUUID() };
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
