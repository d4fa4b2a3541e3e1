import {
  faults,
  runStress,
  type StressOptions,
  stressRows,
  stressTable,
} from '../packages/core/src/cache/stress.fixture.ts';
import type { Latency } from '../packages/core/src/cache/stress-check.fixture.ts';
import { connectionSource, migrate, openDatabase, statement } from '../packages/core/src/postgres/index.ts';
import { benchRemote } from './cache/remote.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { log, temporaryHome, urlOf } from './store.ts';

const migrations = new URL('../migrations/', import.meta.url);

/**
 * The full stress of the cache, its latencies through each fault, and its cost beside a database 2 ms away.
 * Throws when a read was stale, when the naive cache was not caught, or when the run was too small to mean anything.
 */
export async function benchCache({ quick, note }: Omit<BenchOptions, 'floors'>): Promise<Figure[]> {
  await using store = await temporaryHome();
  const databaseUrl = urlOf(await store.connection(), 'postgres');
  await prepare(databaseUrl);
  const run = (options: Partial<StressOptions>) =>
    runStress({
      databaseUrl,
      kind: 'cache',
      seconds: 5,
      faults: [],
      gap: [2500, 6500],
      lasts: [100, 1500],
      ...options,
    });

  note('a naive cache, which must be caught');
  const naive = await run({ kind: 'naive', load: { pauseMs: 5 } });
  if (naive.stale.length === 0) throw new Error('The checker did not catch the naive cache.');
  note(`caught: ${naive.stale.length} stale of ${naive.reads} reads`);

  note('the same load without Redis');
  const none = await run({ kind: 'none', seconds: quick ? 3 : 10 });

  note('the cache, with every fault');
  const seconds = quick ? 40 : 240;
  const full = await run({ seconds, faults });
  const sum = (name: 'hits' | 'misses' | 'fallbacks' | 'bypasses') =>
    full.reports.reduce((total, { counts }) => total + counts[name], 0);
  const hits = sum('hits');
  const wrong = full.reports.filter(
    ({ counts, metrics, asked, loaded }) =>
      counts.hits !== asked - loaded || Object.entries(counts).some(([name, n]) => metrics[name as 'hits'] !== n),
  );
  note(
    `${full.reads + full.writes} operations (${full.writes} writes), ${full.windows.length} faults, ${full.crashed} writers killed, ` +
      `${full.stale.length} stale reads; of the processes that lived to the end ${hits} hits, ${sum('misses')} misses, ` +
      `${sum('fallbacks')} fallbacks, ${sum('bypasses')} bypasses`,
  );
  if (full.stale.length > 0)
    throw new Error(`${full.stale.length} stale reads, the first: ${JSON.stringify(full.stale[0])}`);
  if (full.missing > 0) throw new Error(`${full.missing} reads missed a row that was there`);
  if (wrong.length > 0) throw new Error(`Counters disagree with what was done: ${JSON.stringify(wrong)}`);
  if (!quick && (full.reads + full.writes < 200_000 || hits < 100_000)) throw new Error('The run was too small.');

  const base = none.latencies[0];
  const figures = full.latencies.flatMap(({ fault, reads, writes }) => [
    figure(`read, ${fault}`, reads, base?.reads),
    figure(`write, ${fault}`, writes, base?.writes),
  ]);
  const without =
    base === undefined ? [] : [figure('read, without Redis', base.reads), figure('write, without Redis', base.writes)];
  note('a database 2 ms away');
  return [...without, ...figures, ...(await benchRemote(databaseUrl, { quick }))];
}

function figure(name: string, { count, p50, p99, worst }: Latency, against?: Latency): Figure {
  const checks = against === undefined ? [] : [{ of: 'the same without Redis', ratio: p50 / against.p50 }];
  const label = `${name} (worst ${worst.toFixed(0)} ms)`;
  return { bench: 'cache, through faults', name: label, count, p50, p95: Number.NaN, p99, checks };
}

async function prepare(databaseUrl: string): Promise<void> {
  const source = connectionSource({ DATABASE_URL: databaseUrl, home: '' }, { log });
  await migrate({ source, migrations, log });
  const database = openDatabase({ source, log, application: 'bench' });
  await database.query(statement('b_stress', stressTable));
  await database.query(statement('b_stress_rows', stressRows));
  await database.close();
}
