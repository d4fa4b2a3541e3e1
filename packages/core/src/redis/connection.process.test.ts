import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { withRedis } from '../testing/redis.ts';
import { redisTest } from '../testing/redis-test.ts';
import { connectRedis, type RedisHealth } from './index.ts';

const run = promisify(execFile);

function withLog() {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { lines, log: createLog({ name: 'test', level: 'debug', destination: { write } }) };
}

async function connect(url: string) {
  const { lines, log } = withLog();
  const connection = await connectRedis({ REDIS_URL: url }, { log });
  if (connection === undefined) throw new Error('not connected');
  const events = () => lines.map((line): string => JSON.parse(line).event);
  return { ...connection, lines, events, [Symbol.dispose]: () => connection.close() };
}

/** The first health that is as asked; the test's own time limit bounds the wait. */
async function healthWhen(redis: { health(): Promise<RedisHealth> }, wanted: (health: RedisHealth) => boolean) {
  for (;;) {
    const health = await redis.health();
    if (wanted(health)) return health;
    await setTimeout(10);
  }
}

const healthy = ({ status }: RedisHealth) => status === 'healthy';

redisTest('Redis is healthy with a latency as soon as the connection stands', async () => {
  await using server = await withRedis();
  using redis = await connect(server.url);
  expect((await healthWhen(redis, healthy)).latencyMs).toBeGreaterThan(0);
  expect(redis.events()).toEqual(['redis_connected']);
});

redisTest('a password with special characters comes from the URL, and never reaches the log', async () => {
  await using server = await withRedis({ password: 'p@ss/w:rd' });
  using redis = await connect(server.url);
  await healthWhen(redis, healthy);
  const wrong = new URL(server.url);
  wrong.password = 'hunter2';
  using refused = await connect(wrong.href);
  const { reason } = await healthWhen(refused, (health) => health.reason !== 'connecting');
  expect(reason).toContain('WRONGPASS');
  expect([...redis.lines, ...refused.lines].join('')).not.toMatch(/hunter2|p@ss|p%40ss/);
});

redisTest('a server that stands still is degraded, and healthy again when it goes on', async () => {
  await using server = await withRedis();
  using redis = await connect(server.url);
  await healthWhen(redis, healthy);
  server.pause();
  expect(await redis.health()).toEqual({ status: 'degraded', reason: 'no answer within 200 ms' });
  server.resume();
  await healthWhen(redis, healthy);
});

redisTest('a server that goes away is degraded, logged once, and found again when it returns', async () => {
  await using server = await withRedis();
  using redis = await connect(server.url);
  await healthWhen(redis, healthy);
  await server.stop();
  await healthWhen(redis, ({ reason }) => reason?.includes('ECONNREFUSED') ?? false);
  await setTimeout(300);
  expect(redis.events()).toEqual(['redis_connected', 'redis_unreachable']);
  await server.start();
  await healthWhen(redis, healthy);
  expect(redis.events().at(-1)).toBe('redis_connected');
});

redisTest('a server that is away at the start is no error, and is found when it comes', async () => {
  await using server = await withRedis();
  await server.stop();
  using redis = await connect(server.url);
  expect((await redis.health()).status).toBe('degraded');
  await server.start();
  await healthWhen(redis, healthy);
});

redisTest('rediss:// speaks TLS and trusts the certificates Node is given', async ({ skip }) => {
  const openssl = await run('openssl', ['version']).catch(() => undefined);
  if (openssl === undefined && process.env.REQUIRE_ALL !== '1')
    skip('SKIPPED: no openssl on the PATH to make a certificate');
  const folder = await mkdtemp(path.join(tmpdir(), 'certificate-'));
  try {
    const tls = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') };
    const request = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      tls.key,
      '-out',
      tls.cert,
      '-days',
      '2',
    ];
    await run('openssl', [...request, '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']);
    await using server = await withRedis({ tls });
    using untrusting = await connect(server.url);
    const { reason } = await healthWhen(untrusting, (health) => health.reason !== 'connecting');
    expect(reason).toContain('self-signed certificate');
    const { stdout } = await run(process.execPath, ['--conditions=@mcp-servers/source', '-e', trusting, server.url], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: tls.cert },
    });
    expect(stdout.trim()).toBe('healthy');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);

const trusting = `
  const { connectRedis } = await import(${module('./index.ts')});
  const { createLog } = await import(${module('../log.ts')});
  const redis = await connectRedis({ REDIS_URL: process.argv[1] }, { log: createLog({ name: 'test', level: 'silent' }) });
  while ((await redis.health()).status !== 'healthy') await new Promise((resolve) => setTimeout(resolve, 10));
  console.log('healthy');
  redis.close();
`;

test('ioredis is not loaded without settings', async () => {
  const script = `
    const { connectRedis } = await import(${module('./index.ts')});
    if (await connectRedis({}, {}) !== undefined) throw new Error('connected');
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(${module('./index.ts')}).cache).filter((file) => file.includes('ioredis'));
    console.log(loaded.length);
  `;
  const { stdout } = await run(process.execPath, ['--conditions=@mcp-servers/source', '-e', script]);
  expect(stdout.trim()).toBe('0');
});

test('host and port do instead of a URL, and a port nobody listens on is no error', async () => {
  const { lines, log } = withLog();
  const redis = await connectRedis({ REDIS_HOST: '127.0.0.1', REDIS_PORT: 1 }, { log });
  expect(redis).toBeDefined();
  if (redis !== undefined) await healthWhen(redis, ({ reason }) => reason === 'connect ECONNREFUSED 127.0.0.1:1');
  expect(lines.join('')).toContain('redis_unreachable');
  redis?.close();
});
