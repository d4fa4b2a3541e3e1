import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadDriver } from '../packages/core/src/postgres/driver.ts';
import { type SeedSize, seedStore } from '../packages/goals/test/seed.fixture.ts';
import { entryOf } from '../scripts/bundle.ts';
import { cpuMs, residentMiB } from './processes.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { summarize } from './stats.ts';
import { session, temporaryHome } from './store.ts';

const readers = 1000;

/** The built dashboard: first pages of its API over many items, and a thousand open streams, some of which never read. */
export async function benchDashboard({ quick, note }: BenchOptions): Promise<Figure[]> {
  await using home = await temporaryHome();
  const connection = await home.connection();
  await using dashboard = await startDashboard(home.home);
  const size: SeedSize = quick ? { goals: 1000, tasks: 10_000 } : { goals: 10_000, tasks: 100_000 };
  note(`${size.tasks} tasks for the dashboard`);
  const client = (await loadDriver()).client(connection, session);
  await client.connect();
  await seedStore(client, size);
  await client.end();
  const figures: Figure[] = [];
  for (const address of [
    '/api/goals',
    '/api/goals?q=invoice',
    '/api/goals/GOAL-0001',
    '/api/tasks?ready=true',
    '/api/stats',
  ]) {
    const times: number[] = [];
    for (let n = 0; n < (quick ? 10 : 50); n++) times.push(await timed(() => dashboard.ask(address)));
    figures.push({ bench: 'dashboard', scale: size.tasks, name: address, ...summarize(times.slice(2)), checks: [] });
  }
  for (const deaf of [0, 100]) figures.push(await streams(dashboard, { deaf, changes: quick ? 20 : 100, note }));
  return figures;
}

/** From the time of a change in the log until each client has it. Those that are deaf never read. */
async function streams(
  { url, token, pid, ask }: Running,
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
    ...{ bench: 'dashboard', name: `a change to ${readers} streams, ${deaf} deaf`, ...summarize(delays), checks: [] },
    ...(cpuBefore !== undefined && cpuAfter !== undefined && { cpuMs: (cpuAfter - cpuBefore) / changes }),
    ...(memoryMiB !== undefined && { memoryMiB }),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

interface Running extends AsyncDisposable {
  url: string;
  token: string;
  pid: number;
  /** Reads, or with a body changes. */
  ask(address: string, body?: object): Promise<string>;
}

async function startDashboard(home: string): Promise<Running> {
  const child = spawn(process.execPath, [entryOf('dashboard'), '--port', '0', '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MCP_SERVERS_HOME: home, LOG_LEVEL: 'error' },
  });
  let url = '';
  for await (const line of createInterface(child.stdout)) {
    url = /http:\/\/[^/]+\//.exec(line)?.[0] ?? '';
    if (url) break;
  }
  const token = (await readFile(path.join(home, 'dashboard-token'), 'utf8')).trim();
  return {
    ...{ url, token, pid: child.pid ?? 0 },
    async ask(address, body) {
      const response = await fetch(new URL(address, url), {
        method: body ? 'PATCH' : 'GET',
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${address}: ${text}`);
      return text;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
