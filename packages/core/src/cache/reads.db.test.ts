import { expect } from 'vitest';
import { redisTest } from '../testing/redis-test.ts';
import { gate, type Thing, things, until, withCaches } from './cache.fixture.ts';

redisTest('a row is loaded once and then comes from Redis, also in another process', async () => {
  await using here = await withCaches();
  const [one, two] = [await here.open(), await here.open()];
  const first = await one.get('a');
  expect(first).toEqual({ id: 'a', version: 1, data: 'first' });
  await until(async () => (await here.probe.keys('*thing:a')).length === 1);
  await until(async () => (await two.get('a')) !== undefined && two.counts()?.hits === 1);
  expect(one.loads).toEqual([['a']]);
});

redisTest('a batch asks the database once, for what is missing only', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('b', 'second');
  await one.write('d', 'second');
  const found = await one.getAll(['a', 'b', 'c', 'd', 'b', 'nobody']);
  expect([...found.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
  expect(one.loads).toEqual([['a', 'c', 'nobody']]);
  expect(one.counts()).toEqual({ hits: 2, misses: 3, fallbacks: 0, bypasses: 0 });
});

redisTest('what the database does not have is not cached, and found as soon as it is there', async () => {
  await using here = await withCaches();
  const one = await here.open();
  expect(await one.get('z')).toBeUndefined();
  await here.sql(`INSERT INTO things (id, data) VALUES ('z', 'new')`);
  expect(await one.get('z')).toMatchObject({ data: 'new' });
});

redisTest('callers of a hot key that is missing share one load', async () => {
  await using here = await withCaches();
  const one = await here.open();
  const stop = gate();
  one.hooks.loaded = stop.pass;
  const first = one.get('a');
  await stop.reached;
  delete one.hooks.loaded;
  const others = Array.from({ length: 20 }, () => one.get('a'));
  // On the same connection, so their replies are here when this one is.
  await one.getAll(['b']);
  stop.open();
  const found = await Promise.all([first, ...others]);
  expect(new Set(found.map((row) => row?.version))).toEqual(new Set([1]));
  expect(one.loads).toEqual([['a'], ['b']]);
  expect(one.counts()).toEqual({ hits: 20, misses: 2, fallbacks: 0, bypasses: 0 });
});

redisTest('a fill that a write has overtaken is refused', async () => {
  await using here = await withCaches();
  const [reader, writer] = [await here.open(), await here.open()];
  const stop = gate();
  reader.hooks.loaded = stop.pass;
  const old = reader.get('a');
  await stop.reached;
  await writer.write('a', 'second');
  stop.open();
  expect((await old)?.version).toBe(1);
  delete reader.hooks.loaded;
  expect((await reader.get('a'))?.version).toBe(2);
  expect((await writer.get('a'))?.version).toBe(2);
});

redisTest('a load that fails fails the call, and the next caller loads and fills', async () => {
  await using here = await withCaches();
  const one = await here.open();
  one.hooks.loaded = () => Promise.reject(new Error('no database'));
  await expect(one.get('a')).rejects.toThrow('no database');
  delete one.hooks.loaded;
  await until(async () => (await one.get('a')) !== undefined && (one.counts()?.hits ?? 0) > 0);
});

redisTest('a value that cannot be read is replaced, and a key of another type too', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('a', 'second');
  const [key = ''] = await here.probe.keys('*thing:a');
  await here.probe.hset(key, 'd', '{"id": "a", "ver');
  expect((await one.get('a'))?.version).toBe(2);
  await until(async () => (await here.probe.hget(key, 'd')) !== '{"id": "a", "ver');
  for (const make of [() => here.probe.set(key, 'text'), () => here.probe.rpush(key, 'x')]) {
    await here.probe.del(key);
    await make();
    expect((await one.get('a'))?.data).toMatch(/second|third/);
    await here.probe.del(key);
    await make();
    expect((await one.write('a', 'third')).data).toBe('third');
    expect((await one.get('a'))?.data).toBe('third');
  }
  expect(one.counts()?.fallbacks).toBe(0);
});

redisTest('another shape of the same rows is another key', async () => {
  await using here = await withCaches();
  const one = await here.open();
  await one.write('a', 'second');
  const old = { ...things, shape: '0', decode: (): Thing => ({ id: 'a', version: 0, data: 'another build' }) };
  const load = async () => new Map([['a', { id: 'a', version: 9, data: 'loaded' }]]);
  expect((await one.cache.read(old, ['a'], load)).get('a')?.data).toBe('loaded');
});

redisTest('a row that is too large is not cached', async () => {
  await using here = await withCaches();
  const one = await here.open({ limits: { healthyMs: 20, adoptMs: 40, maxBytes: 100 } });
  await one.write('a', 'x'.repeat(200));
  await one.get('a');
  await one.get('a');
  expect(one.loads).toEqual([['a'], ['a']]);
});

redisTest('entries live five minutes at most, and not all equally long', async () => {
  await using here = await withCaches();
  const one = await here.open({ random: () => 0 });
  const two = await here.open({ random: () => 0.999 });
  await one.write('a', 'second');
  await two.write('b', 'second');
  const ttl = async (id: string) => here.probe.pttl((await here.probe.keys(`*thing:${id}`))[0] ?? '');
  expect(await ttl('a')).toBeLessThanOrEqual(270_000);
  expect(await ttl('b')).toBeLessThanOrEqual(300_000);
  expect(await ttl('b')).toBeGreaterThan(270_000);
});

redisTest('the counters of /metrics agree with what was read', async () => {
  await using here = await withCaches();
  const one = await here.open();
  const before = one.counts();
  await one.write('a', 'second');
  for (let n = 0; n < 5; n += 1) await one.get('a');
  await one.get('b');
  const text = await one.metrics.text();
  expect(before).toEqual({ hits: 0, misses: 0, fallbacks: 0, bypasses: 0 });
  expect(text).toContain('cache_hits_total{cache="test",key_pattern="thing:{id}"} 5');
  expect(text).toContain('cache_misses_total{cache="test",key_pattern="thing:{id}"} 1');
});
