import type { Cache, CachedRows, CacheHealth, CachingDatabase, CachingTransaction } from '@mcp-servers/core/cache';
import { statement } from '@mcp-servers/core/postgres';
import type { GoalsRepository } from '../goals/repository.ts';
import { splitIds } from '../items/ids.ts';
import type { TasksRepository } from '../tasks/repository.ts';
import { goalRows, taskRows } from './rows.ts';

interface Rows {
  goals: GoalsRepository;
  tasks: TasksRepository;
}

/** What `openStore` needs to read and write through a cache. */
export interface StoreCache {
  readonly database: CachingDatabase;
  /** The repositories, whose `get` goes through the cache. Not for use inside a transaction, which must see its own changes. */
  cached<R extends Rows>(repositories: R): R;
  /** At the end of a transaction, with its own repositories: tells the cache what has changed. */
  writeThrough(tx: CachingTransaction, repositories: Rows): Promise<void>;
  health(): CacheHealth;
  close(): void;
}

type Get<T> = (ids: readonly string[]) => Promise<T[]>;

/** Rows that are written through with one change; of more, the next reader fills. */
const writtenThrough = 20;

/** What the triggers noted: every goal and task that this transaction changed, on whatever path, with what follows from it. */
const changed = statement('cache_changed', "SELECT current_setting('mcp_servers.changed', true) AS ids");

export function withCache<R extends Rows>(repositories: R, cache: Pick<Cache, 'read'>): R {
  const { goals, tasks } = repositories;
  return {
    ...repositories,
    goals: { ...goals, get: through(cache, goalRows, goals.get) },
    tasks: { ...tasks, get: through(cache, taskRows, tasks.get) },
  };
}

function through<T extends { id: string }>(cache: Pick<Cache, 'read'>, rows: CachedRows<T>, get: Get<T>): Get<T> {
  const load = async (ids: readonly string[]) => new Map((await get(ids)).map((row) => [row.id, row]));
  return async (ids) => [...(await cache.read(rows, ids, load)).values()];
}

export async function writeThrough(tx: CachingTransaction, { goals, tasks }: Rows): Promise<void> {
  const [noted] = await tx.query<{ ids: string | null }>(changed);
  if (!noted?.ids) return;
  const ids = splitIds(noted.ids.split(','));
  await touch(tx, goalRows, { ids: ids.goals, get: goals.get });
  await touch(tx, taskRows, { ids: ids.tasks, get: tasks.get });
}

async function touch<T extends { id: string }>(
  tx: CachingTransaction,
  rows: CachedRows<T>,
  { ids, get }: { ids: readonly string[]; get: Get<T> },
): Promise<void> {
  const few = ids.length > 0 && ids.length <= writtenThrough;
  const now = new Map((few ? await get(ids) : []).map((row) => [row.id, row]));
  for (const id of ids) tx.touch(rows, id, now.get(id));
}
