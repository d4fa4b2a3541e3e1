import { expect } from 'vitest';
import { ConflictError } from '../errors.ts';
import { statement } from '../postgres/index.ts';
import { redisTest } from '../testing/redis-test.ts';
import { gate, type Thing, things, withCaches, writeThing } from './cache.fixture.ts';

const purge = statement('t_purge', 'DELETE FROM things WHERE id = $1');
const create = statement('t_create', 'INSERT INTO things (id, data) VALUES ($1, $2) RETURNING id, version, data');

redisTest('a write puts its row into the cache before it is acknowledged', async () => {
  await using here = await withCaches();
  const [writer, reader] = [await here.open(), await here.open()];
  await writer.write('a', 'second');
  expect(await reader.get('a')).toEqual({ id: 'a', version: 2, data: 'second' });
  expect(reader.loads).toEqual([]);
});

redisTest('between announcement and acknowledgement readers get the database, and leave the key empty', async () => {
  await using here = await withCaches();
  const [writer, reader] = [await here.open(), await here.open()];
  await writer.write('a', 'second');
  const [before, after] = [gate(), gate()];
  writer.hooks.announced = before.pass;
  writer.hooks.committed = after.pass;
  const writing = writer.write('a', 'third');
  await before.reached;
  expect((await reader.get('a'))?.data).toBe('second');
  before.open();
  await after.reached;
  expect((await reader.get('a'))?.data).toBe('third');
  expect(reader.counts()).toMatchObject({ hits: 0, misses: 2 });
  after.open();
  await writing;
  expect((await reader.get('a'))?.data).toBe('third');
  expect(reader.counts()).toMatchObject({ hits: 1, misses: 2 });
});

redisTest('of writes that overlap none leaves a value, whatever the order of their ends', async () => {
  await using here = await withCaches();
  const [slow, quick] = [await here.open(), await here.open()];
  const stop = gate();
  slow.hooks.committed = stop.pass;
  const first = slow.write('a', 'second');
  await stop.reached;
  await quick.write('a', 'third');
  expect((await quick.get('a'))?.data).toBe('third');
  stop.open();
  await first;
  expect((await quick.get('a'))?.data).toBe('third');
  expect((await slow.get('a'))?.data).toBe('third');
});

redisTest('a late writer of a purged row does not bring it back over a new one with a lower version', async () => {
  await using here = await withCaches();
  const [slow, other] = [await here.open(), await here.open()];
  for (const data of ['second', 'third', 'fourth']) await slow.write('a', data);
  const stop = gate();
  slow.hooks.committed = stop.pass;
  const late = slow.write('a', 'fifth');
  await stop.reached;
  await other.cache.database.transaction(async (tx) => {
    await tx.query(purge, ['a']);
    tx.touch(things, 'a');
  });
  expect(await other.get('a')).toBeUndefined();
  await other.cache.database.transaction(async (tx) => {
    const [row] = await tx.query<Thing>(create, ['a', 'new']);
    tx.touch(things, 'a', row);
  });
  stop.open();
  await late;
  expect(await other.get('a')).toEqual({ id: 'a', version: 1, data: 'new' });
  expect(await slow.get('a')).toEqual({ id: 'a', version: 1, data: 'new' });
  await other.write('a', 'newer');
  expect((await slow.get('a'))?.version).toBe(2);
  expect(slow.counts()?.hits).toBeGreaterThan(0);
});

redisTest('a mark that has ended or was evicted between COMMIT and cache leaves the key empty', async () => {
  await using here = await withCaches();
  const [writer, reader] = [await here.open(), await here.open()];
  for (const lose of [
    () => here.probe.flushall(),
    async () => {
      const [key = ''] = await here.probe.keys('*thing:a');
      const [mark = ''] = (await here.probe.hkeys(key)).filter((field) => field.startsWith('i:'));
      await here.probe.hset(key, mark, Date.now() - 1);
    },
  ]) {
    const { data: was } = (await reader.get('a')) ?? { data: '' };
    const stop = gate();
    writer.hooks.announced = stop.pass;
    const writing = writer.write('a', `${was}+`);
    await stop.reached;
    await lose();
    await reader.get('a');
    stop.open();
    await writing;
    expect((await reader.get('a'))?.data).toBe(`${was}+`);
  }
});

redisTest('a clock of Redis that was set back does not keep a key empty for ever', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.get('a');
  const [key = ''] = await here.probe.keys('*thing:a');
  const far = Date.now() + 3_600_000;
  await here.probe.hdel(key, 'd', 'e');
  await here.probe.hset(key, { 'i:dead': far, L: 'dead', Lx: far });
  await one.get('a');
  expect(await here.probe.hget(key, 'i:dead')).toBeNull();
});

redisTest('work that is rolled back leaves the value that was there before COMMIT was tried, and no mark', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('a', 'second');
  const failing = one.cache.database.transaction(async (tx) => {
    tx.touch(things, 'a');
    throw new ConflictError('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await one.get('a'))?.data).toBe('second');
  expect(one.loads).toEqual([]);
  one.hooks.announced = () => Promise.reject(new ConflictError('later'));
  await expect(one.write('a', 'third')).rejects.toThrow('later');
  delete one.hooks.announced;
  await here.probe.ping();
  expect((await one.get('a'))?.data).toBe('second');
});

redisTest('work that runs again announces anew', async () => {
  await using here = await withCaches();
  const one = await here.open();
  let runs = 0;
  one.hooks.announced = async () => {
    runs += 1;
    if (runs === 1)
      await here.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in tr%'",
      );
  };
  await one.write('a', 'second');
  expect(runs).toBe(2);
  expect((await one.get('a'))?.version).toBe(2);
  expect(one.counts()?.hits).toBe(1);
});

redisTest('a transaction that touches nothing asks Redis nothing', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await here.redis.stop();
  await one.until('unreachable');
  await one.cache.database.transaction((tx) => tx.query(statement('t_one', 'SELECT 1 AS one')));
  expect(await here.sql('SELECT off FROM cache_state')).toEqual([{ off: false }]);
});

redisTest('many rows of one transaction are told in few calls', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await here.sql(`INSERT INTO things (id, data) SELECT 'n' || n, 'first' FROM generate_series(1, 1200) n`);
  const ids = Array.from({ length: 1200 }, (_, n) => `n${n + 1}`);
  await one.getAll(ids);
  await one.cache.database.transaction(async (tx) => {
    await tx.query(statement('t_all', `UPDATE things SET data = 'second' WHERE id LIKE 'n%'`));
    for (const id of ids) tx.touch(things, id);
  });
  const found = await one.getAll(ids);
  expect(new Set([...found.values()].map((row) => row.data))).toEqual(new Set(['second']));
});

redisTest('a writer without the cache open writes as before', async () => {
  await using here = await withCaches();
  const { noCache } = await import('./index.ts');
  const none = noCache(here.db.database);
  expect((await writeThing(none, 'a', { data: 'second' })).version).toBe(2);
  expect(none.health()).toEqual({ status: 'healthy', state: 'not configured' });
});
