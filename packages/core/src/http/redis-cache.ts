import type { Redis } from 'ioredis';
import type { RedisSettings } from '../config.ts';
import type { Log } from '../log.ts';
import { createRedis } from '../redis/client.ts';
import type { CachedAnswer, HttpCache } from './cache.ts';

export interface RedisCacheOptions {
  readonly redis: Partial<RedisSettings>;
  readonly log: Log;
  /** An hour; each use begins it anew. */
  readonly ttlSeconds?: number;
  /** Of one body, 1 MiB. How much Redis keeps in all is its own `maxmemory`. */
  readonly maxEntryBytes?: number;
}

/** A Redis that failed is not asked again for so long. */
const pauseMs = 1000;

/**
 * Answers in Redis, for `HTTP_CACHE_SHARED=true`: whoever reads that Redis reads their bodies. One hash per credential and URL. Nothing is
 * contacted before the first call; while Redis is away nothing is kept.
 */
export function createRedisCache(options: RedisCacheOptions): HttpCache & { close(): void } {
  const { redis: settings, log, ttlSeconds = 3600, maxEntryBytes = 1024 ** 2 } = options;
  let opening: Promise<Redis> | undefined;
  let closed = false;
  let away = false;
  let askAgain = 0;

  async function open(): Promise<Redis> {
    const redis = await createRedis(settings);
    redis.on('error', () => {}); // The command that needs it tells.
    if (!closed) await redis.connect().catch(() => {}); // The client goes on trying.
    return redis;
  }

  async function ask<T>(question: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    if (closed || performance.now() < askAgain) return undefined;
    try {
      opening ??= open();
      const answer = await question(await opening);
      if (away) log.info('http_cache_shared_again');
      away = false;
      return answer;
    } catch (error) {
      askAgain = performance.now() + pauseMs;
      if (!away) log.warn({ reason: (error as Error).message }, 'http_cache_away');
      away = true;
      return undefined;
    }
  }

  const keyOf = (url: string) => `mcp-http:${url}`;
  return {
    shared: true,
    maxEntryBytes,
    async get(url, variant) {
      const found = await ask((redis) =>
        Promise.all([redis.hgetBuffer(keyOf(url), variant), redis.expire(keyOf(url), ttlSeconds)]),
      );
      return found?.[0] ? decode(found[0]) : undefined;
    },
    async set(url, variant, answer) {
      if (answer.bytes.length > maxEntryBytes) return;
      await ask((redis) =>
        redis.multi().hset(keyOf(url), variant, encode(answer)).expire(keyOf(url), ttlSeconds).exec(),
      );
    },
    async drop(url) {
      await ask((redis) => redis.del(keyOf(url)));
    },
    state: () => ({ away }),
    close() {
      closed = true;
      // It may have failed to open, and then there is nothing to close.
      opening?.then((redis) => redis.disconnect()).catch(() => {});
    },
  };
}

/** Length of the head, head as JSON, body. */
function encode({ bytes, ...head }: CachedAnswer): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, bytes]);
}

function decode(stored: Buffer): CachedAnswer | undefined {
  try {
    const end = 4 + stored.readUInt32BE(0);
    const head = JSON.parse(stored.subarray(4, end).toString()) as Omit<CachedAnswer, 'bytes'>;
    return { ...head, bytes: new Uint8Array(stored.subarray(end)) };
  } catch {
    return undefined; // Not written by this version: as if it were not there.
  }
}
