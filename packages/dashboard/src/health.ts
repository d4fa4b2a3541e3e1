import type { Metrics } from '@mcp-servers/core/metrics';
import { createHealth, type HealthCheck } from '@mcp-servers/core/status';
import type { Health } from './contract.ts';

export interface HealthOptions {
  version: string;
  startedAt: Date;
  metrics: Pick<Metrics, 'snapshot'>;
  checks: Record<keyof Health['checks'], HealthCheck>;
}

/** `GET /health`: the worst of the checks decides; a slow or failing one is unhealthy, never an error. */
export function dashboardHealth({ version, startedAt, metrics, checks }: HealthOptions): () => Promise<Health> {
  const report = createHealth({ server: 'dashboard', instance: '', version, startedAt, metrics, checks });
  return async () => {
    const { status, uptimeSeconds, checks: results } = await report();
    return {
      ...{ status, version, uptime_seconds: uptimeSeconds, timestamp: new Date().toISOString() },
      checks: results as Health['checks'],
    };
  };
}
