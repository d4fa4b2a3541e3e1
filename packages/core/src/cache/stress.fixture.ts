import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type RedisServer, withRedis } from '../testing/redis.ts';
import { findStale, latencies, type Operation, readRecords, type Window } from './stress-check.fixture.ts';
import type { WorkerOptions, WorkerReport } from './stress-worker.fixture.ts';
import { type TcpProxy, withTcpProxy } from './tcp-proxy.fixture.ts';

export const faults = [
  'killed',
  'frozen',
  'restarted empty',
  'restarted old',
  'cut',
  'evicted',
  'writer killed',
] as const;
export type Fault = (typeof faults)[number];

export interface StressOptions {
  /** With a table `stress_rows`, see `stressTable`. */
  readonly databaseUrl: string;
  readonly kind: WorkerOptions['kind'];
  readonly seconds: number;
  readonly faults: readonly Fault[];
  /** Between two faults, in milliseconds. */
  readonly gap: readonly [number, number];
  /** How long a fault lasts, in milliseconds. */
  readonly lasts: readonly [number, number];
  readonly processes?: number;
  readonly load?: Partial<Pick<WorkerOptions, 'readers' | 'writers' | 'pauseMs' | 'limits'>>;
  /** Uniform in [0, 1); decides about the faults only. */
  readonly random?: () => number;
}

const keys = 6;

export const stressTable = `CREATE TABLE IF NOT EXISTS stress_rows
  (id text PRIMARY KEY, version bigint NOT NULL DEFAULT 1, change bigint NOT NULL DEFAULT 1)`;
export const stressRows = `INSERT INTO stress_rows (id) SELECT 'k' || n FROM generate_series(0, ${keys - 1}) n ON CONFLICT DO NOTHING`;

/** Processes that read and write six hot keys while Redis, connections and processes fail at random. */
export async function runStress(options: StressOptions) {
  const { processes = 4, random = Math.random } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'cache-stress-'));
  await using redis = await withRedis();
  const address = new URL(redis.url);
  await using proxy = await withTcpProxy({ host: address.hostname, port: Number(address.port) });
  const workers = startWorkers(processes, (number, run) => ({
    ...{ kind: options.kind, databaseUrl: options.databaseUrl, keys, readers: 3, writers: 2, pauseMs: 40 },
    ...options.load,
    // One process goes through the proxy, and can lose Redis alone.
    redisUrl: number === 0 ? `redis://127.0.0.1:${proxy.port}` : redis.url,
    records: path.join(folder, `${number}-${run}.txt`),
  }));
  const windows = await injectFaults(options, { redis, proxy, workers, random });
  const reports = await workers.stop();
  const files = (await readdir(folder)).map((name) => path.join(folder, name));
  const operations = await readRecords(files);
  await rm(folder, { recursive: true });
  return { ...judge(operations, windows), windows, reports, crashed: workers.crashed() };
}

function judge(operations: Operation[], windows: Window[]) {
  const count = (kind: string) => operations.filter((operation) => operation.kind === kind).length;
  return {
    reads: count('R'),
    writes: count('W'),
    stale: findStale(operations),
    missing: operations.filter(({ change }) => change < 0).length,
    latencies: latencies(operations, windows),
  };
}

type Workers = ReturnType<typeof startWorkers>;

function startWorkers(count: number, optionsOf: (number: number, run: number) => WorkerOptions) {
  const script = new URL('./stress-worker.fixture.ts', import.meta.url);
  const living = new Map<number, ChildProcess>();
  const reports: WorkerReport[] = [];
  const ends: Promise<unknown>[] = [];
  let crashed = 0;
  let over = false;

  function start(number: number, run: number): void {
    const child = fork(script, [JSON.stringify(optionsOf(number, run))], {
      execArgv: ['--conditions=@mcp-servers/source', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    living.set(number, child);
    child.on('message', (report) => void reports.push(report as WorkerReport));
    child.on('exit', (_, signal) => {
      living.delete(number);
      if (signal === 'SIGKILL') crashed += 1;
      if (!over) start(number, run + 1);
    });
    ends.push(once(child, 'exit'));
  }
  for (let number = 0; number < count; number += 1) start(number, 0);

  return {
    crashed: () => crashed,
    crash: (number: number) => void living.get(number % count)?.send('crash'),
    async stop(): Promise<WorkerReport[]> {
      over = true;
      for (const child of living.values()) child.send('stop');
      await Promise.all(ends);
      return reports;
    },
  };
}

interface Ground {
  redis: RedisServer;
  proxy: TcpProxy;
  workers: Workers;
  random: () => number;
}

async function injectFaults(options: StressOptions, ground: Ground): Promise<Window[]> {
  const { random, redis } = ground;
  const between = ([from, to]: readonly [number, number]) => from + random() * (to - from);
  const clock = () => Number(process.hrtime.bigint() / 1000n);
  const admin = new Redis(redis.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  admin.on('error', () => {}); // It is stopped on purpose.
  const folder = String(((await admin.config('GET', 'dir')) as string[])[1]);
  const windows: Window[] = [];
  const until = performance.now() + options.seconds * 1000;
  let queue: Fault[] = [];
  while (performance.now() < until) {
    await delay(Math.min(between(options.gap), Math.max(0, until - performance.now())));
    if (options.faults.length === 0 || performance.now() >= until) continue;
    // Each once before one comes again.
    if (queue.length === 0) queue = [...options.faults].sort(() => random() - 0.5);
    const fault = queue.pop() ?? 'evicted';
    const begin = clock();
    await inject(fault, { ...ground, admin, folder, ms: between(options.lasts) });
    windows.push({ fault, begin, end: clock() });
  }
  admin.disconnect();
  return windows;
}

async function inject(fault: Fault, ground: Ground & { admin: Redis; folder: string; ms: number }): Promise<void> {
  const { redis, proxy, workers, random, admin, folder, ms } = ground;
  const dump = path.join(folder, 'dump.rdb');
  switch (fault) {
    case 'killed':
      await redis.stop();
      await delay(ms);
      await rm(dump, { force: true });
      return redis.start();
    case 'frozen':
      redis.pause();
      await delay(ms);
      return redis.resume();
    case 'restarted empty':
      await rm(dump, { force: true });
      return redis.start();
    case 'restarted old':
      await admin.save();
      await delay(ms);
      return redis.start();
    case 'cut':
      proxy.open = false;
      await delay(ms);
      proxy.open = true;
      return;
    case 'evicted':
      for (const end = performance.now() + ms; performance.now() < end; await delay(10)) {
        const there = await admin.keys('*');
        const victim = there[Math.floor(random() * there.length)];
        if (victim !== undefined) await admin.del(victim);
      }
      return;
    case 'writer killed':
      workers.crash(Math.floor(random() * 4));
      await delay(ms);
  }
}
