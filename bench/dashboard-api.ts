import type { ClientBase } from 'pg';
import { GoalQuery } from '../packages/dashboard/src/contract/requests.ts';
import { listGoals } from '../packages/dashboard/src/routes/items.ts';
import type { RunningDashboard } from './dashboard-process.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { inTurns, median, summarize } from './stats.ts';

interface ApiBench extends Pick<BenchOptions, 'floors' | 'quick'> {
  dashboard: RunningDashboard;
  /** On the socket the dashboard uses too. */
  client: ClientBase;
  tasks: number;
}

const others = ['/api/goals?q=invoice', '/api/goals/GOAL-0001', '/api/tasks?ready=true', '/api/stats'];

/** A page of 50 goals beside its statements sent by bare `pg`, in turns; then other answers of the API on their own. */
export async function apiFigures({ floors, quick, dashboard, client, tasks }: ApiBench): Promise<Figure[]> {
  const { record, replay } = floors.statements;
  const recording = await record(client, (store) => listGoals(store, GoalQuery.parse({ limit: '50' })));
  const bounds = { count: quick ? 50 : 400, maxMs: 60_000 };
  const page = await inTurns(bounds, {
    api: () => dashboard.ask('/api/goals?limit=50'),
    sql: () => replay(client, recording),
    // What HTTP, its checks and this client cost without any store.
    http: () => dashboard.ask('/api/about'),
  });
  const figure = (name: string, times: readonly number[]): Figure => ({
    ...{ bench: 'dashboard', scale: tasks, name, ...summarize(times), checks: [] },
  });
  const ratio = (of: string, times: readonly number[]) => ({ of, ratio: median(page.api) / median(times) });
  const figures = [
    { ...figure('GET /api/goals?limit=50', page.api), checks: [{ ...ratio('its SQL', page.sql), budget: 3 }] },
    figure('its SQL by pg', page.sql),
    figure('GET /api/about', page.http),
  ];
  for (const address of others) {
    const { times } = await inTurns({ count: quick ? 10 : 50, maxMs: 60_000 }, { times: () => dashboard.ask(address) });
    figures.push(figure(`GET ${address}`, times));
  }
  return figures;
}
