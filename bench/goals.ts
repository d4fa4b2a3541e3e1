import type { Pool, PoolClient } from 'pg';
import { loadDriver } from '../packages/core/src/postgres/driver.ts';
import { migrate } from '../packages/core/src/postgres/migrate.ts';
import { connectionSource } from '../packages/core/src/postgres/source.ts';
import { type Floors, goalsServer } from './build-floors.ts';
import { type ServerProcess, spawnServer } from './client.ts';
import { loadTasks } from './goals-data.ts';
import { growthFigures } from './goals-growth.ts';
import { measureInFlight } from './goals-in-flight.ts';
import { operations } from './goals-operations.ts';
import { cpuMs, residentMiB } from './processes.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { inTurns, summarize } from './stats.ts';
import { log, session, type TemporaryHome, temporaryHome, urlOf } from './store.ts';

/** What one scale is measured with. */
export interface Bench {
  readonly floors: Floors;
  readonly quick: boolean;
  readonly scale: number;
  readonly goals: ServerProcess;
  /** A second process on the same store. */
  readonly other: ServerProcess;
  readonly sdk: ServerProcess;
  /** A connection for the floors, beside the pool of the same size as the server's. */
  readonly client: PoolClient;
  readonly pool: Pool;
}

/** As many connections as a process has with the embedded database. */
const connections = 4;

/** The goals server over stdio against the bare SDK and bare `pg`, with more and more tasks in the store. */
export async function benchGoals({ floors, quick, note }: BenchOptions): Promise<Figure[]> {
  await using store = await temporaryHome();
  const figures: Figure[] = [];
  for (const scale of quick ? [10, 10_000] : [10, 1000, 10_000, 100_000]) {
    note(`goals: loading ${scale.toLocaleString('en')} tasks`);
    const url = await createStore(store, scale);
    note(`goals: ${scale.toLocaleString('en')} tasks`);
    figures.push(...(await measureScale(url, { floors, quick, scale }, store.home)));
  }
  return [...figures, ...growthFigures(figures)];
}

async function createStore(store: TemporaryHome, scale: number): Promise<string> {
  const connection = await store.connection();
  const { client: connect } = await loadDriver();
  const admin = connect(connection, session);
  await admin.connect();
  await admin.query(`CREATE DATABASE bench_${scale}`);
  await admin.end();
  const url = urlOf(connection, `bench_${scale}`);
  const source = connectionSource({ DATABASE_URL: url, home: store.home }, { log });
  await migrate({ source, migrations: new URL('../migrations/', import.meta.url), log });
  const loader = connect({ connectionString: url }, session);
  await loader.connect();
  await loadTasks(loader, scale);
  await loader.end();
  return url;
}

async function measureScale(
  url: string,
  setting: Pick<Bench, 'floors' | 'quick' | 'scale'>,
  home: string,
): Promise<Figure[]> {
  const env = { DATABASE_URL: url, MCP_SERVERS_HOME: home, DB_POOL_MAX: String(connections) };
  await using goals = spawnServer({ script: goalsServer, env });
  await using other = spawnServer({ script: goalsServer, env });
  await using sdk = spawnServer({ script: setting.floors.sdk });
  const pool = (await loadDriver()).pool({ connectionString: url }, session, { max: connections });
  const client = await pool.connect();
  try {
    const bench: Bench = { ...setting, goals, other, sdk, client, pool };
    const figures = await measureOperations(bench);
    client.release();
    return [...figures, ...(await measureInFlight(bench)), memoryOf(bench)];
  } finally {
    await pool.end();
  }
}

async function measureOperations(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const operation of operations) {
    const { goals, floor, sdk, after } = await operation.prepare(bench);
    const bounds = { count: bench.quick ? Math.ceil(operation.count / 3) : operation.count, maxMs: 30_000 };
    let spentMs = 0;
    let calls = 0;
    const times = await inTurns<string>(bounds, {
      async goals(round) {
        await goals(round);
        calls += 1;
      },
      floor,
      sdk: sdk ?? (() => bench.sdk.call('create', { title: 'Measure the floor of the protocol' })),
      ...(after && { after }),
    });
    const before = cpuMs(bench.goals.pid);
    const from = calls;
    const until = performance.now() + 5000;
    // Alone, because the work of the others would be counted with it.
    while (calls < from + bounds.count && performance.now() < until) {
      await goals(calls);
      calls += 1;
      await after?.(calls);
    }
    if (before !== undefined) spentMs = (cpuMs(bench.goals.pid) ?? before) - before;
    const summary = summarize(times.goals ?? []);
    const floorMs = summarize(times.floor ?? []).p50;
    const sdkMs = summarize(times.sdk ?? []).p50;
    const measured = { bench: 'goals', scale: bench.scale };
    const earlier = (name: string): number => figures.find((figure) => figure.name === name)?.p50 ?? Number.NaN;
    figures.push(
      {
        ...measured,
        name: operation.name,
        ...summary,
        ...(before !== undefined && { cpuMs: spentMs / (calls - from) }),
        checks: operation.checks({ p50: summary.p50, floorMs, sdkMs, earlier }),
      },
      { ...measured, name: `  ${operation.name}: its SQL by pg`, ...summarize(times.floor ?? []), checks: [] },
    );
    if (operation.name === 'get one') {
      figures.push({
        ...measured,
        name: `  ${operation.name}: the bare SDK`,
        ...summarize(times.sdk ?? []),
        checks: [],
      });
    }
  }
  return figures;
}

function memoryOf({ scale, goals }: Bench): Figure {
  const none = Number.NaN;
  const memoryMiB = residentMiB(goals.pid);
  return {
    ...{ bench: 'goals', scale, name: 'memory after all this', count: 1, p50: none, p95: none, p99: none },
    ...{ memoryMiB, checks: [] },
  };
}
