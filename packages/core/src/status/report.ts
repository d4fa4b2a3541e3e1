import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { type Clock, systemClock } from '../resilience/clock.ts';

export const HealthStatus = z.enum(['healthy', 'degraded', 'unhealthy']);
export type HealthStatus = z.infer<typeof HealthStatus>;

/** `reason` says why it is not healthy; other fields are facts of that check. */
export const CheckResult = z.looseObject({ status: HealthStatus, reason: z.string().optional() });
export type CheckResult = z.infer<typeof CheckResult>;

export type HealthCheck = () => CheckResult | Promise<CheckResult>;

/** Loose, because the reader may be older than the process that reports. */
export const HealthReport = z.looseObject({
  status: HealthStatus,
  server: z.string(),
  version: z.string(),
  /** Of this run of the process: a uuid. */
  instance: z.string(),
  pid: z.number(),
  /** ISO 8601. */
  startedAt: z.string(),
  uptimeSeconds: z.number(),
  checks: z.record(z.string(), CheckResult),
  calls: z.number(),
  errors: z.number(),
  /** Over the last calls; absent before the first. */
  p50Ms: z.number().optional(),
  p95Ms: z.number().optional(),
  memoryBytes: z.number(),
  /** Of the last caller: revision of the protocol, name. */
  protocol: z.string().optional(),
  client: z.string().optional(),
  lastError: z.object({ at: z.string(), operation: z.string(), type: z.string(), message: z.string() }).optional(),
  /** What it offers, and the bytes of the definitions that every client takes in. */
  tools: z.object({ count: z.number(), bytes: z.number() }).optional(),
});
export type HealthReport = z.infer<typeof HealthReport>;

/** Who reports. */
export interface Process {
  server: string;
  version: string;
  instance: string;
  startedAt: Date;
}

const checkTimeoutMs = 1000;

/**
 * Puts the report together: its status is that of the worst check. A check that throws or takes over a second is
 * unhealthy, never an error of the report; while it hangs, later reports wait for the same run instead of starting more.
 */
export function createHealth(
  options: Process & {
    checks: Record<string, HealthCheck>;
    metrics: Pick<Metrics, 'snapshot'>;
    tools?: (() => { count: number; bytes: number }) | undefined;
    clock?: Pick<Clock, 'sleep'>;
  },
): () => Promise<HealthReport> {
  const { server, version, instance, startedAt, metrics, tools, clock = systemClock } = options;
  const checks = Object.entries(options.checks).map(([name, check]) => ({ name, run: bounded(check, clock) }));
  return async () => {
    const results = await Promise.all(checks.map(async ({ name, run }) => [name, await run()] as const));
    return {
      status: worst(results.map(([, { status }]) => status)),
      server,
      version,
      instance,
      pid: process.pid,
      startedAt: startedAt.toISOString(),
      uptimeSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
      checks: Object.fromEntries(results),
      ...metrics.snapshot(),
      memoryBytes: process.memoryUsage.rss(),
      ...(tools && { tools: tools() }),
    };
  };
}

function worst(statuses: HealthStatus[]): HealthStatus {
  if (statuses.includes('unhealthy')) return 'unhealthy';
  return statuses.includes('degraded') ? 'degraded' : 'healthy';
}

function bounded(check: HealthCheck, clock: Pick<Clock, 'sleep'>): () => Promise<CheckResult> {
  let running: Promise<CheckResult> | undefined;
  const run = async (): Promise<CheckResult> => {
    try {
      return await check();
    } catch (error) {
      return { status: 'unhealthy', reason: reasonOf(error) };
    } finally {
      running = undefined;
    }
  };
  return async () => {
    running ??= run();
    const current = running;
    const done = new AbortController();
    const late = clock.sleep(checkTimeoutMs, done.signal).then(
      (): CheckResult => ({ status: 'unhealthy', reason: `no answer within ${checkTimeoutMs} ms` }),
      () => current, // It answered first.
    );
    try {
      return await Promise.race([current, late]);
    } finally {
      done.abort();
    }
  };
}

/** Messages of foreign errors may hold a connection string, so only their code is shown. */
function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return `failed: ${(error as NodeJS.ErrnoException | undefined)?.code ?? (error as Error | undefined)?.name ?? 'unknown'}`;
}
