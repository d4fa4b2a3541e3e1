import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadDriver } from '../packages/core/src/postgres/driver.ts';
import { findChromium } from '../packages/dashboard/test/browser.fixture.ts';
import { type SeedSize, seedStore } from '../packages/goals/test/seed.fixture.ts';
import { apiFigures } from './dashboard-api.ts';
import { pageFigures } from './dashboard-page.ts';
import { type RunningDashboard, startDashboard } from './dashboard-process.ts';
import { cpuMs, residentMiB } from './processes.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { summarize } from './stats.ts';
import { session, temporaryHome } from './store.ts';

const readers = 1000;

/** The built dashboard: its API over many items, a thousand open streams of which some never read, and the page in Chromium. */
export async function benchDashboard({ floors, quick, note }: BenchOptions): Promise<Figure[]> {
  await using home = await temporaryHome();
  const connection = await home.connection();
  await using dashboard = await startDashboard(home.home);
  const size: SeedSize = quick ? { goals: 1000, tasks: 10_000 } : { goals: 10_000, tasks: 100_000 };
  note(`${size.tasks} tasks for the dashboard`);
  const client = (await loadDriver()).client(connection, session);
  await client.connect();
  try {
    await seedStore(client, size);
    const figures = await apiFigures({ floors, quick, dashboard, client, tasks: size.tasks });
    const chromium = await findChromium();
    if (chromium === undefined) note('no chromium on the PATH: the page is left out');
    else {
      figures.push(
        ...(await pageFigures({ quick, note, dashboard, client, chromium, home: home.home, goals: size.goals })),
      );
    }
    for (const deaf of [0, 100]) figures.push(await streams(dashboard, { deaf, changes: quick ? 20 : 100, note }));
    return figures;
  } finally {
    await client.end();
  }
}

/** From the time of a change in the log until each client has it. Those that are deaf never read. */
async function streams(
  { url, token, pid, ask }: RunningDashboard,
  { deaf, changes, note }: { deaf: number; changes: number; note: BenchOptions['note'] },
): Promise<Figure> {
  note(`${readers} streams, ${deaf} of them deaf`);
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const delays: number[] = [];
  const open = async (n: number): Promise<IncomingMessage> => {
    const call = request(new URL('/events', url), { agent, headers: { authorization: `Bearer ${token}` } }).end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.on('error', () => {}); // Ended by us.
    if (n < deaf) return response.pause();
    createInterface(response).on('line', (line) => {
      const at = /^data: .*?"event":\d+,"at":"([^"]+)"/.exec(line)?.[1];
      if (at !== undefined) delays.push(Date.now() - Date.parse(at));
    });
    return response;
  };
  const all = await Promise.all(Array.from({ length: readers }, (_, n) => open(n)));
  await sleep(1000);
  const cpuBefore = cpuMs(pid);
  for (let n = 0; n < changes; n++) {
    await ask('/api/goals/GOAL-0001', { description: `${n} `.padEnd(500, 'x') });
    await sleep(50);
  }
  while (delays.length < (readers - deaf) * changes) await sleep(20);
  const cpuAfter = cpuMs(pid);
  const memoryMiB = residentMiB(pid);
  for (const response of all) response.destroy();
  return {
    ...{ bench: 'dashboard', name: `a change to ${readers} streams, ${deaf} deaf`, ...summarize(delays) },
    ...(cpuBefore !== undefined && cpuAfter !== undefined && { cpuMs: (cpuAfter - cpuBefore) / changes }),
    ...(memoryMiB !== undefined && { memoryMiB }),
    checks: memoryMiB === undefined ? [] : [{ of: '300 MiB', ratio: memoryMiB / 300, budget: 1 }],
  };
}
