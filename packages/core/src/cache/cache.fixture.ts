import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import {
  connectionSource,
  type Database,
  openDatabase,
  statement,
  type Transaction,
  type TransactionOptions,
} from '../postgres/index.ts';
import { type TestDatabase, type TestDatabaseOptions, withDatabase } from '../testing/database.ts';
import { type RedisServer, withRedis } from '../testing/redis.ts';
import { type Cache, type CacheHealth, cachedRows, type OpenCacheOptions, openCache } from './index.ts';

export interface Thing {
  id: string;
  version: number;
  data: string;
}

export const things = cachedRows<Thing>({ name: 'thing', shape: '1' });

const selectThings = statement('t_things', 'SELECT id, version, data FROM things WHERE id = ANY ($1)');
const updateThing = statement(
  't_thing_update',
  'UPDATE things SET version = version + 1, data = $2 WHERE id = $1 RETURNING id, version, data',
);

/** Redis, PostgreSQL with a table `things` (rows a to e, version 1), and caches of as many processes as are opened. */
export async function withCaches(database: TestDatabaseOptions = {}) {
  const [redis, db] = await Promise.all([withRedis(), withDatabase({ poolMax: 10, ...database })]);
  await sql(
    db.database,
    'CREATE TABLE things (id text PRIMARY KEY, version bigint NOT NULL DEFAULT 1, data text NOT NULL)',
  );
  await sql(db.database, `INSERT INTO things (id, data) SELECT x, 'first' FROM unnest('{a,b,c,d,e}'::text[]) x`);
  const opened: { close(): unknown }[] = [];
  const probe = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => 20 });
  probe.on('error', () => {}); // It is stopped on purpose.
  await probe.connect();

  return {
    redis,
    db,
    probe,
    sql: <R extends object>(text: string) => sql<R>(db.database, text),
    /** One process; `on: false` does not wait until it reads. */
    async open(options: Partial<OpenCacheOptions> & { on?: boolean; url?: string } = {}) {
      const { on = true, url = redis.url, ...rest } = options;
      const one = openOne(url, { redis, db }, rest);
      opened.push(one);
      if (on) await one.until('on');
      return one;
    },
    async [Symbol.asyncDispose]() {
      for (const one of opened) one.close();
      probe.disconnect();
      redis.resume();
      await db[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}

export type Caches = Awaited<ReturnType<typeof withCaches>>;
export type Process = Awaited<ReturnType<Caches['open']>>;

function openOne(url: string, { db }: { redis: RedisServer; db: TestDatabase }, options: Partial<OpenCacheOptions>) {
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics({ prefix: 'test' });
  const hooks: Hooks = {};
  const database = withBarriers(options.database ?? db.database, hooks);
  // A longer fence than the product's, so that a pause of a busy machine is no bypass.
  const limits = { fenceMs: 450, healthyMs: 20, adoptMs: 40, hedgeMs: 1000, idleMs: 60_000, ...options.limits };
  const cache = openCache({ REDIS_URL: url }, { name: 'test', log, metrics, ...options, database, limits });
  const loads: string[][] = [];
  async function load(ids: readonly string[]): Promise<Map<string, Thing>> {
    loads.push([...ids]);
    const rows = await db.database.query<Thing>(selectThings, [ids]);
    await hooks.loaded?.();
    return new Map(rows.map((row) => [row.id, row]));
  }
  return {
    cache,
    metrics,
    /** Ids of each load. */
    loads,
    hooks,
    events: () => lines.map((line): string => JSON.parse(line).event),
    get: async (id: string) => (await cache.read(things, [id], load)).get(id),
    getAll: (ids: string[]) => cache.read(things, ids, load),
    write: (id: string, data: string) => writeThing(cache, id, { data }),
    counts: () => cache.health().counts,
    until: (state: CacheHealth['state']) => until(() => cache.health().state === state),
    close: () => cache.close(),
  };
}

/** Where a test stops or breaks a process. */
export interface Hooks {
  /** After the keys are announced, before COMMIT. */
  announced?: () => Promise<void>;
  /** After COMMIT, before the cache is told. */
  committed?: () => Promise<void>;
  /** After a reader's load, before its fill. */
  loaded?: () => Promise<void>;
}

function withBarriers(database: Database, hooks: Hooks): Database {
  return {
    ...database,
    transaction: <T>(work: (tx: Transaction) => Promise<T>, options = {}) =>
      database.transaction(async (tx) => {
        tx.afterCommit(async () => hooks.committed?.());
        const value = await work(tx);
        tx.beforeCommit(async () => hooks.announced?.());
        return value;
      }, options),
  };
}

export async function writeThing(
  cache: Pick<Cache, 'database'>,
  id: string,
  { data, ...options }: TransactionOptions & { data: string },
): Promise<Thing> {
  return cache.database.transaction(async (tx) => {
    const [row] = await tx.query<Thing>(updateThing, [id, data]);
    if (row === undefined) throw new Error(`There is no ${id}`);
    tx.touch(things, id, row);
    return row;
  }, options);
}

/** A gate closed until `open()`; `reached` resolves when somebody stands before it. */
export function gate() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  return {
    open,
    reached,
    async pass() {
      reach();
      await opened;
    },
  };
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(5);
}

async function sql<R extends object>(database: Database, text: string): Promise<R[]> {
  return database.query<R>(statement(`t_${Buffer.from(text).toString('base64url').slice(-50)}`, text));
}

export { connectionSource, openDatabase };
