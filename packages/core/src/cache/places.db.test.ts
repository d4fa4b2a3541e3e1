import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { withCuttingProxy } from '../testing/cutting-proxy.ts';
import { redisTest } from '../testing/redis-test.ts';
import { connectionSource, openDatabase, things, until, withCaches, writeThing } from './cache.fixture.ts';
import { openCache } from './index.ts';

redisTest('after an import nothing of the data before it is read', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('a', 'second');
  expect((await one.get('a'))?.data).toBe('second');
  // As an import does it: other rows under the same ids and versions, and a new identity.
  await here.sql(`WITH changed AS (UPDATE things SET data = 'imported' WHERE id = 'a')
    UPDATE store_identity SET log_id = gen_random_uuid()`);
  await until(async () => (await one.get('a'))?.data === 'imported');
  await one.until('on');
  expect((await one.get('a'))?.data).toBe('imported');
});

redisTest('a change whose COMMIT stays open keeps its rows out of the cache', async () => {
  await using here = await withCaches();
  await using proxy = await withCuttingProxy({ connectionString: here.db.url });
  const url = new URL(here.db.url);
  url.search = '';
  url.host = `127.0.0.1:${proxy.port}`;
  const log = createLog({ name: 'test', level: 'silent' });
  const source = connectionSource({ DATABASE_URL: url.href, home: '' }, { log });
  const database = openDatabase({
    source,
    log,
    application: 'cut',
    poolMax: 2,
    limits: { waitMs: 100, connectMs: 300 },
  });
  const cut = await here.open({ database });
  cut.hooks.announced = async () => {
    proxy.fate = 'unanswered';
    proxy.open = false;
    await here.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mcp-servers/cut' AND state <> 'idle in transaction'`,
    );
  };
  await expect(cut.write('a', 'second')).rejects.toMatchObject({ details: { outcome: 'unknown' } });
  const other = await here.open();
  await until(async () => {
    const marks = await marksOf();
    return marks.some((till) => Number.parseInt(till, 10) > Date.now() + 60_000);
  });
  expect((await other.get('a'))?.data).toBe('second');
  expect(other.counts()?.hits).toBe(0);
  await database.close();

  async function marksOf(): Promise<string[]> {
    const [key = ''] = await here.probe.keys('*thing:a');
    const fields = await here.probe.hgetall(key);
    return Object.entries(fields).flatMap(([field, value]) => (field.startsWith('i:') ? [value] : []));
  }
});

redisTest('a batch of 100 costs one load and two calls of Redis, a batch of hits one', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await here.sql(`INSERT INTO things (id, data) SELECT 'n' || n, 'first' FROM generate_series(1, 100) n`);
  const ids = Array.from({ length: 100 }, (_, n) => `n${n + 1}`);
  const calls = async () => {
    const stats = await here.probe.info('commandstats');
    return [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
  };
  const from = await calls();
  expect((await one.getAll(ids)).size).toBe(100);
  await until(async () => (await calls()) === from + 2);
  expect((await one.getAll(ids)).size).toBe(100);
  expect(await calls()).toBe(from + 3);
  expect(one.loads).toHaveLength(1);
});

redisTest('the first write of a process waits for its connection instead of switching the cache off', async () => {
  await using here = await withCaches();
  await here.open();
  const late = await here.open({ on: false });
  await late.write('a', 'second');
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: false }]);
});

redisTest('a process that was idle asks again before it writes', async () => {
  await using here = await withCaches();
  const first = await here.open();
  first.close();
  const one = await here.open({ on: false, limits: { healthyMs: 60_000, adoptMs: 2, idleMs: 1 } });
  await one.write('a', 'second');
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: false }]);
  await here.sql('UPDATE cache_state SET redis = $$another$$');
  await setTimeout(20);
  await one.write('a', 'third');
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: true }]);
});

redisTest('writes that fill the pool do not wait for each other, whatever they have to ask', async () => {
  await using here = await withCaches({ poolMax: 2 });
  await (await here.open()).cache.close();
  // The state is always too old for a write.
  const one = await here.open({ on: false, limits: { healthyMs: 60_000, adoptMs: 0, idleMs: 1 } });
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const written = await Promise.all(ids.map((id) => one.write(id, 'second')));
  expect(written.map(({ version }) => version)).toEqual([2, 2, 2, 2, 2]);
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: false }]);
});

redisTest('a transaction with a snapshot of its own keeps the cache right too', async () => {
  await using here = await withCaches();
  const one = await here.open();
  for (const isolation of ['REPEATABLE READ', 'SERIALIZABLE'] as const) {
    const written = await writeThing(one.cache, 'a', { data: isolation, isolation });
    expect(await one.get('a')).toEqual(written);
  }
  expect(one.loads).toEqual([]);
  one.close();
  const written = await writeThing(one.cache, 'a', { data: 'later', isolation: 'SERIALIZABLE' });
  expect(written.data).toBe('later');
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: true }]);
});

test('without Redis settings everything is passed through, and ioredis is not loaded', async () => {
  const script = `
    const { openCache, cachedRows } = await import(${module('./index.ts')});
    const database = { transaction: (work) => work({}) };
    const cache = openCache({}, { database, name: 'x', log: {} });
    const rows = cachedRows({ name: 'thing', shape: '1' });
    const found = await cache.read(rows, ['a', 'a'], async (ids) => new Map(ids.map((id) => [id, ids.length])));
    await cache.database.transaction(async (tx) => tx.touch(rows, 'a'));
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(${module('./index.ts')}).cache).filter((file) => file.includes('ioredis'));
    console.log(JSON.stringify([...found, loaded.length, cache.health().state]));
  `;
  const args = ['--conditions=@mcp-servers/source', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual([['a', 1], 0, 'not configured']);
});

redisTest('a server that is away at the start is no error, and a write then waits the fence at most once', async () => {
  await using here = await withCaches();
  const log = createLog({ name: 'test', level: 'silent' });
  const { database } = here.db;
  const cache = openCache({ REDIS_HOST: '127.0.0.1', REDIS_PORT: 1 }, { database, log, name: 'test' });
  await writeThing(cache, 'a', { data: 'second' });
  await writeThing(cache, 'a', { data: 'third' });
  const load = async () => new Map([['a', { id: 'a', version: 3, data: 'third' }]]);
  expect((await cache.read(things, ['a'], load)).get('a')?.data).toBe('third');
  expect(cache.health()).toMatchObject({ status: 'degraded', state: 'unreachable' });
  expect(cache.health().reason).toContain('ECONNREFUSED');
  cache.close();
});

const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
