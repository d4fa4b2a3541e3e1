import { expect } from 'vitest';
import { createLog } from '../log.ts';
import { withRedis } from '../testing/redis.ts';
import { redisTest } from '../testing/redis-test.ts';
import { createRedisCache } from './index.ts';
import { withAcme } from './upstream.fixture.ts';

function withCache(url: string, maxEntryBytes?: number) {
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
  const cache = createRedisCache({ redis: { REDIS_URL: url }, log, ...(maxEntryBytes && { maxEntryBytes }) });
  const events = () => lines.map((line): string => JSON.parse(line).event);
  return { cache, events, [Symbol.dispose]: () => cache.close() };
}

redisTest('two processes share answers, and only with the same credential', async () => {
  await using redis = await withRedis();
  using one = withCache(redis.url);
  using two = withCache(redis.url);
  let authorization = 'token-of-ann';
  const body = Buffer.from([0, 255, 10, 13, 128]);
  const asked: (string | null)[] = [];
  const read = async (cache: typeof one.cache) => {
    const fetch = async (_: unknown, init?: RequestInit) => {
      const condition = new Headers(init?.headers).get('if-none-match');
      asked.push(condition);
      return condition ? new Response(null, { status: 304 }) : new Response(body, { headers: { etag: '"1"' } });
    };
    await using acme = await withAcme(() => ({}), {
      ...{ cache, fetch, baseUrl: 'https://acme.example' },
      authorize: ({ headers }) => headers.set('authorization', authorization),
    });
    const response = await acme.upstream.fetch('https://acme.example/x');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
    return asked.at(-1);
  };
  expect(await read(one.cache)).toBeNull();
  expect(await read(two.cache)).toBe('"1"');
  authorization = 'token-of-bob';
  expect(await read(two.cache)).toBeNull();
});

redisTest('entries expire, have a size limit, and are dropped', async () => {
  await using redis = await withRedis();
  using here = withCache(redis.url, 1000);
  const entry = (size: number) => ({
    headers: [['etag', '"1"']] as const,
    bytes: new Uint8Array(size),
    vary: [],
    varyDigest: 'v',
  });
  await here.cache.set('small', 'v', entry(1000));
  await here.cache.set('large', 'v', entry(1001));
  expect(await here.cache.get('small', 'v')).toEqual(entry(1000));
  expect(await here.cache.get('small', 'other')).toBeUndefined();
  expect(await here.cache.get('large', 'v')).toBeUndefined();
  const { createRedis } = await import('../redis/client.ts');
  const client = await createRedis({ REDIS_URL: redis.url });
  await client.connect();
  expect(await client.ttl('mcp-http:small')).toBeGreaterThan(3000);
  await client.expire('mcp-http:small', 100);
  await here.cache.get('small', 'v');
  expect(await client.ttl('mcp-http:small')).toBeGreaterThan(3000);
  await client.hset('mcp-http:small', 'v', 'not ours');
  expect(await here.cache.get('small', 'v')).toBeUndefined();
  await here.cache.drop('small');
  expect(await client.exists('mcp-http:small')).toBe(0);
  client.disconnect();
});

redisTest('while Redis is away nothing is kept, calls go on, and it says so once', async () => {
  await using redis = await withRedis();
  using here = withCache(redis.url);
  await using acme = await withAcme(() => ({ headers: { etag: '"1"' }, body: 'text' }), { cache: here.cache });
  await redis.stop();
  for (let n = 0; n < 3; n += 1) expect(await (await acme.upstream.fetch(acme.url('/x'))).text()).toBe('text');
  await acme.upstream.fetch(acme.url('/x'), { method: 'PUT' });
  expect(acme.vendor.requests.some(({ headers }) => headers['if-none-match'])).toBe(false);
  expect(here.events()).toEqual(['http_cache_away']);
  expect(acme.upstream.state().cache).toEqual({ away: true });
});
