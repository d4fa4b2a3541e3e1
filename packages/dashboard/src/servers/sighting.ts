import type { HealthReport } from '@mcp-servers/core/status';
import type { HealthState, Process } from '../contract.ts';

/** A process as it was last seen. */
export interface Sighting {
  server: string;
  process: Process;
  /** Where its status endpoint is, when it can be asked. */
  address?: string | undefined;
  tools?: { count: number; bytes: number } | undefined;
  lastError?: HealthReport['lastError'];
  /** It ended without saying so, or is not heard of any more. */
  lost?: { at: Date; reason: string };
}

interface Source {
  host: string;
  via: Process['via'];
  seenAt: Date;
  address?: string;
}

/** A health report -> a sighting of its process. */
export function toSighting(report: HealthReport, { host, via, seenAt, address }: Source): Sighting {
  const { status, protocol, client, tools, lastError, p50Ms, p95Ms } = report;
  const reason = worstReason(report);
  return {
    ...{ server: report.server, address, tools, lastError },
    process: {
      ...{ instance: report.instance, pid: report.pid, host, version: report.version, state: status },
      ...(reason !== undefined && { reason }),
      ...{ started_at: report.startedAt, uptime_seconds: report.uptimeSeconds, seen_at: seenAt.toISOString(), via },
      ...{ calls: report.calls, errors: report.errors, memory_bytes: report.memoryBytes },
      ...(p50Ms !== undefined && { p50_ms: p50Ms }),
      ...(p95Ms !== undefined && { p95_ms: p95Ms }),
      ...(protocol !== undefined && { protocol }),
      ...(client !== undefined && { client }),
      checks: report.checks,
    },
  };
}

/** The checks that are not healthy, as one sentence. */
function worstReason({ checks }: HealthReport): string | undefined {
  const bad = Object.entries(checks).filter(([, { status }]) => status !== 'healthy');
  if (bad.length === 0) return undefined;
  return bad.map(([name, { status, reason }]) => `${name}: ${reason ?? status}`).join('; ');
}

const severity: readonly HealthState[] = ['healthy', 'degraded', 'unhealthy'];

export const worst = (states: readonly HealthState[]): HealthState =>
  severity.findLast((state) => states.includes(state)) ?? 'healthy';
