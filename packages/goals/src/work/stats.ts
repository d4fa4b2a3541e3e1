import { takeWithin } from '@mcp-servers/core';
import type { Database } from '@mcp-servers/core/postgres';
import type { StoreCache } from '../cache/cached.ts';
import type { Group, Grouping, StatsScope, TaskCounts } from '../stats/repository.ts';
import { notFound } from './create.ts';
import { compact } from './output.ts';
import type { Store } from './store.ts';

export interface StatsInput {
  goal_id?: string | undefined;
  project?: string | undefined;
  group_by?: Grouping | undefined;
  days: number;
  stale_days: number;
  limit: number;
}

export interface StatsSources {
  store: Store;
  database: Pick<Database, 'describe' | 'health'>;
  cache?: Pick<StoreCache, 'health'> | undefined;
}

/** Figures of a goal, a project or all work but the demo's: a statement for each section, side by side. */
export async function getStats(
  { store, database, cache }: StatsSources,
  { goal_id, project, group_by, days, stale_days, limit }: StatsInput,
  { maxChars }: { maxChars: number },
) {
  const scope: StatsScope = { goal_id, project, days, staleDays: stale_days };
  const [tasks, goals, groups, throughput, tags, health] = await Promise.all([
    store.stats.tasks(scope),
    store.stats.goals(scope),
    group_by ? store.stats.groups(scope, group_by, limit + 1) : [],
    store.stats.throughput(scope),
    store.stats.tags(scope, limit + 1),
    database.health(),
  ]);
  if (goal_id !== undefined && goals.total === 0) throw notFound([goal_id]);
  const { kind, host, port, database: name } = database.describe();
  const { status, latencyMs, version, reason } = health;
  const fixed = {
    tasks: toCounts(tasks),
    goals: { ...goals },
    throughput: throughput.map((day) => ({ ...day })),
    store: {
      ...compact({ kind, host, port, database: name, status, latency_ms: latencyMs, version, reason }),
      cache: cache?.health().state ?? 'not configured',
    },
  };
  const room = Math.max(maxChars - JSON.stringify(fixed).length - 200, 0);
  const shownGroups = takeWithin(groups.slice(0, limit).map(toGroup), room);
  const left = room - (group_by ? JSON.stringify(shownGroups.taken).length : 0);
  const shownTags = takeWithin(
    tags.slice(0, limit).map((tag) => ({ ...tag })),
    Math.max(left, 0),
  );
  const left_out = [
    ...(groups.length > shownGroups.taken.length ? ['more groups'] : []),
    ...(tags.length > shownTags.taken.length ? ['more tags'] : []),
  ];
  return {
    ...fixed,
    ...(group_by && { groups: shownGroups.taken }),
    tags: shownTags.taken,
    ...(left_out.length > 0 && { truncated: true, left_out }),
  };
}

const toGroup = ({ name, title, ...counts }: Group): Record<string, unknown> => ({
  name,
  ...(title !== null && { title }),
  ...toCounts(counts),
});

function toCounts(counts: TaskCounts): Record<string, unknown> {
  const { total, completed, cancelled } = counts;
  // Cancelled tasks are no longer part of the work.
  const work = total - cancelled;
  return {
    total,
    pending: counts.pending,
    in_progress: counts.in_progress,
    completed,
    cancelled,
    percent: work === 0 ? 0 : Math.floor((100 * completed) / work),
    blocked: counts.blocked,
    leased: counts.leased,
    overdue: counts.overdue,
    stale: counts.stale,
    created_lately: counts.created_lately,
    completed_lately: counts.completed_lately,
    ...compact({
      lead_hours: percentiles(counts.lead_p50, counts.lead_p90),
      cycle_hours: percentiles(counts.cycle_p50, counts.cycle_p90),
    }),
  };
}

function percentiles(p50: number | null, p90: number | null): { p50: number; p90: number } | null {
  return p50 === null || p90 === null ? null : { p50: rounded(p50), p90: rounded(p90) };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
