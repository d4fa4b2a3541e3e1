import { expect } from 'vitest';
import { createLog } from '../log.ts';
import { withCuttingProxy } from '../testing/cutting-proxy.ts';
import { withRedis } from '../testing/redis.ts';
import { redisTest } from '../testing/redis-test.ts';
import { connectionSource, gate, openDatabase, until, withCaches } from './cache.fixture.ts';

const offNow = 'SELECT epoch, off FROM cache_state';

redisTest(
  'without Redis a read is a load, a write switches the cache off, and it comes back with nothing old in it',
  async () => {
    await using here = await withCaches();
    const [one, two] = [await here.open(), await here.open()];
    await one.write('a', 'second');
    await here.redis.stop();
    await one.until('unreachable');
    expect((await one.get('a'))?.data).toBe('second');
    await one.write('a', 'third');
    expect(await here.sql(offNow)).toMatchObject([{ off: true }]);
    expect(one.counts()).toMatchObject({ fallbacks: 1 });
    await here.redis.start();
    await Promise.all([one.until('on'), two.until('on')]);
    expect((await two.get('a'))?.data).toBe('third');
    await until(async () => (await one.get('a')) !== undefined && (one.counts()?.hits ?? 0) > 0);
    expect(one.events().filter((event) => event === 'cache_redis_unreachable')).toHaveLength(1);
    expect(one.events().filter((event) => event === 'cache_redis_back')).toHaveLength(1);
  },
);

redisTest('a process that loses Redis alone switches the cache off for those that have it', async () => {
  await using here = await withCaches();
  const [lost, other] = [
    await here.open(),
    await here.open({ limits: { healthyMs: 60_000, adoptMs: 40 }, readOnly: true }),
  ];
  await other.write('a', 'second');
  expect((await other.get('a'))?.data).toBe('second');
  lost.hooks.announced = async () => undefined;
  lost.hooks.committed = async () => {
    // Between COMMIT and cache: what it announced is forgotten, and it cannot tell.
    await here.probe.flushall();
    await other.get('a');
    lost.close();
  };
  await lost.write('a', 'third');
  expect((await other.get('a'))?.data).toBe('third');
  expect(other.cache.health()).toMatchObject({ status: 'degraded', state: 'off' });
});

redisTest(
  'a write that cannot be told is acknowledged only when no other process believes Redis any more',
  async () => {
    await using here = await withCaches();
    const lost = await here.open({ on: false, readOnly: true, url: 'redis://127.0.0.1:1' });
    const other = await here.open();
    await other.write('a', 'second');
    expect((await other.get('a'))?.data).toBe('second');
    expect(other.counts()?.hits).toBe(1);
    await lost.write('a', 'third');
    expect((await other.get('a'))?.data).toBe('third');
  },
);

redisTest('nobody switches on while a write that counts on "off" is under way', async () => {
  let attempts = 0;
  await using here = await withCaches({
    onQuery: ({ name }) => {
      if (name === 'cache_switch_on') attempts += 1;
    },
  });
  await here.sql('INSERT INTO cache_state DEFAULT VALUES');
  const writer = await here.open({ readOnly: true, on: false, url: 'redis://127.0.0.1:1' });
  const stop = gate();
  writer.hooks.announced = stop.pass;
  const writing = writer.write('a', 'second');
  await stop.reached;
  const reader = await here.open({ on: false });
  await until(async () => (await reader.get('a')) !== undefined && attempts > 1);
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: true }]);
  stop.open();
  await writing;
  await reader.until('on');
  expect((await reader.get('a'))?.data).toBe('second');
});

redisTest("two processes with different servers never read each other's leftovers", async () => {
  await using here = await withCaches();
  await using second = await withRedis();
  const one = await here.open();
  await one.write('a', 'second');
  const two = await here.open({ on: false, url: second.url });
  await two.write('a', 'third');
  expect((await one.get('a'))?.data).toBe('third');
  await one.write('a', 'fourth');
  expect((await two.get('a'))?.data).toBe('fourth');
});

redisTest('a restarted Redis with old data is another one: nothing of it is read', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('a', 'second');
  await here.probe.save();
  await one.write('a', 'third');
  await here.redis.stop();
  await here.redis.start();
  await until(() => here.probe.status === 'ready');
  expect(await here.probe.keys('*thing:a')).toHaveLength(1);
  expect((await one.get('a'))?.data).toBe('third');
  await one.until('on');
  expect((await one.get('a'))?.data).toBe('third');
});

redisTest('a full memory loses nothing but room', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('a', 'second');
  await here.probe.config('SET', 'maxmemory', '1');
  await one.write('a', 'third');
  expect((await one.get('a'))?.data).toBe('third');
  await here.probe.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await one.write('a', 'fourth');
  expect((await one.get('a'))?.data).toBe('fourth');
});

redisTest('a demoted or locked server is off with its reason, and back when it can be written', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('a', 'second');
  const data = () => one.get('a').then((row) => row?.data);

  await here.probe.replicaof('127.0.0.1', 1);
  await one.write('a', 'fourth');
  expect(one.cache.health().reason).toMatch(/READONLY|slave/);
  expect(await data()).toBe('fourth');
  await here.probe.replicaof('NO', 'ONE');
  await one.until('on');

  await here.probe.call('ACL', 'SETUSER', 'default', '-hset');
  await one.write('a', 'fifth');
  expect(await data()).toBe('fifth');
  await here.probe.call('ACL', 'SETUSER', 'default', '+hset');
  await one.until('on');
  expect(await data()).toBe('fifth');
});

redisTest(
  'a master that was demoted and promoted unnoticed is another place for all who are connected to it',
  async () => {
    await using here = await withCaches();
    const [idle, busy] = [await here.open(), await here.open()];
    await busy.write('a', 'second');
    await here.probe.replicaof('127.0.0.1', 1);
    await busy.write('a', 'third');
    await here.probe.replicaof('NO', 'ONE');
    await Promise.all([idle.until('on'), busy.until('on')]);
    await busy.write('a', 'fourth');
    expect((await idle.get('a'))?.data).toBe('fourth');
    expect((await here.sql<{ redis: string }>('SELECT redis FROM cache_state'))[0]?.redis).toContain(
      /^master_replid:(\S+)/m.exec(await here.probe.info('replication'))?.[1],
    );
  },
);

redisTest('a standing Redis costs the first read the hedge; those after it do not wait', async () => {
  await using here = await withCaches();
  const one = await here.open({ limits: { healthyMs: 20, adoptMs: 40, hedgeMs: 3 } });
  here.redis.pause();
  expect((await one.get('a'))?.version).toBe(1);
  for (let n = 0; n < 10; n += 1) expect((await one.get('a'))?.version).toBe(1);
  expect(one.counts()).toMatchObject({ hits: 0, misses: 0, fallbacks: 11 });
  here.redis.resume();
  await until(async () => (await one.get('a')) !== undefined && (one.counts()?.hits ?? 0) > 0);
});

redisTest('a reader whose PostgreSQL no longer confirms the state does not believe Redis', async () => {
  await using here = await withCaches();
  await using proxy = await withCuttingProxy({ connectionString: here.db.url });
  const url = new URL(here.db.url);
  url.searchParams.delete('host');
  url.searchParams.delete('port');
  url.host = `127.0.0.1:${proxy.port}`;
  const log = createLog({ name: 'test', level: 'silent' });
  const source = connectionSource({ DATABASE_URL: url.href, home: '' }, { log });
  const database = openDatabase({
    source,
    log,
    application: 'cut',
    poolMax: 2,
    limits: { waitMs: 100, connectMs: 500 },
  });
  const [cut, writer] = [await here.open({ database }), await here.open()];
  await writer.write('a', 'second');
  await cut.get('a');
  proxy.open = false;
  await here.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mcp-servers/cut'`,
  );
  const before = cut.counts()?.bypasses ?? 0;
  await until(async () => (await cut.get('a')) !== undefined && (cut.counts()?.bypasses ?? 0) > before);
  proxy.open = true;
  await cut.until('on');
  await database.close();
});

redisTest('a role that may only read uses the cache and never switches it', async () => {
  await using here = await withCaches();
  const writer = await here.open();
  await writer.write('a', 'second');
  const reader = await here.open({ readOnly: true });
  expect((await reader.get('a'))?.data).toBe('second');
  writer.close();
  await here.sql('UPDATE cache_state SET off = true, epoch = epoch + 1');
  await reader.until('off');
  for (let n = 0; n < 10; n += 1) await reader.get('a');
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: true }]);
});
