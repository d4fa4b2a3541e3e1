import { Redis } from 'ioredis';
import type { Database } from '../postgres/index.ts';
import type { Cache, CachedRows, CachingTransaction } from './index.ts';

/** What most caches do: SET after COMMIT, and SET after a miss. The checker must catch it. */
export function naiveCache(url: string, database: Database): Cache {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 200 });
  redis.on('error', () => {}); // Everything goes to the database then.
  const counts = { hits: 0, misses: 0, fallbacks: 0, bypasses: 0 };
  const keyOf = (rows: Pick<CachedRows<never>, 'name'>, id: string) => `naive:${rows.name}:${id}`;
  const set = (key: string, text: string) =>
    redis.set(key, text, 'EX', 300).then(
      () => {},
      () => {},
    );
  return {
    async read(rows, ids, load) {
      const texts = await redis.mget(ids.map((id) => keyOf(rows, id))).catch(() => ids.map(() => null));
      const found = new Map(
        ids.flatMap((id, n) => {
          const text = texts[n];
          return text ? [[id, rows.decode(text)] as const] : [];
        }),
      );
      const missing = ids.filter((id) => !found.has(id));
      counts.hits += found.size;
      counts.misses += missing.length;
      if (missing.length === 0) return found;
      for (const [id, row] of await load(missing)) {
        found.set(id, row);
        void set(keyOf(rows, id), rows.encode(row));
      }
      return found;
    },
    database: {
      ...database,
      transaction: (work, options) =>
        database.transaction((tx) => {
          const touch: CachingTransaction['touch'] = (rows, id, row) =>
            tx.afterCommit(async () => (row === undefined ? undefined : set(keyOf(rows, id), rows.encode(row))));
          return work(Object.create(tx, { touch: { value: touch } }) as CachingTransaction);
        }, options),
    },
    health: () => ({ status: 'healthy', state: 'on', counts: { ...counts } }),
    close: () => redis.disconnect(),
  };
}
