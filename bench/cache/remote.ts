import { setTimeout as delay } from 'node:timers/promises';
import { type Cache, cachedRows, openCache } from '../../packages/core/src/cache/index.ts';
import { withTcpProxy } from '../../packages/core/src/cache/tcp-proxy.fixture.ts';
import { connectionSource, type Database, openDatabase, statement } from '../../packages/core/src/postgres/index.ts';
import { withRedis } from '../../packages/core/src/testing/redis.ts';
import type { Check, Figure } from '../report.ts';
import { inTurns, median, summarize } from '../stats.ts';
import { log } from '../store.ts';

interface Row {
  id: string;
  version: number;
  change: number;
}

const rows = cachedRows<Row>({ name: 'stress', shape: '1' });
const select = statement('s_select', 'SELECT id, version, change FROM stress_rows WHERE id = ANY ($1)');
const batch = Array.from({ length: 100 }, (_, n) => `b${n}`);

/** A database 2 ms away, Redis beside the process: what a hit saves, and what a dead or standing Redis costs. */
export async function benchRemote(databaseUrl: string, { quick }: { quick: boolean }): Promise<Figure[]> {
  const url = new URL(databaseUrl);
  const socket = `${url.searchParams.get('host')}/.s.PGSQL.${url.searchParams.get('port')}`;
  await using far = await withTcpProxy({ path: socket }, 1);
  url.search = '';
  url.host = `127.0.0.1:${far.port}`;
  const source = connectionSource({ DATABASE_URL: url.href, home: '' }, { log });
  const database = openDatabase({ source, log, application: 'bench', poolMax: 4 });
  await using redis = await withRedis();
  const cache = openCache({ REDIS_URL: redis.url }, { database, log, name: 'bench' });
  const load = createLoad(database);
  const read = (ids: readonly string[]) => cache.read(rows, ids, load);
  const bounds = { count: quick ? 200 : 1000, maxMs: 20_000 };

  await database.query(
    statement(
      'b_rows',
      "INSERT INTO stress_rows (id) SELECT 'b' || n FROM generate_series(0, 99) n ON CONFLICT DO NOTHING",
    ),
  );
  await until(cache, 'on');
  await read(batch);
  await delay(100);
  const on = await inTurns(bounds, {
    database: () => load(['b1']),
    hit: () => read(['b1']),
    'database, batch of 100': () => load(batch),
    'hits, batch of 100': () => read(batch),
  });
  redis.pause();
  await read(['b1']); // The first one pays the hedge.
  const standing = await inTurns(bounds, { database: () => load(['b1']), cache: () => read(['b1']) });
  redis.resume();
  await redis.stop();
  await until(cache, 'unreachable');
  const dead = await inTurns(bounds, { database: () => load(['b1']), cache: () => read(['b1']) });
  cache.close();
  await database.close();

  const figure = (name: string, times: number[], checks: Check[] = []): Figure => ({
    ...{ bench: 'cache, database 2 ms away', name, checks },
    ...summarize(times),
  });
  const share = (times: number[], of: number[]) => median(times) / median(of);
  const added = (times: { database: number[]; cache: number[] }): Check => ({
    of: '1 ms added to the database read',
    ratio: Math.max(0, median(times.cache) - median(times.database)),
    budget: 1,
  });
  return [
    figure('database read', on.database),
    figure('hit', on.hit, [{ of: 'database read', ratio: share(on.hit, on.database), budget: 0.6 }]),
    figure('database, batch of 100', on['database, batch of 100']),
    figure('hits, batch of 100', on['hits, batch of 100'], [
      { of: 'database read', ratio: share(on['hits, batch of 100'], on['database, batch of 100']), budget: 0.6 },
    ]),
    figure('read, Redis stands still', standing.cache, [added(standing)]),
    figure('read, Redis is gone', dead.cache, [added(dead)]),
  ];
}

function createLoad(database: Database) {
  return async (ids: readonly string[]): Promise<Map<string, Row>> =>
    new Map((await database.query<Row>(select, [ids])).map((row) => [row.id, row]));
}

async function until(cache: Cache, state: string): Promise<void> {
  while (cache.health().state !== state) await delay(20);
}
